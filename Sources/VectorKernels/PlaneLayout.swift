import CVectorKernels

/// How the dimensions of a row are split over planes: one plane for each step of a ladder.
public struct PlaneLayout: Hashable, Sendable {
    /// The dimensions of each plane: 0..<16, 16..<32, 32..<64 …; each begins where the one before ends.
    public let steps: [Range<Int>]
    /// Quads (four dimensions, one byte each) of each plane; the last one may be padded.
    let quads: [Int]
    /// Quads of all planes before each plane, and at the end of all.
    let quadStarts: [Int]

    /// Creates a layout of neighbouring steps that start at 0.
    public init(steps: [Range<Int>]) {
        precondition(steps.first?.lowerBound == 0, "Planes \(steps) must start at dimension 0.")
        for (step, next) in zip(steps, steps.dropFirst()) {
            precondition(step.upperBound == next.lowerBound, "Planes \(step) and \(next) are not neighbours.")
        }
        precondition(steps.allSatisfy { !$0.isEmpty }, "A plane of \(steps) is empty.")
        self.steps = steps
        quads = steps.map { ($0.count + 3) / 4 }
        var starts = [0]
        for count in quads {
            starts.append(starts[starts.count - 1] + count)
        }
        quadStarts = starts
    }

    /// Full length of a row, in dimensions.
    public var dimensions: Int { steps[steps.count - 1].upperBound }

    /// Bytes of a row's codes and inverse norms.
    public var bytesPerRow: Int { quadStarts[steps.count] * 4 + steps.count * 2 }

    /// Bytes that a scan of the planes 0 … `rung` reads of each row, without its inverse norm.
    public func scannedBytes(rung: Int) -> Int { quadStarts[rung + 1] * 4 }
}

/// Up to ``PlaneTable/blockRows`` rows of a table, in memory that blocks before and after may share.
///
/// The memory holds plane after plane, then the inverse norms rung after rung, each for `capacity` rows: neighbouring
/// blocks of one memory are read as one stream.
struct PlaneBlock: Sendable {
    let memory: PageMemory
    /// Rows that the memory has room for; a multiple of the block's length.
    let capacity: Int
    /// The block's first row in the memory; a multiple of 16, and of the block's length unless it is part of one.
    let firstRow: Int

    /// Where the block's part of a plane starts, in bytes.
    func offset(ofPlane plane: Int, in layout: PlaneLayout) -> Int {
        4 * (capacity * layout.quadStarts[plane] + firstRow * layout.quads[plane])
    }

    /// Where the block's inverse norms of a rung start, in bytes.
    func offset(ofNorms rung: Int, in layout: PlaneLayout) -> Int {
        4 * capacity * layout.quadStarts[layout.steps.count] + 2 * (capacity * rung + firstRow)
    }
    /// Calls `body` with the planes 0 … `rung` from the block's first row on, and with its inverse norms at that rung.
    ///
    /// The pointers are valid until `body` returns.
    @unsafe
    func withPlanes<Result>(
        rung: Int, in layout: PlaneLayout,
        _ body: (UnsafeMutableBufferPointer<linden_plane>, UnsafePointer<UInt16>) -> Result
    ) -> Result {
        // SAFETY: the offsets are those that the builder wrote at, and the memory outlives both closures.
        unsafe memory.withPointer(at: 0) { base in
            unsafe withUnsafeTemporaryAllocation(of: linden_plane.self, capacity: rung + 1) { planes in
                for plane in 0...rung {
                    let start = unsafe base + offset(ofPlane: plane, in: layout)
                    unsafe planes.initializeElement(
                        at: plane,
                        to: linden_plane(rows: start.assumingMemoryBound(to: UInt8.self), quads: layout.quads[plane]))
                }
                let norms = unsafe base + offset(ofNorms: rung, in: layout)
                return unsafe body(planes, norms.assumingMemoryBound(to: UInt16.self))
            }
        }
    }
}
