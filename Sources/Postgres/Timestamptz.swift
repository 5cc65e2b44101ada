/// A moment, as PostgreSQL's `timestamptz` keeps it.
///
/// On the wire it counts from 2000; here from 1970, as everywhere else. `infinity` and `-infinity` are
/// `Int64.max` and `Int64.min`.
public struct Timestamptz: Hashable, Comparable, PostgresValue {
    /// Microseconds since 1970-01-01 00:00 UTC.
    public let microseconds: Int64

    public init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    /// 2000-01-01 in microseconds since 1970.
    private static let wireEpoch: Int64 = 946_684_800_000_000

    public static var postgresType: PostgresType { .timestamptz }

    public static func reads(_ type: PostgresType) -> Bool { type == .timestamptz || type.oid == 1114 }

    public func encode(into bytes: inout BinaryWriter) throws(PostgresError) {
        guard microseconds != .max, microseconds != .min else {
            bytes.append(microseconds)
            return
        }
        let (wire, overflow) = microseconds.subtractingReportingOverflow(Self.wireEpoch)
        guard !overflow else {
            throw PostgresError(
                kind: .encoding,
                message:
                    "A time lies outside what PostgreSQL can keep (4713 BC to 294276 AD). Give microseconds since 1970."
            )
        }
        bytes.append(wire)
    }

    public init(decoding bytes: Span<UInt8>) throws(BinaryFormatError) {
        guard bytes.count == 8 else { throw .wrongLength(bytes.count) }
        let wire = bytes.integer(Int64.self)
        let (sum, overflow) = wire.addingReportingOverflow(Self.wireEpoch)
        microseconds = wire == .max || wire == .min ? wire : overflow ? .max : sum
    }

    public static func < (left: Self, right: Self) -> Bool { left.microseconds < right.microseconds }
}
