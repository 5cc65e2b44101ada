/// A short list of numbers for each row, end to end in memory that is only read: texts, or the rows of other tables.
///
/// Four bytes a row beside the numbers: where a list begins is counted from the beginning of its 65,536 rows.
package struct PageLists<Element: BitwiseCopyable & Numeric & Sendable>: Sendable {
    /// All lists' numbers, in the order of the rows.
    package let elements: PageColumn<Element>
    /// Where each row's list begins, from the base of its block on; it ends where the next begins.
    package let starts: PageColumn<UInt32>
    /// Where each block of 65,536 rows begins in ``elements``.
    package let bases: PageColumn<UInt64>

    /// Puts together what was taken apart.
    ///
    /// - Returns: `nil` when the parts do not fit each other.
    package init?(elements: PageColumn<Element>, starts: PageColumn<UInt32>, bases: PageColumn<UInt64>) {
        guard bases.count == (starts.count + Self.blockRows - 1) / Self.blockRows else { return nil }
        self.elements = elements
        self.starts = starts
        self.bases = bases
        guard starts.count == 0 || (0..<starts.count).allSatisfy({ range(of: $0) != nil }) else { return nil }
    }

    init(_ builder: PageListsBuilder<Element>) {
        elements = PageColumn(builder.elements)
        starts = PageColumn(builder.starts)
        bases = PageColumn(builder.bases)
    }

    /// Number of rows.
    package var count: Int { starts.count }

    /// The list of a row.
    package subscript(row: Int) -> [Element] { elements.elements(bounds(of: row)) }

    /// Where a row's list lies in ``elements``.
    package func bounds(of row: Int) -> Range<Int> {
        guard let range = range(of: row) else {
            preconditionFailure("The list of row \(row) ends before it begins.")
        }
        return range
    }

    @usableFromInline static var blockRows: Int { 1 << 16 }

    private func range(of row: Int) -> Range<Int>? {
        let start = start(of: row)
        let end = row + 1 < count ? self.start(of: row + 1) : elements.count
        return start <= end && end <= elements.count ? start..<end : nil
    }

    private func start(of row: Int) -> Int { Int(truncatingIfNeeded: bases[row >> 16]) &+ Int(starts[row]) }
}

extension PageLists<UInt8> {
    /// The list of a row as text.
    package func text(_ row: Int) -> String {
        elements.withSpan { bytes in
            let part = bytes.extracting(bounds(of: row))
            // SAFETY: the buffer is copied while the closure runs.
            return unsafe part.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
        }
    }
}

/// Puts ``PageLists`` together, a row at a time.
package struct PageListsBuilder<Element: BitwiseCopyable & Numeric & Sendable> {
    @usableFromInline var elements: [Element] = []
    @usableFromInline var starts: [UInt32] = []
    @usableFromInline var bases: [UInt64] = []

    package init(expectedRows: Int = 0) {
        starts.reserveCapacity(expectedRows)
    }

    /// Adds the list of the next row.
    @inlinable
    package mutating func append(_ list: some Collection<Element>) {
        if starts.count % PageLists<Element>.blockRows == 0 { bases.append(UInt64(elements.count)) }
        let start = elements.count - Int(bases[bases.count - 1])
        precondition(start <= UInt32.max, "The lists of 65,536 rows hold \(start) numbers; 2^32 are the most.")
        starts.append(UInt32(start))
        elements.append(contentsOf: list)
    }

    package consuming func finish() -> PageLists<Element> { PageLists(self) }
}
