/// A row that cannot be taken, and why.
public struct BadRow: Equatable, Sendable, CustomStringConvertible {
    /// The line that the row begins on; the header's is 1.
    public let line: Int
    public let reason: BadRowReason

    public init(line: Int, reason: BadRowReason) {
        self.line = line
        self.reason = reason
    }

    public var description: String { "line \(line): \(reason)" }
}

/// The bad rows of a file: the first in full, the rest counted.
public struct BadRows: Equatable, Sendable {
    /// How many are kept in full.
    public static let kept = 20

    /// How many a file may have and still be imported.
    public let allowed: Int
    /// How many there were so far.
    public private(set) var count = 0
    /// The first ``kept``, in the file's order.
    public private(set) var first: [BadRow] = []

    /// Creates an empty collection.
    ///
    /// - Parameter allowed: How many a file may have; 0 or more.
    public init(allowed: Int = 0) {
        precondition(allowed >= 0, "A file cannot be allowed \(allowed) bad rows.")
        self.allowed = allowed
    }

    /// Whether there are more than the file may have.
    public var areTooMany: Bool { count > allowed }

    /// Adds a row.
    public mutating func add(_ row: BadRow) {
        count += 1
        if first.count < Self.kept {
            first.append(row)
        }
    }

    /// A line for each row that was kept and one for the count of the others; empty when there is no bad row.
    public var report: [String] {
        let rest = count - first.count
        return first.map(\.description) + (rest > 0 ? ["and \(rest) more"] : [])
    }
}
