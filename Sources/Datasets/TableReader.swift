internal import ByteStreams

/// Reads a CSV file's good rows and collects its bad ones: what the readers of interactions, items and users share.
final class TableReader {
    let csv: CSVReader
    private(set) var badRows: BadRows
    private(set) var goodRows = 0

    init(_ source: ByteSource, options: ReadOptions) throws(DatasetError) {
        csv = try CSVReader(source)
        badRows = BadRows(allowed: options.allowedBadRows)
    }

    var progress: ReadProgress {
        ReadProgress(
            bytesRead: csv.bytesRead, totalBytes: csv.totalBytes, rows: goodRows, badRows: badRows.count)
    }

    /// Reads up to `count` rows and hands the well-formed ones to `take`, until there are more bad rows than allowed.
    ///
    /// After that it reads on and only looks for further bad rows, so that the report is whole.
    ///
    /// - Parameters:
    ///   - count: Rows to read.
    ///   - take: Takes a row and keeps no hold on it, or throws why it cannot.
    /// - Returns: Whether there may be more rows.
    /// - Throws: ``DatasetError``: ``DatasetError/tooManyBadRows(name:_:)`` and ``DatasetError/noRows(name:)`` at the end.
    func readRows(
        _ count: Int, take: (CSVRow) throws(BadRowReason) -> Void
    ) throws(DatasetError) -> Bool {
        for _ in 0..<count {
            switch try csv.next() {
            case .end:
                guard !badRows.areTooMany else { throw .tooManyBadRows(name: csv.name, badRows) }
                guard goodRows + badRows.count > 0 else { throw .noRows(name: csv.name) }
                return false
            case .bad(let reason):
                badRows.add(BadRow(line: csv.line, reason: reason))
            case .row:
                do {
                    try take(csv.row)
                    goodRows += 1
                } catch {
                    badRows.add(BadRow(line: csv.line, reason: error))
                }
            }
        }
        return true
    }
}
