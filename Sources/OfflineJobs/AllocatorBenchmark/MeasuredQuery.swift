package import Domain

/// What each scan of a grid finds for one query, and what it costs: recall and cost of every plan follow.
package struct MeasuredQuery: Sendable {
    /// One scan's candidates.
    package struct Scan: Sendable {
        let cost: CostUnits
        /// Places from 0 on of the full answer's items among the candidates, ascending.
        let places: [Int]
        /// Candidates within the band below the answer's last: many make the order by the prefix uncertain.
        let band: Int

        package init(cost: CostUnits, places: [Int], band: Int) {
            self.cost = cost
            self.places = places
            self.band = band
        }
    }

    /// Items of the full answer; 1 or more.
    let wanted: Int
    /// In the grid's order.
    let scans: [Scan]

    package init(wanted: Int, scans: [Scan]) {
        precondition(wanted > 0, "A query with nothing to find.")
        self.wanted = wanted
        self.scans = scans
    }

    /// Share of the full answer among the first candidates of a scan: the recall of a rerank of that many.
    func recall(scan: Int, candidates: Int) -> Double {
        Double(scans[scan].places.prefix { $0 < candidates }.count) / Double(wanted)
    }
}
