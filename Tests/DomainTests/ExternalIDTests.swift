import Domain
import Testing

@Suite("An external id")
struct ExternalIDTests {
    @Test("keeps its bytes", arguments: ["u1", "ü", "a b", String(repeating: "x", count: 256)])
    func keepsBytes(text: String) throws {
        let id = try ItemID(text)
        #expect(id.bytes == Array(text.utf8))
        #expect(id.text == text)
    }

    @Test("tells composed from decomposed letters, which String holds equal")
    func normalisation() throws {
        let composed = try ItemID("caf\u{E9}")
        let decomposed = try ItemID("cafe\u{301}")
        #expect(composed.text == decomposed.text)
        #expect(composed != decomposed)
        #expect(Set([composed, decomposed]).count == 2)
    }

    @Test(
        "refuses what PostgreSQL would not keep as it is",
        arguments: [
            ([UInt8](), ExternalIDError.empty),
            ([UInt8](repeating: 97, count: 257), .tooLong(bytes: 257)),
            (Array("admin\0evil".utf8), .containsNull),
            ([0x63, 0xFF], .notUTF8),
            ([0xC3], .notUTF8),
        ]
    )
    func refuses(bytes: [UInt8], error: ExternalIDError) {
        #expect(throws: error) { try UserID(utf8: bytes) }
    }

    @Test("is ordered by its bytes")
    func order() throws {
        let ids = try ["é", "b", "a", "Z", "ab"].map { text throws(ExternalIDError) in try ItemID(text) }
        #expect(ids.sorted().map(\.text) == ["Z", "a", "ab", "b", "é"])
    }
}
