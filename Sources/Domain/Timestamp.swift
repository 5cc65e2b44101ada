/// A moment, in microseconds since 1970-01-01 00:00 UTC, as PostgreSQL's `timestamptz` keeps it.
public struct Timestamp: Hashable, Comparable, Sendable {
    public let microseconds: Int64

    public init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    /// Creates a moment from whole seconds since 1970.
    public init(seconds: Int64) {
        self.init(microseconds: seconds * 1_000_000)
    }

    /// 1970-01-01: the time of interactions whose file gives none.
    public static let epoch = Timestamp(microseconds: 0)

    public static func < (left: Self, right: Self) -> Bool { left.microseconds < right.microseconds }
}
