/// Why a statement cannot run in a transaction block, and what it leaves that tells whether it was done.
enum OutsideTransaction: Equatable {
    /// `CREATE INDEX CONCURRENTLY`; a build that breaks leaves an invalid index of that name.
    case createsIndex(SQLName?, table: SQLName)
    /// `DROP INDEX CONCURRENTLY`.
    case dropsIndexes([SQLName])
    /// `ALTER TABLE … DETACH PARTITION … CONCURRENTLY`; one that breaks is to be finalized.
    case detaches(parent: SQLName, partition: SQLName)
    /// `CREATE DATABASE` and the like: a row of a catalogue comes into being.
    case makes(ClusterObject, String)
    /// `DROP DATABASE` and the like.
    case drops(ClusterObject, String)
    /// `VACUUM`, `REINDEX CONCURRENTLY`, `ALTER SYSTEM`: to do it twice is to do it once.
    case repeatable(waitsForReaders: Bool)
    /// `CALL` and `DO` of a file that asks for no transaction: may be done twice when the program dies right after.
    case opaque

    /// What belongs to no schema.
    enum ClusterObject: String {
        case database = "DATABASE"
        case tablespace = "TABLESPACE"
        case subscription = "SUBSCRIPTION"
    }

    /// Whether it waits for others without anybody waiting behind it, so that it may wait for long.
    var waitsAlone: Bool {
        switch self {
        case .createsIndex, .dropsIndexes: true
        case .repeatable(let waitsForReaders): !waitsForReaders
        default: false
        }
    }
}

extension SQLScript.Statement {
    /// Why it cannot run in a transaction block; `nil` when it can.
    ///
    /// - Parameter noTransaction: Whether its file asks for none, so that procedures may commit.
    /// - Returns: What it leaves behind.
    func outsideTransaction(noTransaction: Bool) -> OutsideTransaction? {
        var cursor = TokenCursor(tokens)
        guard
            let verb = cursor.skipAny(
                "CREATE", "DROP", "REINDEX", "VACUUM", "ALTER", "CLUSTER", "CALL", "DO")
        else { return nil }
        switch verb {
        case "CREATE": return creation(&cursor)
        case "DROP": return removal(&cursor)
        case "REINDEX": return reindex(&cursor)
        case "VACUUM": return .repeatable(waitsForReaders: tokens.prefix(8).contains { $0.word == "FULL" })
        case "ALTER": return alteration(&cursor)
        case "CLUSTER":
            _ = cursor.skip("VERBOSE")
            return cursor.next == nil ? .repeatable(waitsForReaders: true) : nil
        default: return noTransaction ? .opaque : nil
        }
    }

    private func creation(_ cursor: inout TokenCursor) -> OutsideTransaction? {
        _ = cursor.skip("UNIQUE")
        if cursor.skip("INDEX") {
            guard cursor.skip("CONCURRENTLY") else { return nil }
            _ = cursor.skip("IF", "NOT", "EXISTS")
            let name = cursor.next?.word == "ON" ? nil : cursor.name()
            _ = cursor.skip("ON")
            _ = cursor.skip("ONLY")
            guard let table = cursor.name() else { return nil }
            return .createsIndex(name.map { table.beside($0.last) }, table: table)
        }
        return cluster(&cursor).map { .makes($0, $1) }
    }

    private func removal(_ cursor: inout TokenCursor) -> OutsideTransaction? {
        if cursor.skip("INDEX") {
            guard cursor.skip("CONCURRENTLY") else { return nil }
            _ = cursor.skip("IF", "EXISTS")
            return .dropsIndexes(cursor.names())
        }
        return cluster(&cursor).map { .drops($0, $1) }
    }

    private func cluster(_ cursor: inout TokenCursor) -> (OutsideTransaction.ClusterObject, String)? {
        guard let word = cursor.skipAny("DATABASE", "TABLESPACE", "SUBSCRIPTION"),
            let object = OutsideTransaction.ClusterObject(rawValue: word)
        else { return nil }
        _ = cursor.skip("IF", "EXISTS")
        return cursor.name().map { (object, $0.last) }
    }

    private func reindex(_ cursor: inout TokenCursor) -> OutsideTransaction? {
        let options = cursor.parenthesis() ?? []
        guard let what = cursor.skipAny("INDEX", "TABLE", "SCHEMA", "DATABASE", "SYSTEM") else { return nil }
        let isConcurrent =
            cursor.skip("CONCURRENTLY")
            || options.contains(words: "CONCURRENTLY") && !options.contains(words: "CONCURRENTLY", "FALSE")
        guard isConcurrent || !["INDEX", "TABLE"].contains(what) else { return nil }
        return .repeatable(waitsForReaders: !isConcurrent)
    }

    private func alteration(_ cursor: inout TokenCursor) -> OutsideTransaction? {
        if cursor.skip("SYSTEM") { return .repeatable(waitsForReaders: false) }
        guard cursor.skip("TABLE") else { return nil }
        _ = cursor.skip("IF", "EXISTS")
        guard let parent = cursor.name(), cursor.skip("DETACH", "PARTITION"), let partition = cursor.name(),
            cursor.skip("CONCURRENTLY")
        else { return nil }
        return .detaches(parent: parent, partition: partition)
    }
}

extension SQLScript {
    /// Whether its statements have to be carried out one by one.
    ///
    /// That is so when one of them cannot run in a transaction block, or when a value that is added to an enum is used
    /// by a later statement, which PostgreSQL allows only once the value is committed.
    func runsStepwise(noTransaction: Bool) -> Bool {
        noTransaction || statements.contains { $0.outsideTransaction(noTransaction: false) != nil } || usesAddedValue
    }

    private var usesAddedValue: Bool {
        statements.enumerated().contains { index, statement in
            guard let value = statement.addedEnumValue else { return false }
            return statements.dropFirst(index + 1).contains { later in
                later.addedEnumValue == nil
                    && later.tokens.contains { $0.kind == .string && $0.text.contains(value) }
            }
        }
    }
}

extension SQLScript.Statement {
    /// The value of `ALTER TYPE … ADD VALUE 'x'`.
    fileprivate var addedEnumValue: String? {
        var cursor = TokenCursor(tokens)
        guard cursor.skip("ALTER", "TYPE"), cursor.name() != nil, cursor.skip("ADD", "VALUE") else { return nil }
        _ = cursor.skip("IF", "NOT", "EXISTS")
        return cursor.next?.kind == .string ? cursor.next?.text : nil
    }
}
