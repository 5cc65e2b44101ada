import TestSupport
import Testing
import VectorFiles

@Suite("Nearest neighbours of a file")
struct NearestNeighboursTests {
    @Test("are the first k of each query", arguments: 1...4)
    func first(k: Int) throws {
        let file = try TemporaryFile(VectorBytes.ivecs(lists), suffix: ".ivecs")
        let found = try NearestNeighbours(file.source, queries: 2, baseRows: 10, k: k)
        #expect(found.count == 2)
        #expect((0..<2).map { found[$0].map { Int($0) } } == lists.prefix(2).map { Array($0.prefix(k)) })
    }

    @Test("are more than k where the file has more and more are wanted", arguments: [1, 2, 3, 4, 100])
    func more(atMost: Int) throws {
        let file = try TemporaryFile(VectorBytes.ivecs(lists), suffix: ".ivecs")
        let found = try NearestNeighbours(file.source, queries: 3, baseRows: 10, k: 2, atMost: atMost)
        #expect(found.k == min(4, max(2, atMost)))
        #expect((0..<3).map { found[$0].map { Int($0) } } == lists.map { Array($0.prefix(found.k)) })
    }

    @Test("are refused when there are not enough")
    func tooFew() throws {
        let file = try TemporaryFile(VectorBytes.ivecs(lists), suffix: ".ivecs")
        #expect(throws: VectorFileError.missingNeighbours(name: file.path, rows: 3, queries: 4)) {
            try NearestNeighbours(file.source, queries: 4, baseRows: 10, k: 4)
        }
        #expect(throws: VectorFileError.tooFewNeighbours(name: file.path, width: 4, asked: 5)) {
            try NearestNeighbours(file.source, queries: 3, baseRows: 10, k: 5)
        }
    }

    @Test("are refused when they are no rows of the base file", arguments: [-1, 10, Int(Int32.max), Int(Int32.min)])
    func outside(id: Int) throws {
        var lists = lists
        lists[2][1] = id
        let file = try TemporaryFile(VectorBytes.ivecs(lists), suffix: ".ivecs")
        #expect(throws: VectorFileError.noSuchNeighbour(name: file.path, row: 2, column: 1, id: id, rows: 10)) {
            try NearestNeighbours(file.source, queries: 3, baseRows: 10, k: 2)
        }
    }

    @Test("are refused when one stands twice in a row, however far behind")
    func repeated() throws {
        let file = try TemporaryFile(VectorBytes.npy(ids: lists + [[5, 6, 7, 5]], as: Int64.self), suffix: ".npy")
        #expect(throws: VectorFileError.repeatedNeighbour(name: file.path, row: 3, id: 5)) {
            try NearestNeighbours(file.source, queries: 4, baseRows: 10, k: 2)
        }
    }

    private let lists = [[0, 1, 2, 3], [9, 8, 7, 6], [4, 3, 2, 1]]
}
