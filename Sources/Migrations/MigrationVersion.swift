/// The number of a migration, from 1 up, without gaps; written with four digits.
public struct MigrationVersion: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let number: Int

    /// Creates a version.
    public init(_ number: Int) {
        precondition(number > 0, "Version \(number): the first migration is 0001.")
        self.number = number
    }

    /// Reads `0007` or `7`.
    ///
    /// - Returns: `nil` when that is not a number from 1 up.
    public init?(_ text: some StringProtocol) {
        guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int(text), number > 0,
            number <= Int32.max
        else { return nil }
        self.number = number
    }

    public var description: String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    public static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}
