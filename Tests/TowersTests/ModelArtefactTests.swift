import Testing
import Towers

@Suite("A model artefact")
struct ModelArtefactTests {
    @Test("is read back as the same model, byte for byte", arguments: [false, true])
    func roundTrip(ordered: Bool) throws {
        let model = try modelFixture(ordered: ordered)
        let bytes = model.encoded()
        let copy = try TwoTowerModel(decoding: bytes)
        #expect(copy.encoded() == bytes)
        #expect(copy.ladder == model.ladder && copy.itemCount == 3 && copy.historyLength == 4)
        let features = model.features(of: try content("a", "The Third Man", ["Drama"]))
        #expect(copy.features(of: try content("a", "The Third Man", ["Drama"])) == features)
        #expect(copy.itemEmbedding(features) == model.itemEmbedding(features))
        #expect(copy.userEmbedding(history: [features]) == model.userEmbedding(history: [features]))
    }

    @Test("is refused when any byte of it is damaged")
    func damaged() throws {
        let bytes = try modelFixture().encoded()
        for index in stride(from: 0, to: bytes.count, by: 7) {
            var damaged = bytes
            damaged[index] ^= 0x20
            #expect(throws: ModelArtefactError.self, "byte \(index)") { try TwoTowerModel(decoding: damaged) }
        }
    }

    @Test("is refused when cut short anywhere")
    func truncated() throws {
        let bytes = try modelFixture().encoded()
        for count in stride(from: 0, to: bytes.count, by: 13) {
            #expect(throws: ModelArtefactError.self, "\(count) bytes") {
                try TwoTowerModel(decoding: Array(bytes.prefix(count)))
            }
        }
    }

    @Test("says what is wrong with it")
    func errors() throws {
        var bytes = try modelFixture().encoded()
        #expect(throws: ModelArtefactError.notAModel) { try TwoTowerModel(decoding: Array("id,title\n".utf8)) }
        #expect(throws: ModelArtefactError.notAModel) { try TwoTowerModel(decoding: []) }
        bytes[8] = 9
        #expect(throws: ModelArtefactError.unknownVersion(found: 9, known: 2)) { try TwoTowerModel(decoding: bytes) }
        bytes[8] = 2
        bytes[100] ^= 1
        #expect(throws: ModelArtefactError.damaged) { try TwoTowerModel(decoding: bytes) }
    }
}
