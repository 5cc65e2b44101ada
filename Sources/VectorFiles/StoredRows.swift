import ByteStreams

/// The rows of a file as they are stored, a block at a time.
struct StoredRows: ~Copyable {
    let layout: RowLayout
    let bytes: ByteReader
    private let blockRows: Int
    /// What is read of the first row already.
    private var head: [UInt32]
    /// Rows handed out so far.
    private(set) var rowsRead = 0
    /// Whether the file ended inside the row after those.
    private var isCut = false
    /// Whether the file was found to end where it should.
    private var isAtEnd = false

    init(_ source: ByteSource, tensor: String?, blockBytes: Int) throws(VectorFileError) {
        let bytes: ByteReader
        do throws(ByteStreamError) {
            bytes = try ByteReader(source)
        } catch {
            throw .unreadable(error)
        }
        var head: [UInt32] = []
        layout = try RowLayout(of: bytes, tensor: tensor, head: &head)
        self.bytes = bytes
        self.head = head
        blockRows = max(1, blockBytes / layout.rowBytes)
    }

    /// Reads the next rows, lengths and all, into the front of `buffer`.
    ///
    /// - Parameter buffer: Numbers of the size of the file's values; grows to a block when it is smaller.
    /// - Returns: Whole rows read; 0 at the end of a whole file.
    /// - Throws: ``VectorFileError`` when the file ends elsewhere than its header says, or inside a row.
    mutating func next<Number: FixedWidthInteger & BitwiseCopyable>(
        into buffer: inout [Number]
    ) throws(VectorFileError) -> Int {
        if isCut { throw .truncated(name: bytes.name, wholeRows: rowsRead, expectedRows: layout.rowCount) }
        let wanted = layout.rowCount.map { min(blockRows, $0 - rowsRead) } ?? blockRows
        guard wanted > 0 else {
            try checkEnd()
            return 0
        }
        let numbersPerRow = layout.rowBytes / MemoryLayout<Number>.stride
        if buffer.count != wanted * numbersPerRow {
            buffer = [Number](repeating: 0, count: wanted * numbersPerRow)
        }
        for (index, word) in head.enumerated() {
            buffer[index] = Number(truncatingIfNeeded: word)
        }
        let headBytes = head.count * MemoryLayout<UInt32>.stride
        let count = try bytes.numbers(into: &buffer, from: head.count) + headBytes
        head = []
        let rows = count / layout.rowBytes
        try checkLengths(of: rows, in: buffer, bytes: count)
        rowsRead += rows
        isCut = count % layout.rowBytes > 0 || layout.rowCount.map { rows < wanted && rowsRead < $0 } ?? false
        return rows == 0 && isCut ? try next(into: &buffer) : rows
    }

    /// Checks that each row, and what there is of one after them, says that it is as long as the first.
    private func checkLengths<Number: FixedWidthInteger>(
        of rows: Int, in buffer: [Number], bytes count: Int
    ) throws(VectorFileError) {
        guard layout.hasRowLengths else { return }
        let numbersPerRow = layout.dimensions + 1
        let started = count % layout.rowBytes >= MemoryLayout<Number>.stride ? rows + 1 : rows
        for row in 0..<started {
            let length = Int32(truncatingIfNeeded: buffer[row * numbersPerRow])
            guard length != layout.dimensions else { continue }
            throw .unequalRows(
                name: bytes.name, row: rowsRead + row, found: Int(length), expected: layout.dimensions)
        }
    }

    /// Checks that nothing follows the last row but what a header promises.
    private mutating func checkEnd() throws(VectorFileError) {
        guard !isAtEnd else { return }
        isAtEnd = true
        guard try bytes.skip(layout.trailerBytes) else {
            throw .truncated(name: bytes.name, wholeRows: rowsRead, expectedRows: layout.rowCount)
        }
        var more: [UInt8] = [0]
        guard try bytes.numbers(into: &more) == 0 else {
            throw .trailingBytes(name: bytes.name, rows: rowsRead)
        }
    }
}
