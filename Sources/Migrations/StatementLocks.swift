/// The locks that a statement takes on tables that are there before it, read from its text.
///
/// What functions, triggers and rules do besides is not seen; ``isKnown`` is `false` for code that may do anything.
struct StatementLocks: Equatable {
    /// What is locked.
    enum Target: Hashable {
        case table(SQLName)
        case tableOfIndex(SQLName)
    }

    /// What is done to the rows.
    enum Work: String {
        case readsRows = "reads every row"
        case buildsIndex = "builds an index"
        case rewritesTable = "may rewrite the table"
        case changesRows = "reads or writes rows"
    }

    private(set) var modes: [Target: LockMode] = [:]
    private(set) var work: Work?
    private(set) var isKnown = true

    init(_ statement: SQLScript.Statement) {
        if let alter = AlterTable(statement) {
            for action in alter.actions { add(action, table: alter.table) }
            return
        }
        var cursor = TokenCursor(statement.tokens)
        switch cursor.next?.word {
        case "CREATE": creation(&cursor)
        case "DROP": removal(&cursor)
        case "ALTER": alteration(&cursor)
        case "INSERT", "UPDATE", "DELETE", "MERGE", "SELECT", "WITH", "TABLE", "VALUES", "COPY": rows(&cursor)
        case "DO", "CALL": isKnown = false
        default: upkeep(&cursor)
        }
    }

    private mutating func lock(_ name: SQLName?, _ mode: LockMode, _ work: Work? = nil) {
        guard let name else { return }
        modes[.table(name)] = max(mode, modes[.table(name)] ?? mode)
        if let work { self.work = work }
    }

    private mutating func add(_ action: AlterTable.Action, table: SQLName) {
        switch action {
        case .addConstraint(let definition):
            let isChecked = !definition.contains(words: "NOT", "VALID")
            if definition.first?.word == "FOREIGN" {
                lock(table, .shareRowExclusive, isChecked ? .readsRows : nil)
                lock(Self.referenced(in: definition), .shareRowExclusive)
            } else {
                let builds = ["UNIQUE", "PRIMARY", "EXCLUDE"].contains(definition.first?.word)
                let usesIndex = definition.contains(words: "USING", "INDEX")
                lock(table, .accessExclusive, builds ? (usesIndex ? nil : .buildsIndex) : isChecked ? .readsRows : nil)
            }
        case .addColumn(_, let definition):
            let rewrites = action.brokenRules(table: table).contains { $0.0 == .addingFieldWithDefault }
            lock(table, .accessExclusive, rewrites ? .rewritesTable : nil)
            lock(Self.referenced(in: definition), .shareRowExclusive)
        case .changeType: lock(table, .accessExclusive, .rewritesTable)
        case .setNotNull: lock(table, .accessExclusive, .readsRows)
        case .validateConstraint: lock(table, .shareUpdateExclusive, .readsRows)
        case .attachPartition(let partition):
            lock(table, .shareUpdateExclusive)
            lock(partition, .accessExclusive, .readsRows)
        case .detachPartition(let partition, let concurrently):
            lock(table, concurrently ? .shareUpdateExclusive : .accessExclusive)
            lock(partition, .accessExclusive)
        case .switchTrigger: lock(table, .shareRowExclusive)
        case .setParameters: lock(table, .shareUpdateExclusive)
        case .dropColumn, .dropNotNull, .renameColumn, .renameTable, .other: lock(table, .accessExclusive)
        }
    }

    private mutating func creation(_ cursor: inout TokenCursor) {
        let tokens = cursor.rest
        cursor.step()
        _ = cursor.skip("OR", "REPLACE")
        let isUnique = cursor.skip("UNIQUE")
        while !isUnique, cursor.skipAny("GLOBAL", "LOCAL", "TEMPORARY", "TEMP", "UNLOGGED", "CONSTRAINT") != nil {}
        switch cursor.skipAny("INDEX", "TABLE", "TRIGGER", "RULE", "POLICY", "STATISTICS") {
        case "INDEX":
            let mode: LockMode = cursor.skip("CONCURRENTLY") ? .shareUpdateExclusive : .share
            lock(Self.name(in: tokens, after: "ON"), mode, .buildsIndex)
        case "TABLE":
            lock(Self.name(in: tokens, after: "OF", from: "PARTITION"), .accessExclusive)
            for part in tokens.indices where tokens[part].word == "REFERENCES" {
                lock(Self.referenced(in: Array(tokens[part...])), .shareRowExclusive)
            }
        case "TRIGGER": lock(Self.name(in: tokens, after: "ON"), .shareRowExclusive)
        case "RULE": lock(Self.name(in: tokens, after: "TO"), .accessExclusive)
        case "POLICY": lock(Self.name(in: tokens, after: "ON"), .accessExclusive)
        case "STATISTICS": lock(Self.name(in: tokens, after: "FROM"), .shareUpdateExclusive)
        default: break
        }
    }

    private mutating func removal(_ cursor: inout TokenCursor) {
        let tokens = cursor.rest
        cursor.step()
        _ = cursor.skip("MATERIALIZED")
        switch cursor.skipAny("INDEX", "TABLE", "VIEW", "TRIGGER", "RULE", "POLICY") {
        case "INDEX":
            let mode: LockMode = cursor.skip("CONCURRENTLY") ? .shareUpdateExclusive : .accessExclusive
            _ = cursor.skip("IF", "EXISTS")
            for name in cursor.names() { modes[.tableOfIndex(name)] = mode }
        case "TABLE", "VIEW":
            _ = cursor.skip("IF", "EXISTS")
            for name in cursor.names() { lock(name, .accessExclusive) }
        case "TRIGGER", "RULE", "POLICY": lock(Self.name(in: tokens, after: "ON"), .accessExclusive)
        default: break
        }
    }

    private mutating func alteration(_ cursor: inout TokenCursor) {
        cursor.step()
        if cursor.skip("INDEX") {
            _ = cursor.skip("IF", "EXISTS")
            // Renaming and setting parameters lock the index alone.
            return
        }
        if cursor.skip("MATERIALIZED", "VIEW") || cursor.skip("VIEW") {
            _ = cursor.skip("IF", "EXISTS")
            lock(cursor.name(), .accessExclusive)
        }
    }

    private mutating func rows(_ cursor: inout TokenCursor) {
        let verb = cursor.next?.word
        let tokens = cursor.rest
        cursor.step()
        switch verb {
        case "INSERT", "MERGE":
            _ = cursor.skip("INTO")
            lock(cursor.name(), .rowExclusive, .changesRows)
        case "UPDATE", "DELETE":
            _ = cursor.skip("FROM")
            _ = cursor.skip("ONLY")
            lock(cursor.name(), .rowExclusive, .changesRows)
        case "COPY":
            let table = cursor.name()
            _ = cursor.parenthesis()
            lock(table, cursor.skip("FROM") ? .rowExclusive : .accessShare, .changesRows)
        case "SELECT":
            let isLocking = tokens.contains(words: "FOR", "UPDATE") || tokens.contains(words: "FOR", "SHARE")
            lock(Self.name(in: tokens, after: "FROM"), isLocking ? .rowShare : .accessShare, .changesRows)
            isKnown = !zip(tokens, tokens.dropFirst()).contains { $0.kind == .word && $1.isSign("(") }
        default: isKnown = false
        }
    }

    /// `TRUNCATE`, `VACUUM`, `REINDEX` and the like.
    private mutating func upkeep(_ cursor: inout TokenCursor) {
        let tokens = cursor.rest
        let verb = cursor.next?.word
        cursor.step()
        let options = cursor.parenthesis() ?? []
        switch verb {
        case "TRUNCATE":
            _ = cursor.skip("TABLE")
            _ = cursor.skip("ONLY")
            for name in cursor.names() { lock(name, .accessExclusive) }
        case "VACUUM", "ANALYZE":
            let isFull = tokens.prefix(8).contains { $0.word == "FULL" }
            while cursor.skipAny("FULL", "FREEZE", "VERBOSE", "ANALYZE") != nil {}
            for name in cursor.names() {
                lock(name, isFull ? .accessExclusive : .shareUpdateExclusive, isFull ? .rewritesTable : .readsRows)
            }
        case "CLUSTER":
            _ = cursor.skip("VERBOSE")
            lock(cursor.name(), .accessExclusive, .rewritesTable)
        case "REINDEX":
            let isTable = cursor.next?.word == "TABLE"
            cursor.step()
            let mode: LockMode =
                cursor.skip("CONCURRENTLY") || options.contains(words: "CONCURRENTLY") ? .shareUpdateExclusive : .share
            if let name = cursor.name() { modes[isTable ? .table(name) : .tableOfIndex(name)] = mode }
            work = .buildsIndex
        case "REFRESH":
            _ = cursor.skip("MATERIALIZED", "VIEW")
            let mode: LockMode = cursor.skip("CONCURRENTLY") ? .exclusive : .accessExclusive
            lock(cursor.name(), mode, .rewritesTable)
        case "LOCK":
            _ = cursor.skip("TABLE")
            _ = cursor.skip("ONLY")
            let names = cursor.names()
            let words = cursor.rest.compactMap(\.word).drop { $0 == "IN" }.prefix { $0 != "MODE" }
            for name in names { lock(name, LockMode(rawValue: words.joined(separator: " ")) ?? .accessExclusive) }
        case "COMMENT":
            if cursor.skip("ON", "TABLE") { lock(cursor.name(), .shareUpdateExclusive) }
            if cursor.skip("ON", "COLUMN"), let column = cursor.name() {
                lock(SQLName(parts: column.parts.dropLast()), .shareUpdateExclusive)
            }
        default: break
        }
    }

    private static func referenced(in tokens: [SQLToken]) -> SQLName? { name(in: tokens, after: "REFERENCES") }

    /// The name after the first `word`, past `ONLY`; with `start`, the first one after that.
    private static func name(in tokens: [SQLToken], after word: String, from start: String? = nil) -> SQLName? {
        let begin =
            start.map { start in tokens.firstIndex { $0.word == start } ?? tokens.endIndex } ?? tokens.startIndex
        guard let place = tokens[begin...].firstIndex(where: { $0.word == word }) else { return nil }
        var cursor = TokenCursor(tokens[(place + 1)...])
        _ = cursor.skip("ONLY")
        return cursor.name()
    }
}
