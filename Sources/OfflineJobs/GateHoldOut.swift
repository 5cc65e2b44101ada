import Domain

/// What some users did last, kept from every training, so that any two generations can be judged by it.
///
/// Which users, and which of their items, depends on nothing but the ids and the order of what they did: neither on the
/// seed nor on the run. Where events come in the order of their times, an item that is held out now was held out or had not
/// happened yet in each run before, so that no earlier generation has seen it: a user's held-out tail begins later the longer
/// the history is, and the share of users never grows. A user's items without order are held out pair by pair, for ever.
struct GateHoldOut: Sendable {
    /// A user with held-out items.
    struct User: Sendable {
        /// Position in the log.
        let position: Int
        let id: UserID
        /// Positions of the items that training may see, oldest first.
        let known: [Int32]
        /// Positions of the items held out that the user wanted, with their times in microseconds since 1970.
        let heldOut: [(item: Int32, timestamp: Int64)]
    }

    /// Users that are wanted: more would not narrow the intervals enough to be worth their interactions.
    static let wantedUsers = 1_000.0
    /// Share of the users at most, however few there are.
    static let largestShare = 0.2
    /// Items of a user from which some are held out.
    static let fewestItems = 5

    let users: [User]
    /// Whether each interaction of the log is held out.
    let isHeldOut: [Bool]

    /// Chooses what is held out of a log.
    ///
    /// - Parameters:
    ///   - log: Ordered by user, then time.
    ///   - isOrdered: Whether the order of a user's items means anything: then the last tenth is held out, else a fifth.
    init(_ log: InteractionLog, isOrdered: Bool) {
        let share = min(Self.largestShare, Self.wantedUsers / Double(max(1, log.users.count)))
        var (users, isHeldOut) = ([User](), [Bool](repeating: false, count: log.count))
        var start = 0
        while start < log.count {
            let position = Int(log.userPositions[start])
            let end = log.userPositions[start...].firstIndex { Int($0) != position } ?? log.count
            defer { start = end }
            let id = log.users[position].id
            guard end - start >= Self.fewestItems, StableHash.unit(id.bytes) < share else { continue }
            let tail = end - max(1, (end - start) / 10)
            for row in start..<end {
                let item = log.items[Int(log.itemPositions[row])].item.id
                isHeldOut[row] = isOrdered ? row >= tail : StableHash.unit(id.bytes, item.bytes) < 0.2
            }
            let heldOut = (start..<end).filter { isHeldOut[$0] }
            guard !heldOut.isEmpty, heldOut.count < end - start else {
                for row in heldOut { isHeldOut[row] = false }
                continue
            }
            users.append(
                User(
                    position: position, id: id,
                    known: (start..<end).filter { !isHeldOut[$0] }.map { log.itemPositions[$0] },
                    heldOut: heldOut.filter { log.weights[$0] > 0 }.map { (log.itemPositions[$0], log.timestamps[$0]) })
            )
        }
        self.users = users
        self.isHeldOut = isHeldOut
    }

    /// The users to judge by, with what each of them wanted.
    ///
    /// - Parameter moment: Items that the user met until then are not asked for, and not shown either; `nil` asks for all.
    /// - Returns: Users with something to ask for, in the log's order.
    func judgedUsers(after moment: Timestamp?) -> [JudgedUser] {
        users.compactMap { user in
            let isWanted = { (time: Int64) in moment.map { time > $0.microseconds } ?? true }
            let wanted = Set(user.heldOut.filter { isWanted($0.timestamp) }.map(\.item))
            guard !wanted.isEmpty else { return nil }
            let hidden = user.known + user.heldOut.filter { !isWanted($0.timestamp) }.map(\.item)
            return JudgedUser(id: user.id, history: user.known, hidden: hidden, wanted: wanted)
        }
    }
}
