import ByteStreams
import Datasets
import Domain
import TestSupport
import Testing

@Suite("An interaction's value")
struct InteractionValueTests {
    @Test("is the number that the standard library reads", arguments: 0..<50)
    func values(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let texts = (0..<40).map { _ in
            let digits = Int.random(in: 1...20, using: &random)
            var text = (0..<digits).map { _ in String(Int.random(in: 0...9, using: &random)) }.joined()
            if Bool.random(using: &random) {
                text.insert(".", at: text.index(text.startIndex, offsetBy: Int.random(in: 0...digits, using: &random)))
            }
            return (Bool.random(using: &random) ? "-" : "") + text
                + (Int.random(in: 0..<5, using: &random) == 0 ? "e-3" : "")
        }
        let file = try TemporaryFile("user_id,item_id,value\n" + texts.map { "u,i,\($0)\n" }.joined())
        let values = try InteractionReader(file.source).readAll().map(\.value)
        #expect(values == texts.map { Double($0).map { Float($0) } })
    }
}
