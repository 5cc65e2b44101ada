extension TrainingData {
    /// The interactions that `isKept` keeps, with the same users and items.
    func filtered(_ isKept: (_ user: Int, _ item: Int) -> Bool) throws(TrainingError) -> TrainingData {
        let kept = userIndices.indices.filter { isKept(Int(userIndices[$0]), Int(itemIndices[$0])) }
        return try TrainingData(
            users: users, items: items, userIndices: kept.map { userIndices[$0] },
            itemIndices: kept.map { itemIndices[$0] }, times: times.isEmpty ? [] : kept.map { times[$0] },
            weights: weights.isEmpty ? [] : kept.map { weights[$0] })
    }

    /// Each user's items as indices, each once where it came last; oldest first where times are known.
    public func histories() -> [[Int32]] {
        let all = UserHistories(self, itemRows: Array(0..<Int32(items.count)), isOrdered: !times.isEmpty)
        return all.users.map { Array(all.items(of: $0)) }
    }
}
