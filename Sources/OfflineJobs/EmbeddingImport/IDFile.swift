import ByteStreams
import Domain

/// A file with one id a line, in the order of the rows of a file of vectors.
struct IDFile {
    let source: ByteSource

    /// The file that belongs to a file of vectors when none is named: beside `items.npy` or `items.npy.gz`, `items.ids` or
    /// else `items.txt`.
    ///
    /// - Throws: ``EmbeddingImportError/noIDs(vectors:tried:option:)`` when there is neither.
    static func beside(_ vectors: ByteSource, option: String) throws(EmbeddingImportError) -> IDFile {
        var stem = vectors.name[...]
        if stem.hasSuffix(".gz") { stem = stem.dropLast(3) }
        if let dot = stem.lastIndex(of: "."), !stem[dot...].contains("/") { stem = stem[..<dot] }
        let tried = ["\(stem).ids", "\(stem).txt"]
        guard vectors != .standardInput, let found = tried.first(where: { ByteSource.file($0).exists }) else {
            throw .noIDs(vectors: vectors.name, tried: vectors == .standardInput ? [] : tried, option: option)
        }
        return IDFile(source: .file(found))
    }

    /// Reads the ids, one a line.
    ///
    /// Lines end with LF or CRLF; the last one need not.
    ///
    /// - Throws: ``EmbeddingImportError`` for a line that is no id, or one that was there before.
    func ids<Subject>(of _: Subject.Type = Subject.self) throws(EmbeddingImportError) -> [ExternalID<Subject>] {
        var ids: [ExternalID<Subject>] = []
        var lines: [ExternalID<Subject>: Int] = [:]
        var rest = try bytes()[...]
        if rest.starts(with: [0xef, 0xbb, 0xbf]) { rest = rest.dropFirst(3) }
        while !rest.isEmpty {
            let end = rest.firstIndex(of: 0x0a) ?? rest.endIndex
            let line = rest[..<end]
            rest = rest[end...].dropFirst()
            let number = ids.count + 1
            let id: ExternalID<Subject>
            do throws(ExternalIDError) {
                id = try ExternalID(utf8: Array(line.last == 0x0d ? line.dropLast() : line))
            } catch {
                throw .badID(file: source.name, line: number, error)
            }
            if let first = lines.updateValue(number, forKey: id) {
                throw .repeatedID(file: source.name, lines: first, number)
            }
            ids.append(id)
        }
        return ids
    }

    private func bytes() throws(EmbeddingImportError) -> [UInt8] {
        do throws(ByteStreamError) {
            let reader = try ByteReader(source)
            var block = [UInt8](repeating: 0, count: 1 << 16)
            var bytes: [UInt8] = []
            while case let count = try reader.read(into: &block), count > 0 { bytes += block[..<count] }
            return bytes
        } catch {
            throw .unreadable(error)
        }
    }
}
