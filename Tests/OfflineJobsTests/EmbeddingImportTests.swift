import ByteStreams
import Domain
import JSON
import OfflineJobs
import TestSupport
import Testing
import VectorFiles

@Suite("An import of embeddings")
struct EmbeddingImportTests {
    @Test("publishes and activates the vectors with the rungs that may be served, and what plans find by them")
    func publishes() async throws {
        let store = MemoryStore()
        let files = try ImportedFiles()
        let report = try await Self.job(store).run(name: "word-vectors", items: files.items, users: files.users)
        let active = try #require(try await store.activeGeneration())
        #expect(report.generation.number == active && report.generation.state == .active)
        #expect(report.generation.name == "word-vectors" && report.before == nil)
        #expect(report.generation.ladder.rungs == [16, 32] && report.servedFrom == 16)
        #expect(report.items.unknown == 400 && report.users?.unknown == 30)
        #expect(report.asksAsUsers && report.measurement.queries == 30)
        let loaded = try await store.loaded(active)
        #expect(loaded.items.map(\.item.id.text) == (0..<400).map { "i\($0)" })
        #expect(loaded.published.frontier == report.frontier && !report.plans.isEmpty)
        #expect(report.lines.contains { $0.hasPrefix("These vectors may be served from 16 dimensions on:") })
        #expect(report.lines.last == "g1 'word-vectors' serves now.")
        #expect(try JSONValue(parsing: report.json.bytes)["served_from"] == .integer(16))
    }

    @Test("serves vectors that are not nested by all their dimensions, and says so")
    func notNested() async throws {
        let store = MemoryStore()
        let files = try ImportedFiles(reversed: true)
        let report = try await Self.job(store).run(name: "a", items: files.items, users: nil)
        #expect(report.generation.ladder.rungs == [32] && report.servesOnlyWhole)
        #expect(report.lines.contains { $0.hasPrefix("These vectors may be served by all 32 dimensions only") })
        #expect(report.plans.allSatisfy { $0.plan.hasPrefix("s32") })
    }

    @Test("of the same vectors again changes nothing, whatever the name")
    func repeats() async throws {
        let store = MemoryStore()
        let files = try ImportedFiles()
        let first = try await Self.job(store).run(name: "a", items: files.items, users: files.users)
        for name in ["a", "b"] {
            let again = try await Self.job(store).run(name: name, items: files.items, users: files.users)
            #expect(again.generation == first.generation)
        }
        #expect(try await store.generations().count == 1)
        // Other users are another generation.
        let itemsOnly = try await Self.job(store).run(name: "c", items: files.items, users: nil)
        #expect(itemsOnly.generation.number.rawValue == 2 && itemsOnly.before == first.generation.number)
        await #expect(throws: GenerationNameError.taken("a", by: first.generation.number)) {
            _ = try await Self.job(store) { $0.ladder = try PrefixLadder([32]) }
                .run(name: "a", items: files.items, users: files.users)
        }
    }

    @Test("counts what the catalogue lacks and what lacks a vector, and leaves out or adds as asked")
    func catalogue() async throws {
        let store = MemoryStore()
        try await store.upsert(try (1...4).map { CatalogueItem(id: try ItemID("other\($0)")) })
        try await store.upsert(try (0..<100).map { CatalogueItem(id: try ItemID("i\($0)"), title: "title") })
        _ = try await store.delete(item: try ItemID("i7"))
        let files = try ImportedFiles()
        let known = try await Self.job(store) {
            $0.leavesOutUnknown = true; $0.activates = false
        }
        .run(name: "known", items: files.items, users: files.users)
        #expect(known.generation.items == 100 && known.generation.users == 0 && known.generation.state == .verified)
        #expect(known.items.unknown == 300 && known.items.deleted == 1 && known.items.missing == 4)
        #expect(
            known.lines[2] == "4 items of the catalogue have no vector and are not served: other1, other2, other3, ….")
        #expect(!known.asksAsUsers)
        #expect(try await store.activeGeneration() == nil)
        let all = try await Self.job(store).run(name: "all", items: files.items, users: files.users)
        #expect(all.generation.items == 400 && all.generation.users == 30)
        #expect(try await store.loaded(all.generation.number).items.count == 403)
    }

    @Test("stores nothing of what it refuses", arguments: refusals)
    func refused(refusal: Refusal) async throws {
        let store = MemoryStore()
        let files = try ImportedFiles()
        let (items, users) = try refusal.spoil(files)
        let job = try Self.job(store, refusal.options)
        do {
            _ = try await job.run(name: refusal.name, items: items, users: users)
            Issue.record("It was taken.")
        } catch {
            #expect("\(error)".replacing(files.path + "/", with: "") == refusal.message)
        }
        #expect(try await store.generations().isEmpty)
        #expect(try await store.interactionLog().items.isEmpty)
    }

    struct Refusal: CustomTestStringConvertible, Sendable {
        let message: String
        var name = "a"
        var options: @Sendable (inout EmbeddingImportJob.Options) throws -> Void = { _ in }
        let spoil: @Sendable (ImportedFiles) throws -> (EmbeddingFile, EmbeddingFile?)
        var testDescription: String { message }
    }

    static func job(
        _ store: MemoryStore, _ change: (inout EmbeddingImportJob.Options) throws -> Void = { _ in }
    ) rethrows -> EmbeddingImportJob {
        var options = EmbeddingImportJob.Options()
        options.minimumRecall = 0.9
        try change(&options)
        return EmbeddingImportJob(store: store, options: options)
    }

    private static let refusals: [Refusal] = [
        Refusal(
            message:
                "'g3' is no name for a generation. Give 1 to 64 letters, digits, '.', '_' and '-', and none such as g3.",
            name: "g3"
        ) { ($0.items, $0.users) },
        Refusal(message: "There is no file none.npy. Check the path.") {
            (EmbeddingFile(vectors: .file($0.path + "/none.npy"), idOption: "--item-ids"), $0.users)
        },
        Refusal(
            message:
                "alone.npy has no ids beside it: there is neither alone.ids nor alone.txt. Give a file with one id a "
                + "line, in the order of the rows, with --item-ids FILE."
        ) { files in
            try files.directory.write(VectorBytes.npy([[1, 2]]), to: "alone.npy")
            return (EmbeddingFile(vectors: .file(files.path + "/alone.npy"), idOption: "--item-ids"), nil)
        },
        Refusal(
            message: "items.ids has 2 ids, items.npy has 400 rows. Give one id for each row, in the same order."
        ) { files in
            try files.directory.write(Array("a\nb\n".utf8), to: "items.ids")
            return (files.items, files.users)
        },
        Refusal(message: "users.txt has one id on the lines 1 and 3. Give each id one row.") { files in
            try files.directory.write(Array("a\r\nb\r\na\r\n".utf8), to: "users.txt")
            return (files.items, files.users)
        },
        Refusal(message: "users.txt, line 2: The id is empty. Give 1 to 256 bytes of UTF-8.") { files in
            try files.directory.write(Array("a\n\nb\n".utf8), to: "users.txt")
            return (files.items, files.users)
        },
        Refusal(message: "users.npy has rows of 2 dimensions, items.npy of 32. Give files of one model.") { files in
            try files.directory.write(VectorBytes.npy([[1, 2]]), to: "users.npy")
            return (files.items, files.users)
        },
        Refusal(message: "users.npy, row 1, column 3, is not a finite number. Leave the row out, or mend it.") {
            files in
            var rows = [[Float]](repeating: [Float](repeating: 1, count: 32), count: 30)
            rows[1][3] = .nan
            try files.directory.write(VectorBytes.npy(rows), to: "users.npy")
            return (files.items, files.users)
        },
        Refusal(
            message: "The ladder 16,64 goes beyond the vectors' 32 dimensions. Give rungs of at most 32.",
            options: { $0.ladder = try PrefixLadder([16, 64]) }
        ) { ($0.items, $0.users) },
        Refusal(
            message:
                "None of the 400 ids of items.npy is in the catalogue. Check that they are the catalogue's, import its "
                + "items first, or leave out --known-only.",
            options: { $0.leavesOutUnknown = true }
        ) { ($0.items, $0.users) },
    ]
}

/// Files of 400 items and 30 users of 32 dimensions: `items.npy` with `items.ids`, `users.npy` with `users.txt`.
struct ImportedFiles: Sendable {
    let directory: TemporaryDirectory
    var path: String { directory.path }
    let items: EmbeddingFile
    let users: EmbeddingFile

    /// Makes nested vectors, or such with their spread at the end.
    init(reversed isReversed: Bool = false) throws {
        directory = try TemporaryDirectory()
        let vectors = ClusteredVectors(items: 400, queries: 30, dimensions: 32, seed: 11)
        func rows(_ table: EmbeddingTable) -> [[Float]] {
            (0..<table.count).map { row in
                let scaled = table.row(row).enumerated().map { $1 * (4 / (4 + Float($0))) * 1e5 }
                return isReversed ? scaled.reversed() : scaled
            }
        }
        try directory.write(VectorBytes.npy(rows(vectors.items)), to: "items.npy")
        try directory.write(VectorBytes.npy(rows(vectors.queries)), to: "users.npy")
        try directory.write(Array((0..<400).map { "i\($0)\n" }.joined().utf8), to: "items.ids")
        try directory.write(Array((0..<30).map { "u\($0)" }.joined(separator: "\r\n").utf8), to: "users.txt")
        items = EmbeddingFile(vectors: .file(directory.path + "/items.npy"), idOption: "--item-ids")
        users = EmbeddingFile(vectors: .file(directory.path + "/users.npy"), idOption: "--user-ids")
    }
}
