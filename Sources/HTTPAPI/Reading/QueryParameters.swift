import JSON

/// The parameters of a URL's query, each once.
package struct QueryParameters {
    private let members: [JSONValue.Member]

    /// Reads the part of a URL after `?`; `+` is a space, as in HTML forms.
    ///
    /// - Throws: ``InvalidRequest`` for a parameter that comes twice, or is not percent-encoded UTF-8 without U+0000.
    package init(_ query: String?) throws(InvalidRequest) {
        var members: [JSONValue.Member] = []
        for pair in (query ?? "").utf8.split(separator: UInt8(ascii: "&")) {
            let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.text(parts[0]), let value = Self.text(parts.count > 1 ? parts[1] : "".utf8[...])
            else {
                throw InvalidRequest(issues: [
                    FieldIssue(pointer: "?", detail: "A parameter is not percent-encoded UTF-8. Encode it.")
                ])
            }
            guard !members.contains(where: { $0.key.utf8.elementsEqual(name.utf8) }) else {
                let pointer = "?" + JSONPointer([name]).description.dropFirst()
                throw InvalidRequest(issues: [
                    FieldIssue(pointer: pointer, detail: "This parameter comes twice. Keep one.")
                ])
            }
            members.append(JSONValue.Member(key: name, value: .string(value)))
        }
        self.members = members
    }

    /// Reads the parameters as an object whose values are strings.
    ///
    /// - Throws: ``InvalidRequest`` with all that is wrong, unknown parameters too.
    package func read<Value>(_ build: @escaping (inout ObjectReader) -> Value?) throws(InvalidRequest) -> Value {
        var context = FieldContext(isQuery: true)
        let value = Field.object(build).read(.object(members), &context)
        return try context.finish(value)
    }

    private static func text(_ bytes: Substring.UTF8View) -> String? {
        let spaced = bytes.map { $0 == UInt8(ascii: "+") ? UInt8(ascii: " ") : $0 }
        guard let decoded = PercentEncoding.decoded(spaced), !decoded.contains(0) else { return nil }
        return String(validating: decoded, as: UTF8.self)
    }
}

extension Field<Int> {
    /// A whole number written as the text of a query's parameter.
    package static func integerText(in range: ClosedRange<Int>) -> Field {
        Field { value, context in
            guard let text = value.text, let integer = Int(text), range.contains(integer) else {
                return context.refuse("Expected a whole number from \(range.lowerBound) to \(range.upperBound).")
            }
            return integer
        }
    }
}
