import CVectorKernels

/// Queries of one rung, side by side: what reads each row of a ``PlaneTable`` once for many of them.
///
/// A batch takes its memory when it is made, and for hits when it is first scanned for, and none afterwards: fill it, use
/// it, empty it, fill it again.
public struct PlaneQueryBatch: ~Copyable, Sendable {
    /// The planes of the tables that it is for.
    public let layout: PlaneLayout
    /// Position of the rung in the layout: the planes 0 … `rung` are read.
    public let rung: Int
    /// Queries that it has room for.
    public let capacity: Int
    /// The kind of CPU that it is packed for.
    public let kernel: KernelChoice
    /// Number of queries.
    public private(set) var count = 0

    /// Eight queries to a tile, their quads interleaved.
    var tileQuads: [Int32]
    /// The codes again as pairs of 16 bits, for the kernel that wants them.
    var tilePairs: [Int32]
    /// What the rows' offset of 128 adds to the inner products of each query.
    var biases: [Int32]
    /// One over the norm of each query's codes.
    var inverseNorms: [Float]
    /// What scans find; without room until the first.
    var hits = BatchHits()
    /// Dimensions of each plane that is read.
    private let stepLengths: [Int]
    private var codes: [Int8]
    private var values: [Float]

    /// Creates an empty batch.
    public init(layout: PlaneLayout, rung: Int, capacity: Int, kernel: KernelChoice = .current) {
        precondition(layout.steps.indices.contains(rung), "Rung \(rung) of \(layout.steps.count).")
        precondition(capacity > 0, "Room for \(capacity) queries.")
        self.layout = layout
        self.rung = rung
        self.capacity = capacity
        self.kernel = kernel
        let places = (capacity + Self.tileQueries - 1) / Self.tileQueries * Self.tileQueries
        let quads = layout.quadStarts[rung + 1]
        tileQuads = [Int32](repeating: 0, count: places * quads)
        tilePairs = [Int32](repeating: 0, count: kernel == .avx2 ? 2 * places * quads : 0)
        biases = [Int32](repeating: 0, count: capacity)
        inverseNorms = [Float](repeating: 0, count: capacity)
        stepLengths = layout.steps[...rung].map(\.count)
        codes = [Int8](repeating: 0, count: 4 * quads)
        values = [Float](repeating: 0, count: layout.steps[rung].upperBound)
    }

    /// Quads of each query.
    var quadCount: Int { layout.quadStarts[rung + 1] }

    /// Empties the batch and keeps its memory.
    public mutating func removeAll() {
        count = 0
    }

    /// Appends a query, rounded as ``PlaneQuery`` rounds it.
    ///
    /// - Parameter query: At least the rung's dimensions; what follows them is passed over. A prefix that is zero, or not
    ///   finite, has the score 0 with every row.
    public mutating func append(_ query: Span<Float>) {
        pack(query.extracting(first: values.count))
    }

    /// Appends a query of half-precision bits, as ``append(_:)`` does.
    public mutating func append(halves query: Span<UInt16>) {
        var prefix: [Float] = []
        swap(&prefix, &values)
        var span = prefix.mutableSpan
        HalfPrecision.convert(query.extracting(first: span.count), to: &span, kernel: kernel)
        pack(prefix.span)
        swap(&prefix, &values)
    }

    /// Appends a query of the same layout and rung.
    public mutating func append(_ query: PlaneQuery) {
        precondition(
            query.rung == rung && query.quads.count == quadCount,
            "A query of rung \(query.rung) with \(query.quads.count) quads, a batch of rung \(rung) with \(quadCount).")
        let place = nextPlace()
        for quad in query.quads.indices {
            tileQuads[place + quad * Self.tileQueries] = query.quads[quad]
        }
        if !tilePairs.isEmpty {
            let pairPlace = pairPlace(ofQuery: count)
            for pair in query.pairs.indices {
                tilePairs[pairPlace + pair * Self.tileQueries] = query.pairs[pair]
            }
        }
        biases[count] = query.bias
        inverseNorms[count] = query.inverseNorm
        count += 1
    }

    /// Appends a row of codes as a query, as it is.
    ///
    /// - Parameters:
    ///   - rows: Rows of the dimensions of this batch's only plane.
    ///   - row: One of them.
    public mutating func append(_ rows: CodeRows, row: Int) {
        precondition(
            stepLengths == [rows.dimensions], "Codes of \(rows.dimensions) dimensions for planes of \(stepLengths).")
        let place = nextPlace()
        let pairPlace = pairPlace(ofQuery: count)
        let quadCount = quadCount
        rows.copy(row, to: &codes)
        // SAFETY: the codes are those of the only plane, zeros behind them; the place is one of the tiles'.
        let sums = unsafe tileQuads.withUnsafeMutableBufferPointer { quads in
            unsafe tilePairs.withUnsafeMutableBufferPointer { pairs in
                let quads = unsafe quads.baseAddress.map { unsafe $0 + place }
                let pairs = pairs.isEmpty ? nil : unsafe pairs.baseAddress.map { unsafe $0 + pairPlace }
                return unsafe linden_pack_tile_codes(codes, quadCount, quads, pairs)
            }
        }
        book(sums)
    }

    private mutating func book(_ sums: linden_code_sums) {
        biases[count] = 128 * sums.sum
        inverseNorms[count] = sums.sum_of_squares == 0 ? 0 : 1 / Float(sums.sum_of_squares).squareRoot()
        count += 1
    }

    private mutating func pack(_ prefix: Span<Float>) {
        let place = nextPlace()
        let pairPlace = pairPlace(ofQuery: count)
        // SAFETY: the prefix has the dimensions of all steps; the codes have four bytes a quad, of which only those of
        // dimensions are ever written; the tiles have room for `capacity` queries, and the place is one of theirs.
        let sums = unsafe prefix.withUnsafeBufferPointer { prefix in
            unsafe tileQuads.withUnsafeMutableBufferPointer { quads in
                unsafe tilePairs.withUnsafeMutableBufferPointer { pairs in
                    let query = prefix.baseAddress
                    let quads = unsafe quads.baseAddress.map { unsafe $0 + place }
                    let pairs = pairs.isEmpty ? nil : unsafe pairs.baseAddress.map { unsafe $0 + pairPlace }
                    return unsafe linden_pack_tile(query, stepLengths, stepLengths.count, &codes, quads, pairs)
                }
            }
        }
        book(sums)
    }

    /// Where the next query's first quad lies.
    private func nextPlace() -> Int {
        precondition(count < capacity, "A batch of \(capacity) queries is full.")
        return count / Self.tileQueries * Self.tileQueries * quadCount + count % Self.tileQueries
    }

    /// Where a query's first pair lies.
    private func pairPlace(ofQuery query: Int) -> Int {
        query / Self.tileQueries * Self.tileQueries * 2 * quadCount + query % Self.tileQueries
    }

    private static let tileQueries = Int(LINDEN_TILE_QUERIES)
}
