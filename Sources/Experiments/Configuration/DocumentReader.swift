import Domain
import JSON

/// A value of a document and its place.
struct DocumentNode {
    let value: JSONValue
    let pointer: JSONPointer
}

/// An object of a document: its members by key.
struct DocumentMembers {
    let pointer: JSONPointer
    private let members: [String: DocumentNode]
    /// Keys in the document's order.
    let keys: [String]

    init(pointer: JSONPointer, nodes: [(String, DocumentNode)]) {
        self.pointer = pointer
        keys = nodes.map(\.0)
        members = Dictionary(nodes, uniquingKeysWith: { first, _ in first })
    }

    subscript(key: String) -> DocumentNode? { members[key] }
}

/// Reads the values of a document, and notes what is wrong instead of stopping at it.
///
/// Each reading returns `nil` where it noted something, so that what is made of the rest is thrown away at the end.
struct DocumentReader {
    /// What is wrong so far.
    private(set) var problems: [ConfigurationProblem] = []

    mutating func refuse(_ pointer: JSONPointer, _ detail: String) {
        problems.append(ConfigurationProblem(pointer: pointer, detail: detail))
    }

    /// The members of an object of one kind; a key that it does not have is noted.
    mutating func members(of node: DocumentNode, _ kind: DocumentObject) -> DocumentMembers? {
        guard let members = members(of: node, called: kind.title) else { return nil }
        for key in members.keys where !kind.keys.contains(where: { $0.utf8.elementsEqual(key.utf8) }) {
            refuse(
                members.pointer.appending(key),
                "\(kind.title.capitalisedFirst) has no such key. Leave it out, or use one of: "
                    + "\(kind.keys.joined(separator: ", ")).")
        }
        return members
    }

    /// The members of an object whose keys are names of the caller's.
    mutating func members(of node: DocumentNode, called title: String) -> DocumentMembers? {
        guard let members = node.value.members else {
            refuse(node.pointer, "Here stands \(node.value.kind) instead of \(title). Give an object.")
            return nil
        }
        var seen: Set<[UInt8]> = []
        var nodes: [(String, DocumentNode)] = []
        for member in members {
            let pointer = node.pointer.appending(member.key)
            guard seen.insert(Array(member.key.utf8)).inserted else {
                refuse(pointer, "The object has this key twice. Keep one.")
                continue
            }
            nodes.append((member.key, DocumentNode(value: member.value, pointer: pointer)))
        }
        return DocumentMembers(pointer: node.pointer, nodes: nodes)
    }

    /// What an object holds at a key that it must have.
    mutating func required(_ key: String, of members: DocumentMembers) -> DocumentNode? {
        if members[key] == nil {
            refuse(members.pointer.appending(key), "This key is missing. Give it.")
        }
        return members[key]
    }

    /// The elements of an array; none where it is missing.
    mutating func elements(of node: DocumentNode?) -> [DocumentNode] {
        guard let node else { return [] }
        guard let elements = node.value.elements else {
            refuse(node.pointer, "Here stands \(node.value.kind) instead of a list. Give an array.")
            return []
        }
        return elements.enumerated().map { DocumentNode(value: $1, pointer: node.pointer.appending($0)) }
    }

    mutating func text(_ node: DocumentNode?) -> String? {
        guard let node else { return nil }
        guard let text = node.value.text else {
            refuse(node.pointer, "Here stands \(node.value.kind) instead of a text. Give a string.")
            return nil
        }
        return text
    }

    /// A text of 1 to 256 bytes without U+0000.
    mutating func name(_ node: DocumentNode?) -> String? {
        guard let node, let text = text(node) else { return nil }
        guard !text.isEmpty, text.utf8.count <= 256, !text.utf8.contains(0) else {
            refuse(node.pointer, "This text has \(text.utf8.count) bytes. Give 1 to 256, without U+0000.")
            return nil
        }
        return text
    }

    /// A key, a name or a salt: 1 to 64 of `a-z 0-9 . _ -`.
    mutating func key(_ node: DocumentNode?) -> String? {
        guard let node, let text = text(node) else { return nil }
        return isKey(text, at: node.pointer) ? text : nil
    }

    /// Whether a text is a key; noted if not.
    mutating func isKey(_ text: String, at pointer: JSONPointer) -> Bool {
        let isAllowed = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        if isAllowed, (1...64).contains(text.utf8.count) { return true }
        refuse(pointer, "This is no key. Give 1 to 64 characters of a-z, 0-9, '.', '_' and '-'.")
        return false
    }

    mutating func integer(_ node: DocumentNode?, in range: ClosedRange<Int>) -> Int? {
        guard let node else { return nil }
        guard case .integer(let integer) = node.value else {
            let found = if case .number(let number) = node.value { "\(number)" } else { node.value.kind }
            refuse(
                node.pointer,
                "Here stands \(found) instead of a whole number. Give one from \(range.lowerBound) to "
                    + "\(range.upperBound), without a fraction.")
            return nil
        }
        guard range.contains(integer) else {
            refuse(
                node.pointer,
                "\(integer) is out of range. Give a whole number from \(range.lowerBound) to \(range.upperBound).")
            return nil
        }
        return integer
    }

    mutating func number(_ node: DocumentNode?) -> Double? {
        guard let node else { return nil }
        switch node.value {
        case .integer(let integer): return Double(integer)
        case .number(let number) where number.isFinite: return number
        default:
            refuse(node.pointer, "Here stands \(node.value.kind) instead of a number. Give a finite number.")
            return nil
        }
    }

    /// A number above 0.
    mutating func number(_ node: DocumentNode?, aboveZeroUpTo limit: Double) -> Double? {
        guard let node, let number = number(node) else { return nil }
        guard number > 0, number <= limit else {
            refuse(node.pointer, "\(number) is out of range. Give a number above 0, at most \(limit).")
            return nil
        }
        return number
    }

    mutating func truth(_ node: DocumentNode?) -> Bool? {
        guard let node else { return nil }
        guard case .bool(let truth) = node.value else {
            refuse(node.pointer, "Here stands \(node.value.kind) instead of a truth value. Give true or false.")
            return nil
        }
        return truth
    }

    /// One of a few words.
    mutating func word<Word>(_ node: DocumentNode?, of type: Word.Type = Word.self) -> Word?
    where Word: RawRepresentable<String> & CaseIterable {
        guard let node, let text = text(node) else { return nil }
        guard let word = Word.allCases.first(where: { $0.rawValue.utf8.elementsEqual(text.utf8) }) else {
            refuse(
                node.pointer,
                "This word is not known here. Use one of: \(Word.allCases.map(\.rawValue).joined(separator: ", ")).")
            return nil
        }
        return word
    }

    /// `[lower, upper]` in parts per million.
    mutating func range(_ node: DocumentNode?) -> BucketRange? {
        guard let node else { return nil }
        guard case .array(let bounds) = node.value, bounds.count == 2, case .integer(let lower) = bounds[0],
            case .integer(let upper) = bounds[1]
        else {
            refuse(node.pointer, "This is no range. Give two whole numbers from 0 to 1000000: [from, up to].")
            return nil
        }
        guard let range = BucketRange(lower: lower, upper: upper) else {
            refuse(
                node.pointer,
                "The range goes from \(lower) up to \(upper). Let both be from 0 to 1000000, the first not the greater."
            )
            return nil
        }
        return range
    }

    /// A generation by its number, `3`, or its name, `g3`.
    mutating func generation(_ node: DocumentNode?) -> GenerationNumber? {
        guard let node else { return nil }
        switch node.value {
        case .integer(let number) where number > 0 && number <= Int(Int32.max): return GenerationNumber(Int32(number))
        case .string(let name):
            if let generation = GenerationNumber(name: name), generation.description == name { return generation }
        default: break
        }
        refuse(node.pointer, "This is no generation. Give its number, such as 3, or its name, such as \"g3\".")
        return nil
    }
}

extension String {
    fileprivate var capitalisedFirst: String { prefix(1).uppercased() + dropFirst() }
}
