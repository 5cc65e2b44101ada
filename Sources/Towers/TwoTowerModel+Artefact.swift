import Domain

extension TwoTowerModel {
    /// "LINDEN2T" as the artefact begins.
    private static let magic: [UInt8] = Array("LINDEN2T".utf8)
    private static let version: UInt32 = 2

    /// The model as one artefact: magic, format number, parts, and a 64-bit FNV-1a of all before it; little-endian.
    ///
    /// Equal models have equal bytes.
    public func encoded() -> [UInt8] {
        var writer = ArtefactWriter()
        for byte in Self.magic { writer.append(byte) }
        writer.append(Self.version)
        writer.append(count: ladder.rungs.count)
        for rung in ladder.rungs { writer.append(UInt32(rung)) }
        writer.append(count: historyLength)
        writer.append(count: vocabulary.items.count)
        for item in vocabulary.items { writer.append(text: item.bytes) }
        writer.append(count: vocabulary.categories.count)
        for category in vocabulary.categories { writer.append(text: category.utf8) }
        writer.append(count: vocabulary.wordBuckets)
        let userIDs = users.sorted { $0.value < $1.value }.map(\.key)
        writer.append(count: userIDs.count)
        for user in userIDs { writer.append(text: user.bytes) }
        for table in [encoder.items, encoder.categories, encoder.words] { writer.append(table) }
        for table in [historyWeights, userRows, unknownItem] { writer.append(table) }
        writer.append(count: reader?.shape.width ?? 0)
        writer.append(count: reader?.shape.blocks ?? 0)
        writer.append(reader?.parameters ?? [])
        writer.append(Self.checksum(of: writer.bytes[...]))
        return writer.bytes
    }

    /// Reads an artefact that ``encoded()`` made.
    ///
    /// - Throws: ``ModelArtefactError`` when the bytes are not a model, are of another format, or are damaged.
    public init(decoding bytes: [UInt8]) throws(ModelArtefactError) {
        guard bytes.starts(with: Self.magic) else { throw .notAModel }
        let end = bytes.count - 8
        guard end >= Self.magic.count + 4 else { throw .truncated(bytes: bytes.count) }
        var reader = ArtefactReader(bytes, range: Self.magic.count..<end)
        let version = try reader.integer(UInt32.self)
        guard version == Self.version else {
            throw .unknownVersion(found: Int(version), known: Int(Self.version))
        }
        var trailer = ArtefactReader(bytes, range: end..<bytes.count)
        guard try trailer.integer(UInt64.self) == Self.checksum(of: bytes[..<end]) else { throw .damaged }

        var rungs: [Int] = []
        for _ in 0..<(try reader.count(bytesEach: 4)) { rungs.append(Int(try reader.integer(UInt32.self))) }
        guard let ladder = Self.ladder(rungs) else { throw .inconsistent("\(rungs) is not a ladder") }
        let historyLength = try reader.integer(UInt64.self)
        guard historyLength >= 1, historyLength <= 1 << 20 else {
            throw .inconsistent("a history of \(historyLength) items")
        }
        let items: [ItemID] = try Self.ids(&reader)
        var categories: [String] = []
        for _ in 0..<(try reader.count(bytesEach: 4)) {
            guard let name = String(validating: try reader.text(), as: UTF8.self) else {
                throw .inconsistent("a category that is not UTF-8")
            }
            categories.append(name)
        }
        let wordBuckets = try reader.integer(UInt64.self)
        guard wordBuckets <= 1 << 30,
            let vocabulary = FeatureVocabulary(items: items, categories: categories, wordBuckets: Int(wordBuckets))
        else { throw .inconsistent("an item or a category that stands twice") }
        let userIDs: [UserID] = try Self.ids(&reader)
        let users = Dictionary(userIDs.enumerated().map { ($1, $0) }) { first, _ in first }
        guard users.count == userIDs.count else { throw .inconsistent("a user that stands twice") }

        let dimensions = ladder.fullLength
        let encoder = ItemEncoder(
            dimensions: dimensions, items: try Self.table(&reader, rows: [items.count], dimensions: dimensions),
            categories: try Self.table(&reader, rows: [categories.count], dimensions: dimensions),
            words: try Self.table(&reader, rows: [Int(wordBuckets)], dimensions: dimensions))
        let historyWeights = try Self.table(&reader, rows: [items.count], dimensions: 1)
        let userRows = try Self.table(&reader, rows: [users.count], dimensions: dimensions)
        let unknownItem = try Self.table(&reader, rows: [0, 1], dimensions: dimensions)
        let sequenceEncoder = try Self.sequenceEncoder(&reader, dimensions: dimensions)
        guard reader.isAtEnd else { throw .inconsistent("bytes after its last part") }
        self.init(
            ladder: ladder, historyLength: Int(historyLength), vocabulary: vocabulary, encoder: encoder,
            historyWeights: historyWeights, reader: sequenceEncoder, users: users, userRows: userRows,
            unknownItem: unknownItem)
    }

    private static func sequenceEncoder(
        _ reader: inout ArtefactReader, dimensions: Int
    ) throws(ModelArtefactError) -> SequenceEncoder? {
        let (width, blocks) = (try reader.integer(UInt64.self), try reader.integer(UInt64.self))
        guard width <= 1 << 16, blocks <= 1 << 8 else {
            throw .inconsistent("a history reader of \(blocks) blocks, \(width) wide")
        }
        let shape = SequenceShape(dimensions: dimensions, width: Int(width), blocks: Int(blocks))
        let parameters = try table(&reader, rows: [width == 0 ? 0 : shape.count], dimensions: 1)
        return width == 0 ? nil : SequenceEncoder(shape: shape, parameters: parameters)
    }

    private static func ladder(_ rungs: [Int]) -> PrefixLadder? {
        do { return try PrefixLadder(rungs) } catch { return nil }
    }

    private static func ids<Subject>(
        _ reader: inout ArtefactReader
    ) throws(ModelArtefactError) -> [ExternalID<Subject>] {
        var ids: [ExternalID<Subject>] = []
        for _ in 0..<(try reader.count(bytesEach: 4)) {
            let text = try reader.text()
            do { ids.append(try ExternalID(utf8: Array(text))) } catch { throw .inconsistent(error.description) }
        }
        return ids
    }

    /// Reads a table of finite elements with one of the row counts.
    private static func table(
        _ reader: inout ArtefactReader, rows: [Int], dimensions: Int
    ) throws(ModelArtefactError) -> [Float] {
        let elements = try reader.floats()
        guard rows.contains(where: { $0 * dimensions == elements.count }) else {
            throw .inconsistent("a table of \(elements.count) elements for \(rows) rows of \(dimensions)")
        }
        guard elements.allSatisfy(\.isFinite) else { throw .inconsistent("an element that is not a number") }
        return elements
    }

    private static func checksum(of bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reduce(14_695_981_039_346_656_037) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
    }
}
