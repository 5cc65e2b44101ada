import JSON
import TestSupport
import Testing

@Suite("The JSON writer")
struct JSONWriterTests {
    @Test(
        "writes the shortest text that reads back",
        arguments: [
            (.null, "null"), (.bool(false), "false"), (.integer(-7), "-7"), (.integer(.min), "-9223372036854775808"),
            (.number(0.1), "0.1"), (.number(16_000), "16000.0"), (.number(1e300), "1e+300"),
            (.number(.leastNonzeroMagnitude), "5e-324"),
            (.number(.nan), "null"), (.number(-.infinity), "null"),
            (.string("a\"\\\n\u{1}\u{1F}é"), #""a\"\\\n\u0001\u001fé""#),
            (.array([]), "[]"), (["b": 1, "a": [nil, true]], #"{"b":1,"a":[null,true]}"#),
        ] as [(JSONValue, String)]
    )
    func writes(value: JSONValue, text: String) {
        #expect(value.description == text)
    }

    @Test("leaves out members without a value")
    func leavesOutNil() {
        let missing: JSONValue? = nil
        #expect(JSONValue.object(["a": 1, "b": missing, "c": .null]).description == #"{"a":1,"c":null}"#)
    }

    @Test("writes what the parser reads back alike", arguments: 0..<200)
    func roundTrip(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let value = JSONValue.random(depth: 5, using: &generator)
        let read = try JSONValue(parsing: value.bytes)
        #expect(read == value)
        #expect(read.bytes == value.bytes)
    }

    @Test("reads no mutilated document into a trap", arguments: 0..<1_000)
    func mutilated(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var bytes = JSONValue.random(depth: 4, using: &generator).bytes
        let position = Int.random(in: 0..<bytes.count, using: &generator)
        if Bool.random(using: &generator) { bytes.removeSubrange(position...) }
        if position < bytes.count { bytes[position] = UInt8.random(in: 0...255, using: &generator) }
        do {
            let value = try JSONValue(parsing: bytes)
            #expect(try JSONValue(parsing: value.bytes) == value)
        } catch {
            #expect(error.line >= 1 && error.column >= 1)
        }
    }
}

extension JSONValue {
    fileprivate static func random(depth: Int, using generator: inout SeededGenerator) -> JSONValue {
        let length = Int.random(in: 0..<6, using: &generator)
        switch Int.random(in: 0..<(depth > 0 ? 7 : 5), using: &generator) {
        case 0: return .null
        case 1: return .bool(.random(using: &generator))
        case 2: return .integer(Int(truncatingIfNeeded: generator.next()) >> Int.random(in: 0..<64, using: &generator))
        case 3: return .number(randomDouble(using: &generator))
        case 4: return .string(randomText(using: &generator))
        case 5: return .array((0..<length).map { _ in random(depth: depth - 1, using: &generator) })
        default:
            let members = (0..<length).map { index in
                Member(
                    key: "\(index)" + randomText(using: &generator), value: random(depth: depth - 1, using: &generator))
            }
            return .object(members)
        }
    }

    private static func randomDouble(using generator: inout SeededGenerator) -> Double {
        let number = Double(bitPattern: generator.next())
        return number.isFinite ? number : 0.5
    }

    private static func randomText(using generator: inout SeededGenerator) -> String {
        var text = ""
        for _ in 0..<Int.random(in: 0..<12, using: &generator) {
            let limit: UInt32 = Bool.random(using: &generator) ? 0x80 : 0x11_0000
            text.unicodeScalars.append(Unicode.Scalar(UInt32.random(in: 1..<limit, using: &generator)) ?? "\"")
        }
        return text
    }
}
