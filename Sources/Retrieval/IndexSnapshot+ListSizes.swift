extension IndexSnapshot {
    /// Length of the lists' centres, in dimensions; 0 without lists.
    public var listDimensions: Int { segment?.table.dimensions ?? 0 }

    /// Centres that are scored and paid for at most, to find the best `probes` lists; 0 without lists.
    ///
    /// - Parameters:
    ///   - probes: Lists wanted.
    ///   - isFiltered: Whether a filter may leave few of the rows, so that more lists are looked at, and again.
    /// - Returns: Lists and super-lists.
    public func centresToScore(probes: Int, isFiltered: Bool) -> Int {
        guard let table = segment?.table else { return 0 }
        // A few lists more are looked for, as excluded rows may be all that some have.
        var wanted = probes + 8
        guard isFiltered else { return table.rowsToScore(probes: wanted) }
        var rounds = 1
        while wanted < table.count {
            wanted *= 4
            rounds += 1
        }
        return rounds * table.rowsToScore(probes: table.count)
    }
}
