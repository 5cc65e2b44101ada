import Postgres

/// A right that a statement lacked, read out of the server's sentence.
struct MissingRight {
    /// The kind of the object, in capitals: `TABLE`, `SCHEMA` …; `nil` when the sentence is in another language.
    private let kind: String?
    private let object: String
    /// Whether only the owner may do it.
    private let needsOwner: Bool

    /// Reads `permission denied for table item` or `must be owner of table item`.
    init(_ sentence: String) {
        let owner = sentence.hasPrefix("must be owner of ")
        let words = sentence.split(separator: " ")
        let start = owner ? 4 : 3
        guard owner || sentence.hasPrefix("permission denied for "), words.count > start else {
            (kind, object, needsOwner) = (nil, "", false)
            return
        }
        kind = words[start..<words.count - 1].joined(separator: " ").uppercased()
        object = String(words[words.count - 1])
        needsOwner = owner
    }

    /// The statement that grants it, for whoever may.
    func remedy(for connection: Connection) async -> String {
        let user = SQLName(parts: [connection.settings.user])
        guard let kind else { return "Run as the owner of what it changes, or have the owner GRANT that." }
        let name = SQLName(parts: [object])
        guard !needsOwner else {
            let owner = await owner(on: connection).map { SQLName(parts: [$0]).quoted } ?? "the owner"
            return "Run as its owner, or have one who may say: GRANT \(owner) TO \(user.quoted);"
        }
        switch kind {
        case "SCHEMA": return "Have its owner say: GRANT USAGE, CREATE ON SCHEMA \(name.quoted) TO \(user.quoted);"
        case "DATABASE": return "Have its owner say: GRANT CREATE ON DATABASE \(name.quoted) TO \(user.quoted);"
        case "TABLE", "VIEW": return "Have its owner say: GRANT ALL ON TABLE \(name.quoted) TO \(user.quoted);"
        default: return "Have its owner say: GRANT ALL ON \(kind) \(name.quoted) TO \(user.quoted);"
        }
    }

    /// Who owns the table, wherever it lies; `nil` when that cannot be asked.
    private func owner(on connection: Connection) async -> String? {
        do throws(PostgresError) {
            return try await connection.query(
                """
                SELECT min(pg_get_userbyid(relowner)) FROM pg_class WHERE relname = $1
                HAVING count(DISTINCT relowner) = 1
                """, object
            ).first?.decode(String.self, at: 0)
        } catch {
            // The remedy then names nobody.
            return nil
        }
    }
}
