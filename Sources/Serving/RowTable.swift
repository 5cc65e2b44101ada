import ByteStreams

/// Finds rows by a key that lies in a column: an open-addressing hash table of row numbers, read in place from a file.
///
/// Four bytes a place, and at most three of four places taken. Keys are not in the table; whoever looks one up compares.
/// Linear probing: Knuth, "The Art of Computer Programming" 3, 6.4, algorithm L.
struct RowTable: Sendable {
    /// One more than the row in each place, or 0 where there is none; a power of two of them.
    let places: PageColumn<UInt32>

    /// Puts rows into a table.
    ///
    /// - Parameters:
    ///   - rows: Rows whose keys differ.
    ///   - hash: Of a row's key.
    init(_ rows: [Int], hash: (_ row: Int) -> UInt64) {
        var count = 8
        while count * 3 < rows.count * 4 { count *= 2 }
        var places = [UInt32](repeating: 0, count: count)
        for row in rows {
            var place = Int(truncatingIfNeeded: hash(row)) & (count - 1)
            while places[place] != 0 { place = (place + 1) & (count - 1) }
            places[place] = UInt32(row + 1)
        }
        self.places = PageColumn(places)
    }

    /// Takes a table back from where it was kept.
    ///
    /// - Returns: `nil` for what is no table of rows below `rowCount`: a search in it might not end.
    init?(_ places: PageColumn<UInt32>, rowCount: Int) {
        guard places.count.nonzeroBitCount == 1 else { return nil }
        let taken = places.withSpan { places in
            var taken = 0
            for index in places.indices {
                if places[index] > rowCount { return places.count }
                if places[index] != 0 { taken += 1 }
            }
            return taken
        }
        guard taken < places.count else { return nil }
        self.places = places
    }

    /// The row whose key has this hash and is the one looked for; O(1) for keys that hash well.
    func row(hash: UInt64, where isIt: (_ row: Int) -> Bool) -> Int? {
        var place = Int(truncatingIfNeeded: hash) & (places.count - 1)
        while places[place] != 0 {
            let row = Int(places[place]) - 1
            if isIt(row) { return row }
            place = (place + 1) & (places.count - 1)
        }
        return nil
    }

    /// A hash of a number (SplitMix64's finaliser); the same in every program.
    static func hash(_ number: Int64) -> UInt64 {
        var mixed = UInt64(bitPattern: number) &+ 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A hash of bytes (64-bit FNV-1a, mixed); the same in every program.
    static func hash(_ bytes: Span<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for index in bytes.indices {
            hash = (hash ^ UInt64(bytes[index])) &* 0x100_0000_01b3
        }
        return self.hash(Int64(bitPattern: hash))
    }
}
