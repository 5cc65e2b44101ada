/// Where in a history an item stands, counted from its end, in steps that grow with age.
///
/// The last eight items have a position each; older ones share one with others about as old.
package enum HistoryPosition {
    /// Number of positions.
    package static let count = 20

    /// Position of the item that `age` later ones follow, from 0 for the most recent up to ``count`` - 1.
    package static func position(age: Int) -> Int {
        guard age >= 8 else { return age }
        // Two positions for each doubling of age: 8–11, 12–15, 16–23, 24–31 …
        let octave = Int.bitWidth - 1 - age.leadingZeroBitCount
        let half = (age >> (octave - 1)) & 1
        return min(8 + 2 * (octave - 3) + half, count - 1)
    }
}
