import JSON
import Testing

@Suite("The JSON parser")
struct JSONParserTests {
    @Test(
        "reads what RFC 8259 allows",
        arguments: [
            ("null", .null),
            (" \t\r\n true ", .bool(true)),
            ("-0", .integer(0)),
            ("9223372036854775807", .integer(.max)),
            ("9223372036854775808", .number(9_223_372_036_854_775_808)),
            ("10.0", .number(10)),
            ("1e2", .number(100)),
            ("-1.5E-3", .number(-0.0015)),
            ("[]", .array([])),
            ("{}", .object([])),
            (#"[1, "a", [false]]"#, [1, "a", [false]]),
            (#"{"a": {"b": null}, "": 2}"#, ["a": ["b": nil], "": 2]),
            (#""\"\\\/\b\f\n\r\t""#, .string("\"\\/\u{8}\u{C}\n\r\t")),
            (#""\u00e9\ud83d\ude00""#, .string("\u{E9}\u{1F600}")),
            (#""\u0065\u0301""#, .string("e\u{301}")),
            ("\"\u{7F}\u{2028}\"", .string("\u{7F}\u{2028}")),
        ] as [(String, JSONValue)]
    )
    func reads(text: String, value: JSONValue) throws {
        #expect(try JSONValue(parsing: Array(text.utf8)) == value)
    }

    @Test(
        "refuses what only resembles JSON, and names it and its place",
        arguments: [
            ("", .empty, ""),
            ("  ", .empty, ""),
            ("\u{FEFF}{}", .byteOrderMark, ""),
            ("{", .endsEarly, ""),
            (#"{"a""#, .endsEarly, "/a"),
            (#"{"a": "b"#, .endsEarly, "/a"),
            (#""\u00"#, .endsEarly, ""),
            (#""\"#, .endsEarly, ""),
            ("{} {}", .dataAfterEnd, ""),
            ("truex", .dataAfterEnd, ""),
            ("tru", .expected("a value", found: UInt8(ascii: "t")), ""),
            ("[1 2]", .expected("',' or ']'", found: UInt8(ascii: "2")), ""),
            (#"{"a" 1}"#, .expected("':'", found: UInt8(ascii: "1")), "/a"),
            ("{a: 1}", .expected("a key in quotes", found: UInt8(ascii: "a")), ""),
            ("['a']", .expected("a value", found: UInt8(ascii: "'")), "/0"),
            ("// x", .expected("a value", found: UInt8(ascii: "/")), ""),
            ("[1,]", .trailingComma, ""),
            (#"{"a": [{"b": 1,}]}"#, .trailingComma, "/a/0"),
            ("[,]", .expected("a value", found: UInt8(ascii: ",")), "/0"),
            (#"{"a": 1, "b": 2, "a": 3}"#, .duplicateKey, "/a"),
            (#"{"a": 1, "\u0061": 2}"#, .duplicateKey, "/a"),
            (#"{"x": {"a/b": 1, "a/b": 2}}"#, .duplicateKey, "/x/a~1b"),
            (#"["\u0000"]"#, .nullCharacter, "/0"),
            ("[\"\0\"]", .nullCharacter, "/0"),
            ("\"\n\"", .controlCharacter(0x0A), ""),
            (#""\ud83d""#, .loneSurrogate, ""),
            (#""\ude00""#, .loneSurrogate, ""),
            (#""\ud83d\u0041""#, .loneSurrogate, ""),
            (#""\ud83d\uffff""#, .loneSurrogate, ""),
            (#""\ud83d\ud83d""#, .loneSurrogate, ""),
            (#""\ud83d\u""#, .badEscape, ""),
            (#""\ud83dx""#, .loneSurrogate, ""),
            (#""\x41""#, .badEscape, ""),
            (#""\u00g0""#, .badEscape, ""),
            ("NaN", .notFinite, ""),
            ("[Infinity]", .notFinite, "/0"),
            ("-Infinity", .notFinite, ""),
            ("1e400", .numberTooLarge, ""),
            ("-1e400", .numberTooLarge, ""),
            ("01", .badNumber, ""),
            ("-", .badNumber, ""),
            ("1.", .badNumber, ""),
            ("1.e5", .badNumber, ""),
            ("1e", .badNumber, ""),
            ("-.5", .badNumber, ""),
            (".5", .expected("a value", found: UInt8(ascii: ".")), ""),
            ("+1", .expected("a value", found: UInt8(ascii: "+")), ""),
        ] as [(String, JSONSyntaxError.Reason, String)]
    )
    func refuses(text: String, reason: JSONSyntaxError.Reason, pointer: String) throws {
        let error = try #require(throws: JSONSyntaxError.self) { try JSONValue(parsing: Array(text.utf8)) }
        #expect(error.reason == reason)
        #expect(error.pointer.description == pointer)
    }

    @Test(
        "refuses strings that are not UTF-8",
        arguments: [[0xFF], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80]] as [[UInt8]]
    )
    func refusesOtherEncodings(bytes: [UInt8]) throws {
        let quote = UInt8(ascii: "\"")
        let error = try #require(throws: JSONSyntaxError.self) { try JSONValue(parsing: [quote] + bytes + [quote]) }
        #expect(error.reason == .notUTF8)
    }

    @Test("reads 32 levels and refuses the 33rd", arguments: [("[", "]"), (#"{"a":"#, "}")])
    func depth(open: String, close: String) throws {
        let nested = { levels in
            String(repeating: open, count: levels - 1) + "[]" + String(repeating: close, count: levels - 1)
        }
        _ = try JSONValue(parsing: Array(nested(32).utf8))
        for text in [nested(33), String(repeating: open, count: 200_000)] {
            let error = try #require(throws: JSONSyntaxError.self) { try JSONValue(parsing: Array(text.utf8)) }
            #expect(error.reason == .nestedTooDeep(limit: 32))
        }
    }

    @Test("keeps keys apart whose bytes differ, though Swift holds the strings equal")
    func comparesKeysByBytes() throws {
        let composed = "caf\u{E9}"
        let decomposed = "cafe\u{301}"
        let value = try JSONValue(parsing: Array(#"{"\#(composed)": 1, "\#(decomposed)": 2}"#.utf8))
        #expect(value[composed] == 1)
        #expect(value[decomposed] == 2)
    }

    @Test("finds a key that comes twice among many", arguments: [2, 15, 16, 17, 500])
    func duplicateAmongMany(count: Int) throws {
        let members = (0..<count).map { #""k\#($0)":0"# }
        _ = try JSONValue(parsing: Array("{\(members.joined(separator: ","))}".utf8))
        let twice = members + [members[count / 2]]
        let error = try #require(throws: JSONSyntaxError.self) {
            try JSONValue(parsing: Array("{\(twice.joined(separator: ","))}".utf8))
        }
        #expect(error.reason == .duplicateKey)
        #expect(error.pointer.description == "/k\(count / 2)")
    }

    @Test("says the line and the column, and what to do")
    func sentence() throws {
        let error = try #require(throws: JSONSyntaxError.self) {
            try JSONValue(parsing: Array("{\n  \"n\": 1,\n}".utf8))
        }
        #expect(error.description == "There is a comma after the last element (line 3, column 1). Remove it.")
        #expect(error.pointer == JSONPointer())
    }

    @Test("never repeats more than a little of a key")
    func cutsLongKeys() throws {
        let key = String(repeating: "k", count: 10_000)
        let error = try #require(throws: JSONSyntaxError.self) {
            try JSONValue(parsing: Array(#"{"\#(key)": NaN}"#.utf8))
        }
        #expect(error.pointer.description == "/" + String(repeating: "k", count: 128) + "…")
        #expect(error.description.utf8.count < 200)
    }
}
