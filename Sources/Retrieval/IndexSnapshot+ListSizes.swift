extension IndexSnapshot {
    /// Length of the lists' centres, in dimensions; 0 without lists.
    public var listDimensions: Int { segment?.table.dimensions ?? 0 }

    /// Centres that are scored and paid for, to find the best `probes` lists; 0 without lists.
    public func centresToScore(probes: Int) -> Int { segment?.table.rowsToScore(probes: probes) ?? 0 }
}
