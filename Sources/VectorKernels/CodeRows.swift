import CVectorKernels

/// Rows of embeddings as signed bytes, one row after another: what lists are trained on, and planes are cut from.
///
/// Each row is scaled by itself: its largest magnitude is 127.
public struct CodeRows: Sendable {
    /// Dimensions kept of each row.
    public let dimensions: Int
    /// Number of rows.
    public private(set) var count = 0
    private var chunks: [[Int8]] = []
    private var inverseNorms: [Float] = []

    private static let chunkRows = 8192

    /// Starts without rows.
    public init(dimensions: Int) {
        precondition(dimensions > 0, "Codes of \(dimensions) dimensions.")
        self.dimensions = dimensions
    }

    /// Appends the first dimensions of a row.
    ///
    /// - Parameter row: At least ``dimensions`` finite values; a prefix of zeros has zero codes.
    public mutating func append(_ row: Span<Float>) {
        append(codes: RowCodes(row.extracting(first: dimensions)).values)
    }

    /// Appends the codes of a row of a table of as many dimensions.
    public mutating func append(_ table: PlaneTable, row: Int) {
        precondition(
            table.layout.dimensions == dimensions, "\(table.layout.dimensions) dimensions, not \(dimensions).")
        append(codes: table.codes(ofRow: row).values)
    }

    private mutating func append(codes: [Int8]) {
        if count % Self.chunkRows == 0 {
            chunks.append([])
            chunks[chunks.count - 1].reserveCapacity(Self.chunkRows * dimensions)
        }
        chunks[chunks.count - 1] += codes
        let squares = RowCodes(values: codes).sumOfSquares(of: 0..<dimensions)
        inverseNorms.append(squares == 0 ? 0 : 1 / Float(squares).squareRoot())
        count += 1
    }

    /// The first dimensions of each row, under the scale that the rows have.
    public func prefix(_ dimensions: Int) -> CodeRows {
        precondition(dimensions > 0 && dimensions <= self.dimensions, "\(dimensions) of \(self.dimensions).")
        guard dimensions < self.dimensions else { return self }
        var rows = CodeRows(dimensions: dimensions)
        for row in 0..<count {
            rows.append(codes: codes(of: row, first: dimensions).values)
        }
        return rows
    }

    /// Writes a row's unit vector; zeros when the row is zero.
    public func unpack(_ row: Int, into values: inout [Float]) {
        precondition(values.count == dimensions, "Room for \(values.count) of \(dimensions) values.")
        let scale = inverseNorms[row]
        unsafe withCodes(of: row) { codes in
            // SAFETY: codes and values hold `dimensions` elements.
            unsafe linden_unpack(codes, dimensions, scale, &values)
        }
    }

    /// Adds a row's unit vector to the `dimensions` sums from `start` on.
    public func add(_ row: Int, to sums: inout [Float], at start: Int) {
        precondition(start >= 0 && start + dimensions <= sums.count, "Sums from \(start) on of \(sums.count).")
        let scale = inverseNorms[row]
        unsafe withCodes(of: row) { codes in
            // SAFETY: the sums hold `dimensions` elements from `start` on.
            unsafe sums.withUnsafeMutableBufferPointer { sums in
                guard let base = sums.baseAddress else { return }
                unsafe linden_add_codes(codes, dimensions, scale, base + start)
            }
        }
    }

    /// The sum of some rows' unit vectors.
    public func sum(of members: some Collection<Int32>) -> [Float] {
        var sum = [Float](repeating: 0, count: dimensions)
        // SAFETY: codes and sums hold `dimensions` elements.
        unsafe sum.withUnsafeMutableBufferPointer { sum in
            guard let base = sum.baseAddress else { return }
            for row in members {
                let scale = inverseNorms[Int(row)]
                unsafe withCodes(of: Int(row)) { codes in
                    unsafe linden_add_codes(codes, dimensions, scale, base)
                }
            }
        }
        return sum
    }

    /// One over the norm of a row's codes; 0 for a row of zeros.
    public func inverseNorm(of row: Int) -> Float { inverseNorms[row] }

    /// Copies a row's codes to the start of a buffer that has room for them.
    func copy(_ row: Int, to codes: inout [Int8]) {
        precondition(codes.count >= dimensions, "Room for \(codes.count) of \(dimensions) codes.")
        unsafe withCodes(of: row) { from in
            // SAFETY: both hold `dimensions` codes, and the buffer is the caller's own.
            unsafe codes.withUnsafeMutableBytes { to in
                unsafe to.copyMemory(from: UnsafeRawBufferPointer(start: from, count: dimensions))
            }
        }
    }

    /// The first codes of a row.
    func codes(of row: Int, first length: Int) -> RowCodes {
        let start = row % Self.chunkRows * dimensions
        return RowCodes(values: Array(chunks[row / Self.chunkRows][start..<start + length]))
    }

    /// Calls `body` with a row's codes.
    @unsafe
    func withCodes<Result>(of row: Int, _ body: (UnsafePointer<Int8>) -> Result) -> Result {
        precondition(row >= 0 && row < count, "Row \(row) of \(count).")
        // SAFETY: the chunk holds `dimensions` codes for each of its rows, and outlives the closure.
        return unsafe chunks[row / Self.chunkRows].withUnsafeBufferPointer { codes in
            guard let base = codes.baseAddress else { preconditionFailure("A chunk without rows.") }
            return unsafe body(base + row % Self.chunkRows * dimensions)
        }
    }
}
