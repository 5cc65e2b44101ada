import JSON

/// What a targeting condition may be made of.
package enum TargetingWord: String, CaseIterable, Sendable {
    case and, or, not
    case equal = "eq"
    case oneOf = "in"
    case less = "lt"
    case greater = "gt"
    case prefix
    case version = "semver"
}

extension DocumentReader {
    /// Reads a condition: `{"and": […]}`, `{"not": {…}}` or `{"attr": NAME, OPERATION: OPERAND}`.
    mutating func condition(_ node: DocumentNode) -> TargetingCondition? {
        guard let members = members(of: node, called: "a condition") else { return nil }
        var words: [(TargetingWord, DocumentNode)] = []
        for key in members.keys where !key.utf8.elementsEqual("attr".utf8) {
            let word = TargetingWord.allCases.first { $0.rawValue.utf8.elementsEqual(key.utf8) }
            guard let word, let operand = members[key] else {
                refuse(
                    members.pointer.appending(key),
                    "A condition has no such key. Use attr and one of: "
                        + "\(TargetingWord.allCases.map(\.rawValue).joined(separator: ", ")).")
                return nil
            }
            words.append((word, operand))
        }
        guard words.count == 1, let (word, operand) = words.first else {
            refuse(
                node.pointer,
                "The condition has \(words.count) operations. Give one; join several by \"and\" or \"or\".")
            return nil
        }
        switch word {
        case .and, .or, .not:
            if let attribute = members["attr"] {
                refuse(attribute.pointer, "\"\(word.rawValue)\" compares no attribute. Leave attr out.")
            }
            return combination(word, of: operand)
        default:
            let attribute = name(required("attr", of: members))
            return attribute.flatMap { comparison(word, of: $0, with: operand) }
        }
    }

    private mutating func combination(_ word: TargetingWord, of operand: DocumentNode) -> TargetingCondition? {
        if word == .not { return condition(operand).map { .not($0) } }
        let nodes = elements(of: operand)
        let conditions = nodes.compactMap { condition($0) }
        guard conditions.count == nodes.count else { return nil }
        guard !conditions.isEmpty else {
            if operand.value.elements != nil { refuse(operand.pointer, "There is no condition. Give one at least.") }
            return nil
        }
        return word == .and ? .and(conditions) : .or(conditions)
    }

    private mutating func comparison(
        _ word: TargetingWord, of attribute: String, with operand: DocumentNode
    ) -> TargetingCondition? {
        switch word {
        case .less: return number(operand).map { .less(attribute, $0) }
        case .greater: return number(operand).map { .greater(attribute, $0) }
        case .prefix: return name(operand).map { .prefix(attribute, $0) }
        case .version: return version(operand).map { .version(attribute, $0, $1) }
        case .oneOf:
            let nodes = elements(of: operand)
            if operand.value.elements?.isEmpty == true {
                refuse(operand.pointer, "There is no value. Give one at least.")
            }
            let values = nodes.compactMap { attributeValue($0) }
            return values.isEmpty ? nil : .oneOf(attribute, values)
        default: return attributeValue(operand).map { .equal(attribute, $0) }
        }
    }

    private mutating func attributeValue(_ node: DocumentNode) -> AttributeValue? {
        if case .number(let number) = node.value, !number.isFinite {
            refuse(node.pointer, "This number is not finite. Compare with one that is.")
            return nil
        }
        guard let value = AttributeValue(node.value) else {
            refuse(node.pointer, "Here stands \(node.value.kind). Compare with a text, a number, true or false.")
            return nil
        }
        return value
    }

    /// Reads `>=1.2.0`, with or without white space between.
    private mutating func version(
        _ node: DocumentNode
    ) -> (SemanticVersion.Comparison, SemanticVersion)? {
        guard let text = text(node) else { return nil }
        let comparison = SemanticVersion.Comparison.allCases.first { text.hasPrefix($0.rawValue) }
        if let comparison {
            let rest = text.utf8.dropFirst(comparison.rawValue.utf8.count).drop { $0 == UInt8(ascii: " ") }
            if let version = SemanticVersion(String(decoding: Array(rest), as: UTF8.self)) {
                return (comparison, version)
            }
        }
        refuse(
            node.pointer,
            "This compares with no version. Give one of <, <=, =, >=, > and a version, such as \">=1.12.0\".")
        return nil
    }
}
