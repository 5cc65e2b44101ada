import JSON

/// Reads an object key by key; knows then which keys nobody asked for.
package struct ObjectReader {
    private let members: [JSONValue.Member]
    private(set) var context: FieldContext
    private var known: [String] = []

    init(members: [JSONValue.Member], context: FieldContext) {
        self.members = members
        self.context = context
    }

    /// Reads a key that may be missing or `null`.
    package mutating func optional<Value>(_ key: String, _ field: Field<Value>) -> Value? {
        known.append(key)
        guard let value = members.first(where: { $0.key.utf8.elementsEqual(key.utf8) })?.value, value != .null else {
            return nil
        }
        var read: Value?
        context.descend(to: key) { context in read = field.read(value, &context) }
        return read
    }

    /// Reads a key that must be there.
    package mutating func required<Value>(_ key: String, _ field: Field<Value>) -> Value? {
        let before = context.issueCount
        let value = optional(key, field)
        if value == nil, context.issueCount == before { refuse(key, because: "This key is missing.") }
        return value
    }

    /// Notes what is wrong with the value at a key, or further down.
    package mutating func refuse(_ path: String..., because detail: String) { context.add(detail, below: path) }

    mutating func refuseUnknownKeys() {
        for member in members where !known.contains(where: { $0.utf8.elementsEqual(member.key.utf8) }) {
            let likely = known.first { Self.areNear($0, member.key) }
            let hint = likely.map { " Did you mean '\($0)'?" } ?? " Known here: \(known.joined(separator: ", "))."
            refuse(member.key, because: "There is no such key." + hint)
        }
    }

    /// Whether one text becomes the other by changing, adding or leaving out at most two characters, and less than half.
    static func areNear(_ left: String, _ right: String) -> Bool {
        let (left, right) = (Array(left.utf8), Array(right.utf8))
        guard abs(left.count - right.count) <= 2 else { return false }
        // Levenshtein's distance, one row at a time.
        var row = Array(0...right.count)
        for (i, byte) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, other) in right.enumerated() {
                let changed = diagonal + (byte == other ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(changed, diagonal + 1, row[j] + 1)
            }
        }
        return row[right.count] <= min(2, left.count / 2)
    }
}
