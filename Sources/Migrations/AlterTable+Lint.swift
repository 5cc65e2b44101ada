extension AlterTable.Action {
    /// The rules that it breaks on a table that is in use, each with what breaks it.
    func brokenRules(table: SQLName) -> [(LintRule, String)] {
        switch self {
        case .addColumn(let name, let definition):
            Self.rules(of: definition).map { ($0, "\(table).\(name)") }
        case .addConstraint(let definition):
            Self.rule(ofConstraint: definition).map { [($0, "\(table)")] } ?? []
        case .dropColumn(let name): [(.banDropColumn, "\(table).\(name)")]
        case .changeType(let name): [(.changingColumnType, "\(table).\(name)")]
        case .setNotNull(let name): [(.addingNotNullableField, "\(table).\(name)")]
        case .dropNotNull(let name): [(.banDropNotNull, "\(table).\(name)")]
        case .renameColumn(let name): [(.renamingColumn, "\(table).\(name)")]
        case .renameTable: [(.renamingTable, "\(table)")]
        default: []
        }
    }

    private static func rules(of definition: [SQLToken]) -> [LintRule] {
        let words = definition.compactMap(\.word)
        let isSerial = words.first.map { ["SERIAL", "BIGSERIAL", "SMALLSERIAL"].contains($0) } ?? false
        let isKey = definition.contains(words: "PRIMARY", "KEY")
        if isSerial || definition.contains(words: "AS", "IDENTITY") {
            return isKey ? [.addingSerialPrimaryKeyField] : [.addingFieldWithDefault]
        }
        var rules: [LintRule] = []
        let value = defaultValue(in: definition)
        if let value, isVolatile(value) { rules.append(.addingFieldWithDefault) }
        if definition.contains(words: "STORED") { rules.append(.addingFieldWithDefault) }
        if definition.contains(words: "NOT", "NULL") || isKey, value == nil, !words.contains("STORED") {
            rules.append(.addingRequiredField)
        }
        if words.contains("UNIQUE") || isKey { rules.append(.disallowedUniqueConstraint) }
        if words.contains("REFERENCES"), value != nil { rules.append(.addingForeignKeyConstraint) }
        return rules
    }

    /// What follows `DEFAULT`, up to the next constraint.
    private static func defaultValue(in definition: [SQLToken]) -> [SQLToken]? {
        guard let start = definition.firstIndex(where: { $0.word == "DEFAULT" }) else { return nil }
        let ends: Set<String> = ["NOT", "NULL", "CHECK", "UNIQUE", "PRIMARY", "REFERENCES", "CONSTRAINT", "GENERATED"]
        return Array(definition[(start + 1)...].prefix { $0.word.map { !ends.contains($0) } ?? true })
    }

    /// Whether it calls a function that is not known to give every row the same.
    private static func isVolatile(_ value: [SQLToken]) -> Bool {
        let stable: Set<String> = [
            "now", "transaction_timestamp", "statement_timestamp", "current_setting", "lower", "upper", "cast",
            "varchar", "char", "numeric", "bit", "timestamp", "timestamptz", "character",
        ]
        return zip(value, value.dropFirst()).contains { function, sign in
            sign.isSign("(") && function.name.map { !stable.contains($0) } == true
        }
    }

    private static func rule(ofConstraint definition: [SQLToken]) -> LintRule? {
        let isValidated = !definition.contains(words: "NOT", "VALID")
        switch definition.first?.word {
        case "FOREIGN": return isValidated ? .addingForeignKeyConstraint : nil
        case "CHECK": return isValidated ? .constraintMissingNotValid : nil
        case "UNIQUE", "PRIMARY":
            return definition.contains(words: "USING", "INDEX") ? nil : .disallowedUniqueConstraint
        case "EXCLUDE": return .disallowedUniqueConstraint
        default: return nil
        }
    }
}
