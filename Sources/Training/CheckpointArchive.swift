/// Goes through the changing state of a training, part after part: takes a copy of each, or puts back what an earlier one took.
///
/// Each type lists its parts once, for both ways, so that they cannot come apart.
struct CheckpointArchive {
    private(set) var words: [UInt64] = []
    private(set) var tables: [[Float]] = []
    /// What comes next on the way back; `nil` on the way out.
    private var next: (word: Int, table: Int)?
    private var fits = true

    /// Takes copies.
    init() {}

    /// Puts back the parts of a checkpoint.
    init(_ checkpoint: TrainingCheckpoint) {
        words = checkpoint.words
        tables = checkpoint.tables
        next = (0, 0)
    }

    /// Whether every part went back to where it was, and none was left over.
    var isRestored: Bool { fits && next.map { $0 == (words.count, tables.count) } ?? false }

    /// A number.
    mutating func pass(_ word: inout UInt64) {
        guard let at = next?.word else { return words.append(word) }
        guard at < words.count else { return fits = false }
        word = words[at]
        next?.word += 1
    }

    /// Parameters; as many as there are.
    mutating func pass(_ table: inout [Float]) {
        guard let at = next?.table else { return tables.append(table) }
        guard at < tables.count, tables[at].count == table.count else { return fits = false }
        table = tables[at]
        next?.table += 1
    }

    /// Numbers, however many.
    mutating func pass(_ list: inout [UInt64]) {
        var count = UInt64(list.count)
        pass(&count)
        if next != nil {
            guard count <= words.count else { return fits = false }
            list = [UInt64](repeating: 0, count: Int(count))
        }
        for index in list.indices { pass(&list[index]) }
    }

    mutating func pass(_ generator: inout SeededGenerator) {
        var words = generator.words
        pass(&words)
        guard let restored = SeededGenerator(words: words) else { return fits = false }
        generator = restored
    }
}
