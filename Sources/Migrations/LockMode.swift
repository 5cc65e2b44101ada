/// PostgreSQL's table locks, weakest first (section 13.3 of its manual).
public enum LockMode: String, Sendable, CaseIterable, Comparable {
    case accessShare = "ACCESS SHARE"
    case rowShare = "ROW SHARE"
    case rowExclusive = "ROW EXCLUSIVE"
    case shareUpdateExclusive = "SHARE UPDATE EXCLUSIVE"
    case share = "SHARE"
    case shareRowExclusive = "SHARE ROW EXCLUSIVE"
    case exclusive = "EXCLUSIVE"
    case accessExclusive = "ACCESS EXCLUSIVE"

    /// Who has to wait while it is held.
    public var holdsUp: String {
        switch self {
        case .accessShare, .rowShare, .rowExclusive: "no reader, no writer"
        case .shareUpdateExclusive: "no reader, no writer; other schema changes and VACUUM"
        case .share, .shareRowExclusive, .exclusive: "writers"
        case .accessExclusive: "readers and writers"
        }
    }

    /// Its name in `pg_locks`.
    public var nameInCatalogue: String {
        rawValue.split(separator: " ").map { $0.prefix(1) + $0.dropFirst().lowercased() }.joined() + "Lock"
    }

    public static func < (left: Self, right: Self) -> Bool {
        (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
    }
}
