/// `ALTER TABLE`, taken apart.
struct AlterTable {
    let table: SQLName
    let actions: [Action]

    enum Action {
        /// With what follows its name: type, default, constraints.
        case addColumn(String, [SQLToken])
        /// From `UNIQUE`, `CHECK`, `FOREIGN KEY` … on.
        case addConstraint([SQLToken])
        case dropColumn(String)
        case changeType(String)
        case setNotNull(String)
        case dropNotNull(String)
        case renameColumn(String)
        case renameTable
        case validateConstraint
        case attachPartition(SQLName)
        case detachPartition(SQLName, concurrently: Bool)
        case switchTrigger
        /// Statistics targets and storage parameters.
        case setParameters
        case other
    }

    /// Takes a statement apart; `nil` when it is another one.
    init?(_ statement: SQLScript.Statement) {
        var cursor = TokenCursor(statement.tokens)
        guard cursor.skip("ALTER", "TABLE") || cursor.skip("ALTER", "FOREIGN", "TABLE") else { return nil }
        _ = cursor.skip("IF", "EXISTS")
        _ = cursor.skip("ONLY")
        guard let table = cursor.name() else { return nil }
        _ = cursor.skip(sign: "*")
        self.table = table
        actions = cursor.rest.separatedByCommas.map { tokens in
            var cursor = TokenCursor(tokens)
            return Self.action(&cursor)
        }
    }

    private static func action(_ cursor: inout TokenCursor) -> Action {
        switch cursor.skipAny(
            "ADD", "DROP", "ALTER", "RENAME", "VALIDATE", "ATTACH", "DETACH", "ENABLE", "DISABLE", "SET", "RESET")
        {
        case "ADD": return addition(&cursor)
        case "DROP":
            if cursor.skip("CONSTRAINT") { return .other }
            _ = cursor.skip("COLUMN")
            _ = cursor.skip("IF", "EXISTS")
            return cursor.next?.name.map { .dropColumn($0) } ?? .other
        case "ALTER": return alteration(&cursor)
        case "RENAME":
            if cursor.skip("TO") { return .renameTable }
            if cursor.skip("CONSTRAINT") { return .other }
            _ = cursor.skip("COLUMN")
            return cursor.next?.name.map { .renameColumn($0) } ?? .other
        case "VALIDATE": return .validateConstraint
        case "ATTACH":
            _ = cursor.skip("PARTITION")
            return cursor.name().map { .attachPartition($0) } ?? .other
        case "DETACH":
            _ = cursor.skip("PARTITION")
            return cursor.name().map { .detachPartition($0, concurrently: cursor.skip("CONCURRENTLY")) } ?? .other
        case "ENABLE", "DISABLE":
            _ = cursor.skipAny("REPLICA", "ALWAYS")
            return cursor.next?.word == "TRIGGER" ? .switchTrigger : .other
        case "SET", "RESET": return cursor.next?.isSign("(") == true ? .setParameters : .other
        default: return .other
        }
    }

    private static func addition(_ cursor: inout TokenCursor) -> Action {
        if cursor.skip("CONSTRAINT") {
            _ = cursor.name()
            return .addConstraint(cursor.rest)
        }
        if let word = cursor.next?.word, ["UNIQUE", "CHECK", "FOREIGN", "PRIMARY", "EXCLUDE"].contains(word) {
            return .addConstraint(cursor.rest)
        }
        _ = cursor.skip("COLUMN")
        _ = cursor.skip("IF", "NOT", "EXISTS")
        guard let name = cursor.next?.name else { return .other }
        cursor.step()
        return .addColumn(name, cursor.rest)
    }

    private static func alteration(_ cursor: inout TokenCursor) -> Action {
        if cursor.skip("CONSTRAINT") { return .other }
        _ = cursor.skip("COLUMN")
        guard let name = cursor.next?.name else { return .other }
        cursor.step()
        if cursor.skip("TYPE") || cursor.skip("SET", "DATA", "TYPE") { return .changeType(name) }
        if cursor.skip("SET", "NOT", "NULL") { return .setNotNull(name) }
        if cursor.skip("DROP", "NOT", "NULL") { return .dropNotNull(name) }
        if cursor.skip("SET", "STATISTICS")
            || cursor.next?.word == "SET" && cursor.rest.dropFirst().first?.isSign("(") == true
        {
            return .setParameters
        }
        return .other
    }
}
