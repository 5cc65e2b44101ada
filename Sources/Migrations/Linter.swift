/// Looks for statements that would hurt a database in use.
///
/// Only what is there before the file can be hurt: tables that the file itself creates are left alone.
struct Linter {
    private let script: SQLScript
    private let file: String
    private let isUp: Bool
    private let directives: MigrationDirectives
    /// Tables and views that the file creates.
    private var created: Set<SQLName> = []
    private(set) var findings: [LintFinding] = []

    /// Reads a file.
    ///
    /// - Throws: ``MigrationError/badDirective(file:line:text:)``.
    init(_ script: SQLScript, file: String, isUp: Bool) throws(MigrationError) {
        self.script = script
        self.file = file
        self.isUp = isUp
        directives = try MigrationDirectives(script, file: file)
        var isInTransaction = false
        for statement in script.statements {
            var found: [(LintRule, String)] = []
            if statement.controlsTransaction {
                found.append((.transactionNesting, statement.words.first ?? ""))
                isInTransaction = ["BEGIN", "START"].contains(statement.words.first)
            }
            if isInTransaction,
                case .createsIndex(let name, let table) = statement.outsideTransaction(noTransaction: false)
            {
                found.append((.banConcurrentIndexCreationInTransaction, "\(name ?? table)"))
            }
            found += names(in: statement) + objects(statement) + settings(statement) + alterations(statement)
            report(found, at: statement)
        }
    }

    private mutating func report(_ found: [(LintRule, String)], at statement: SQLScript.Statement) {
        let previousEnd = script.statements.last { $0.line < statement.line }?.lastLine ?? 0
        let allowed = directives.allowances.filter { $0.line > previousEnd && $0.line <= statement.lastLine }.map(
            \.rule)
        for (rule, subject) in found where !allowed.contains(rule) && (isUp || !rule.spareWayBack) {
            let finding = LintFinding(rule: rule, file: file, line: statement.line, subject: subject)
            if !findings.contains(finding) { findings.append(finding) }
        }
    }

    private func names(in statement: SQLScript.Statement) -> [(LintRule, String)] {
        statement.tokens.compactMap { token in
            guard let name = token.name, name.utf8.count > 63 else { return nil }
            return (.identifierTooLong, name)
        }
    }

    /// What comes into being, and what goes.
    private mutating func objects(_ statement: SQLScript.Statement) -> [(LintRule, String)] {
        var cursor = TokenCursor(statement.tokens)
        if cursor.skip("CREATE") {
            let isUnique = cursor.skip("UNIQUE")
            if cursor.skip("INDEX") { return index(&cursor) }
            while !isUnique,
                cursor.skipAny("GLOBAL", "LOCAL", "TEMPORARY", "TEMP", "UNLOGGED", "MATERIALIZED", "FOREIGN") != nil
            {}
            if cursor.skipAny("TABLE", "VIEW") != nil {
                _ = cursor.skip("IF", "NOT", "EXISTS")
                if let table = cursor.name() { created.insert(table) }
            }
            return []
        }
        if cursor.skip("DROP", "TABLE") {
            _ = cursor.skip("IF", "EXISTS")
            return cursor.names().filter { !created.contains($0) }.map { (.banDropTable, "\($0)") }
        }
        if cursor.skip("DROP", "DATABASE") { return [(.banDropDatabase, cursor.rest.first?.text ?? "")] }
        if cursor.skip("DROP", "INDEX") {
            guard !cursor.skip("CONCURRENTLY") else { return [] }
            _ = cursor.skip("IF", "EXISTS")
            return cursor.names().map { (.requireConcurrentIndexDeletion, "\($0)") }
        }
        if cursor.skip("TRUNCATE"), statement.tokens.contains(words: "CASCADE") {
            _ = cursor.skip("TABLE")
            return [(.banTruncateCascade, cursor.name().map { "\($0)" } ?? "")]
        }
        if directives.noTransaction, let word = cursor.skipAny("DO", "CALL") {
            return [(.preferRobustStatements, word)]
        }
        return []
    }

    private func index(_ cursor: inout TokenCursor) -> [(LintRule, String)] {
        guard !cursor.skip("CONCURRENTLY") else { return [] }
        _ = cursor.skip("IF", "NOT", "EXISTS")
        let name = cursor.next?.word == "ON" ? nil : cursor.name()
        _ = cursor.skip("ON")
        _ = cursor.skip("ONLY")
        guard let table = cursor.name(), !created.contains(table) else { return [] }
        return [(.requireConcurrentIndexCreation, "\(name ?? table)")]
    }

    /// Limits that are taken away.
    private func settings(_ statement: SQLScript.Statement) -> [(LintRule, String)] {
        var cursor = TokenCursor(statement.tokens)
        guard cursor.skip("SET") else { return [] }
        _ = cursor.skipAny("LOCAL", "SESSION")
        let rules: [String: LintRule] = [
            "lock_timeout": .requireLockTimeout, "statement_timeout": .requireStatementTimeout,
        ]
        guard let name = cursor.next?.name, let rule = rules[name] else { return [] }
        cursor.step()
        _ = cursor.skip("TO") || cursor.skip(sign: "=")
        let digits = cursor.next?.text.filter(\.isNumber) ?? ""
        return Int(digits) == 0 ? [(rule, name)] : []
    }

    private func alterations(_ statement: SQLScript.Statement) -> [(LintRule, String)] {
        guard let alter = AlterTable(statement), !created.contains(alter.table) else { return [] }
        return alter.actions.flatMap { $0.brokenRules(table: alter.table) }
    }
}
