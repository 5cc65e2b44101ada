import Dispatch

/// A fixed number of workers that share the rows of matrices among them.
///
/// Which rows a worker gets depends on the number of workers alone, so results are the same on every run.
public struct MatrixWorkers: Hashable, Sendable {
    /// Number of workers, 1 or more.
    public let count: Int

    public init(count: Int) {
        precondition(count > 0, "\(count) workers cannot work.")
        self.count = count
    }

    /// Does `work` once for each worker, at the same time where cores are free, and returns when all are done.
    public func run(_ work: @Sendable (_ worker: Int) -> Void) {
        guard count > 1 else { return work(0) }
        DispatchQueue.concurrentPerform(iterations: count, execute: work)
    }

    /// Splits `rows` rows evenly.
    public func range(of worker: Int, rows: Int) -> Range<Int> {
        rows * worker / count..<rows * (worker + 1) / count
    }

    /// Where each worker's share of ascending `rows` begins and ends, so that shares are about equal.
    ///
    /// - Returns: Positions in `rows`, `count + 1` of them.
    public func shares(of rows: Int) -> [Int] { (0...count).map { rows * $0 / count } }

    /// Lets each worker write rows of its own.
    ///
    /// - Parameters:
    ///   - elements: Row-major matrix.
    ///   - rowLength: Elements a row.
    ///   - boundaries: `count + 1` ascending rows; worker `w` gets those from `boundaries[w]` to before `boundaries[w + 1]`.
    ///   - work: Given its worker and its rows, the first of which is `boundaries[worker]`.
    public func write(
        _ elements: inout [Float], rowLength: Int, boundaries: [Int],
        _ work: @Sendable (_ worker: Int, _ rows: inout MutableSpan<Float>) -> Void
    ) {
        check(boundaries, rowLength: rowLength, elements: elements.count)
        // SAFETY: boundaries ascend and end inside the array, so the workers' parts lie inside it and apart.
        unsafe elements.withUnsafeMutableBufferPointer { buffer in
            let start = UInt(bitPattern: buffer.baseAddress)
            run { worker in
                var rows = unsafe MutableSpan(
                    _unsafeElements: part(boundaries[worker]..<boundaries[worker + 1], rowLength: rowLength, of: start))
                work(worker, &rows)
            }
        }
    }

    /// Lets each worker write the same rows of two matrices.
    ///
    /// - Parameters:
    ///   - first: Row-major matrix.
    ///   - second: Row-major matrix of as many rows.
    ///   - rowLengths: Elements a row of each.
    ///   - boundaries: `count + 1` ascending rows; worker `w` gets those from `boundaries[w]` to before `boundaries[w + 1]`.
    ///   - work: Given its worker and its rows of both, the first of which is `boundaries[worker]`.
    public func write(
        _ first: inout [Float], _ second: inout [Float], rowLengths: (Int, Int), boundaries: [Int],
        _ work:
            @Sendable (_ worker: Int, _ first: inout MutableSpan<Float>, _ second: inout MutableSpan<Float>) -> Void
    ) {
        check(boundaries, rowLength: rowLengths.0, elements: first.count)
        check(boundaries, rowLength: rowLengths.1, elements: second.count)
        // SAFETY: boundaries ascend and end inside both arrays, so the workers' parts lie inside them and apart.
        unsafe first.withUnsafeMutableBufferPointer { firstBuffer in
            unsafe second.withUnsafeMutableBufferPointer { secondBuffer in
                let starts = (
                    UInt(bitPattern: firstBuffer.baseAddress), UInt(bitPattern: secondBuffer.baseAddress)
                )
                run { worker in
                    let rows = boundaries[worker]..<boundaries[worker + 1]
                    var one = unsafe MutableSpan(
                        _unsafeElements: part(rows, rowLength: rowLengths.0, of: starts.0))
                    var two = unsafe MutableSpan(
                        _unsafeElements: part(rows, rowLength: rowLengths.1, of: starts.1))
                    work(worker, &one, &two)
                }
            }
        }
    }

    /// The elements of some rows of a matrix that begins at the address `start`; an address, unlike a pointer, may cross to
    /// another thread.
    private func part(_ rows: Range<Int>, rowLength: Int, of start: UInt) -> UnsafeMutableBufferPointer<Float> {
        // SAFETY: callers pass the address of a live array and rows inside it.
        let first = unsafe UnsafeMutablePointer<Float>(bitPattern: start)
        return unsafe UnsafeMutableBufferPointer(
            start: first.map { unsafe $0 + rows.lowerBound * rowLength },
            count: first == nil ? 0 : rows.count * rowLength)
    }

    private func check(_ boundaries: [Int], rowLength: Int, elements: Int) {
        let ascends = zip(boundaries, boundaries.dropFirst()).allSatisfy { $0 <= $1 }
        precondition(
            boundaries.count == count + 1 && ascends && boundaries[0] >= 0 && boundaries[count] * rowLength <= elements,
            "Boundaries \(boundaries) for \(count) workers, rows of \(rowLength), \(elements) elements.")
    }
}
