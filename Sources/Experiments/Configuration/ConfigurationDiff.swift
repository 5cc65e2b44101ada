public import JSON

/// What changes from one configuration to another.
public struct ConfigurationDiff: Equatable, Sendable {
    /// One value that is not the same.
    public struct Line: Equatable, Sendable {
        /// Where; an element of a list of things with keys is named by its key: `/experiments/econ-vs-std/state`.
        public let pointer: JSONPointer
        /// `nil` where there was nothing.
        public let before: JSONValue?
        /// `nil` where there is nothing now.
        public let after: JSONValue?
    }

    /// In the order of the keys of the document; none if the two say the same.
    public let lines: [Line]

    public init(from before: TierConfiguration, to after: TierConfiguration) {
        var lines: [Line] = []
        Self.compare(before.canonical, after.canonical, at: JSONPointer(), into: &lines)
        self.lines = lines
    }

    private static func compare(
        _ before: JSONValue?, _ after: JSONValue?, at pointer: JSONPointer, into lines: inout [Line]
    ) {
        guard before != after else { return }
        guard let old = before.flatMap(namedParts), let new = after.flatMap(namedParts) else {
            lines.append(Line(pointer: pointer, before: before, after: after))
            return
        }
        for part in new {
            let earlier = old.first { $0.key.utf8.elementsEqual(part.key.utf8) }
            compare(earlier?.value, part.value, at: pointer.appending(part.key), into: &lines)
        }
        for part in old where !new.contains(where: { $0.key.utf8.elementsEqual(part.key.utf8) }) {
            lines.append(Line(pointer: pointer.appending(part.key), before: part.value, after: nil))
        }
        let (oldKeys, newKeys) = (old.map(\.key), new.map(\.key))
        if before?.elements != nil, oldKeys != newKeys, Set(oldKeys) == Set(newKeys) {
            lines.append(Line(pointer: pointer, before: list(oldKeys), after: list(newKeys)))
        }
    }

    /// The members of an object, or the elements of a list by their `key`; `nil` for a value that is compared whole.
    private static func namedParts(of value: JSONValue) -> [JSONValue.Member]? {
        if let members = value.members { return members }
        guard let elements = value.elements else { return nil }
        let parts = elements.compactMap { element in
            element["key"]?.text.map { JSONValue.Member(key: $0, value: element) }
        }
        return parts.count == elements.count ? parts : nil
    }

    private static func list(_ keys: [String]) -> JSONValue { .array(keys.map { .string($0) }) }
}

extension ConfigurationDiff.Line: CustomStringConvertible {
    /// The change on a line: `/default_tier: "standard" → "economy"`.
    public var description: String {
        "\(pointer): \(before?.description ?? "nothing") → \(after?.description ?? "nothing")"
    }
}
