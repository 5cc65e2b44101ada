package import Domain
package import JSON

/// What a value of a request must be: its type, its range, and how it is read.
///
/// Fields are put together from smaller ones: `.list(of: .id(), atMost: 10_000)`. Reading one collects everything that is
/// wrong, not only the first.
package struct Field<Value> {
    /// Reads a value, or refuses it in the context and returns `nil`.
    let read: (JSONValue, inout FieldContext) -> Value?

    init(read: @escaping (JSONValue, inout FieldContext) -> Value?) {
        self.read = read
    }

    /// Reads a whole document.
    ///
    /// - Throws: ``InvalidRequest`` with all that is wrong.
    package func value(of document: JSONValue) throws(InvalidRequest) -> Value {
        var context = FieldContext()
        let value = read(document, &context)
        return try context.finish(value)
    }

    /// The same field, with another type made of its value.
    func map<Other>(_ transform: @escaping (Value) -> Other) -> Field<Other> {
        Field<Other> { value, context in read(value, &context).map(transform) }
    }
}

extension Field<Bool> {
    package static var bool: Field {
        Field { value, context in
            guard case .bool(let truth) = value else { return context.refuse(value, expecting: "true or false") }
            return truth
        }
    }
}

extension Field<Int> {
    /// A whole number, written without fraction or exponent.
    package static func integer(in range: ClosedRange<Int>) -> Field {
        Field { value, context in
            let wanted = "a whole number from \(range.lowerBound) to \(range.upperBound)"
            guard case .integer(let integer) = value else {
                guard case .number = value else { return context.refuse(value, expecting: wanted) }
                return context.refuse("Expected \(wanted), written without fraction or exponent.")
            }
            guard range.contains(integer) else { return context.refuse("Expected \(wanted).") }
            return integer
        }
    }
}

extension Field<Double> {
    /// Any number in a range.
    package static func number(in range: ClosedRange<Double>) -> Field {
        Field { value, context in
            let number: Double
            switch value {
            case .integer(let integer): number = Double(integer)
            case .number(let double): number = double
            default: return context.refuse(value, expecting: "a number")
            }
            guard range.contains(number) else {
                return context.refuse("Expected a number from \(range.lowerBound) to \(range.upperBound).")
            }
            return number
        }
    }
}

extension Field<String> {
    /// A string, by its length in bytes of UTF-8.
    package static func text(bytes: ClosedRange<Int>) -> Field {
        Field { value, context in
            guard case .string(let text) = value else { return context.refuse(value, expecting: "a string") }
            guard bytes.contains(text.utf8.count) else {
                return context.refuse(
                    "Expected a string of \(bytes.lowerBound) to \(bytes.upperBound) bytes, found \(text.utf8.count).")
            }
            return text
        }
    }

    /// One of a few names.
    package static func choice(_ names: [String]) -> Field {
        Field { value, context in
            guard case .string(let text) = value, names.contains(where: { $0.utf8.elementsEqual(text.utf8) }) else {
                return context.refuse("Expected one of \(names.joined(separator: ", ")).")
            }
            return text
        }
    }
}

extension Field {
    /// A caller's id of a user, an item or an event.
    package static func id<Subject>() -> Field where Value == ExternalID<Subject> {
        Field { value, context in
            guard case .string(let text) = value else { return context.refuse(value, expecting: "a string") }
            do throws(ExternalIDError) {
                return try ExternalID(text)
            } catch {
                return context.refuse(error.description)
            }
        }
    }

    /// An array.
    package static func list<Element>(of element: Field<Element>, count: ClosedRange<Int>) -> Field
    where Value == [Element] {
        Field { value, context in
            guard case .array(let elements) = value else { return context.refuse(value, expecting: "an array") }
            guard count.contains(elements.count) else {
                return context.refuse(
                    "Expected \(count.lowerBound) to \(count.upperBound) elements, found \(elements.count).")
            }
            var read: [Element] = []
            read.reserveCapacity(elements.count)
            for (index, value) in elements.enumerated() {
                context.descend(to: String(index)) { context in
                    if let value = element.read(value, &context) { read.append(value) }
                }
            }
            return read.count == elements.count ? read : nil
        }
    }

    /// An object whose keys are the caller's own.
    package static func dictionary<Element>(
        of element: Field<Element>, keyBytes: ClosedRange<Int>, count: ClosedRange<Int>
    ) -> Field where Value == [String: Element] {
        Field { value, context in
            guard case .object(let members) = value else { return context.refuse(value, expecting: "an object") }
            guard count.contains(members.count) else {
                return context.refuse("Expected at most \(count.upperBound) keys, found \(members.count).")
            }
            var read: [String: Element] = [:]
            for member in members {
                context.descend(to: member.key) { context in
                    guard keyBytes.contains(member.key.utf8.count) else {
                        return context.add("Expected a key of \(keyBytes.lowerBound) to \(keyBytes.upperBound) bytes.")
                    }
                    // Keys that Unicode holds equal would meet in Swift's Dictionary, though their bytes differ.
                    guard read[member.key] == nil else {
                        return context.add("Another key of this object is the same in another Unicode form. Keep one.")
                    }
                    read[member.key] = element.read(member.value, &context)
                }
            }
            return read.count == members.count ? read : nil
        }
    }

    /// An object with keys of ours; what `build` does not ask for is an unknown key.
    package static func object(_ build: @escaping (inout ObjectReader) -> Value?) -> Field {
        Field { value, context in
            guard case .object(let members) = value else { return context.refuse(value, expecting: "an object") }
            var reader = ObjectReader(members: members, context: context)
            let built = build(&reader)
            reader.refuseUnknownKeys()
            let isSound = reader.context.issueCount == context.issueCount
            context = reader.context
            return isSound ? built : nil
        }
    }
}

extension Field<Void> {
    /// An object without keys.
    static var nothing: Field { .object { _ in () } }
}
