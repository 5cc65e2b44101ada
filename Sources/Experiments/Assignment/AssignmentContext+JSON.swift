public import JSON

extension AssignmentContext {
    /// Creates a context from the attributes that a request gives, `{"device": "ios", "age": 30, "beta": true}`.
    ///
    /// Values that no comparison takes (null, arrays, objects) count as missing.
    public init(scene: String?, members: [JSONValue.Member]) {
        self.init(
            scene: scene,
            attributes: members.compactMap { member in
                AttributeValue(member.value).map { Attribute(name: member.key, value: $0) }
            })
    }
}

extension AttributeValue {
    /// The value as targeting sees it; `nil` for null, an array or an object.
    init?(_ value: JSONValue) {
        switch value {
        case .string(let text): self = .text(text)
        case .integer(let integer): self = .number(Double(integer))
        case .number(let number): self = .number(number)
        case .bool(let truth): self = .bool(truth)
        case .null, .array, .object: return nil
        }
    }
}
