extension ListShape {
    /// The lists that a catalogue of so many rows gets, as far as plans are priced by them, before there is an index.
    ///
    /// - Parameters:
    ///   - rows: Rows of the catalogue.
    ///   - minimumRows: Rows from which an index has lists.
    ///   - dimensions: Length of the lists' centres.
    ///   - longest: Rows taken to be read for a list.
    /// - Returns: `nil` for a catalogue that gets none.
    public static func expected(rows: Int, minimumRows: Int, dimensions: Int, longest: Int) -> ListShape? {
        guard rows >= minimumRows else { return nil }
        let (count, superLists) = (max(1, rows / rowsPerList), max(1, rows / rowsPerList / listsPerSuperList))
        return ListShape(count: count, longest: longest, tailRows: 0, dimensions: dimensions) { probes, isFiltered in
            // As many super-lists beyond the probes as the index looks at, with their lists; a filter looks at all.
            let scored = isFiltered ? superLists : min(superLists, probes + 32)
            return superLists + min(count, scored * longestSuperList)
        }
    }

    /// Rows of a list: 31,000 lists at 1,000,000 rows (`linden benchmark retrieval`).
    public static let rowsPerList = 32
    /// Lists of a super-list, on average.
    private static let listsPerSuperList = 16
    /// Lists of a super-list as they are paid for: with this the price of a scan comes within 15 % of what was measured for 32 to
    /// 512 probes at 200,000 rows (`linden import embeddings`).
    private static let longestSuperList = 36
}
