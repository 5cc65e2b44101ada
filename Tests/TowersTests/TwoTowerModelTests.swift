import Domain
import TestSupport
import Testing
import Towers

@Suite("A two-tower model")
struct TwoTowerModelTests {
    private func length(_ vector: [Float]) -> Float { vector.reduce(0) { $0 + $1 * $1 }.squareRoot() }

    @Test("embeds every item to unit length, known or not")
    func unitLength() throws {
        let model = try modelFixture()
        let contents = [
            try content("a"), try content("b", "The Third Man", ["Drama"]), try content("new", "A comedy", ["Comedy"]),
            try content("stranger"), try content("stranger", "", ["Unheard of"]),
        ]
        for content in contents {
            let embedding = model.itemEmbedding(model.features(of: content))
            #expect(embedding.count == 8)
            #expect(abs(length(embedding) - 1) < 1e-5, "\(content)")
        }
    }

    @Test("embeds an unseen item from its content: equal content, equal embedding")
    func coldItem() throws {
        let model = try modelFixture()
        let one = model.itemEmbedding(model.features(of: try content("new", "Third Man", ["Drama"])))
        let two = model.itemEmbedding(model.features(of: try content("newer", "third, man!", ["Drama"])))
        let other = model.itemEmbedding(model.features(of: try content("newest", "Third Man", ["Comedy"])))
        #expect(one == two)
        #expect(one != other)
    }

    @Test("embeds a stranger from the history alone, and nobody from nothing")
    func stranger() throws {
        let model = try modelFixture()
        let history = [model.features(of: try content("a")), model.features(of: try content("b"))]
        let embedding = try #require(model.userEmbedding(history: history, user: try UserID("stranger")))
        #expect(embedding == model.userEmbedding(history: history, user: nil))
        #expect(model.userEmbedding(history: [], user: try UserID("stranger")) == nil)
        #expect(model.userEmbedding(history: [], user: nil) == nil)
        #expect(model.userEmbedding(history: [], user: try UserID("u")) != nil)
        #expect(model.userEmbedding(history: [model.features(of: try content("stranger"))], user: nil) == nil)
    }

    @Test("reads the end of a history only, most recent last")
    func recentHistory() throws {
        let model = try modelFixture(ordered: true)
        let ids = ["c", "a", "b", "a", "c", "b"]
        let history = try ids.map { model.features(of: try content($0)) }
        #expect(model.userEmbedding(history: history) == model.userEmbedding(history: Array(history.suffix(4))))
        #expect(model.userEmbedding(history: history) != model.userEmbedding(history: Array(history.suffix(3))))
        #expect(model.userEmbedding(history: history) != model.userEmbedding(history: history.reversed()))
    }

    @Test("splits titles into lower-cased words")
    func words() {
        #expect(TitleWords.words(of: "Léon: The Professional (1994)") == ["léon", "the", "professional", "1994"])
        #expect(TitleWords.words(of: " —  ") == [])
        // FNV-1a's published value for "foobar".
        #expect(TitleWords.hash("foobar") == 0x8594_4171_F739_67E8)
    }

    @Test("hashes the words of a title by its bytes as by its letters", arguments: 0..<40)
    func buckets(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let letters: [Character] = ["a", "Z", "9", "m", " ", "-", "\r\n", "\0", "\u{7f}", "é", "İ", "½", "ß"]
        // Odd seeds have letters beyond ASCII too.
        let title = String((0..<20).map { _ in letters[Int(generator.next() % (seed % 2 == 0 ? 9 : 13))] })
        let buckets = TitleWords.buckets(of: title, count: 1_000)
        #expect(buckets == TitleWords.words(of: title).map { Int32(TitleWords.hash($0) % 1_000) })
    }

}
