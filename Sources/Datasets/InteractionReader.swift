public import ByteStreams
public import Domain

/// Reads interactions from a CSV file, gzip or not, a batch at a time: memory does not grow with the file.
///
/// Columns, by their names or by ``ReadOptions/columns``:
/// - `user_id`, `item_id`: required; 1 to 256 bytes.
/// - `value` or `rating`: how much; a finite number.
/// - `timestamp`: when; see ``Domain/Timestamp/init(text:)``.
/// - `kind` or `type`: what was done; at most 64 bytes. Without it `rating` where the file has ratings, else `interaction`.
/// - `event_id`: the source's own id of the event.
///
/// All but the first two may be empty. Other columns are left out; ``ignoredColumns`` names them. A file that has an order
/// instead of times can pass its position for the timestamp (`--columns timestamp=order`), or by ``ReadOptions/orderColumn``,
/// which leaves out the rows without one: only the order then has meaning.
public final class InteractionReader {
    /// Meanings that ``ColumnMapping`` may name.
    public static let meanings = ["user_id", "item_id", "value", "rating", "timestamp", "kind", "type", "event_id"]

    /// The file's columns that mean nothing here.
    public let ignoredColumns: [String]

    /// Rows so far without a place in the order that ``ReadOptions/orderColumn`` names.
    public private(set) var rowsWithoutPlace = 0

    private let table: TableReader
    private let layout: InteractionLayout
    private let batchRows: Int

    /// Opens a source and reads its header.
    ///
    /// - Throws: ``DatasetError`` when it cannot be read, is empty, or has no column for a user or an item.
    public init(_ source: ByteSource, options: ReadOptions = ReadOptions()) throws(DatasetError) {
        let known = Self.meanings
        for meaning in options.columns.columns.keys.sorted() where !known.contains(meaning) {
            throw .unknownMeaning(meaning, known: known)
        }
        table = try TableReader(source, options: options)
        var roles = ColumnRoles(header: table.csv.header, mapping: options.columns, fileName: table.csv.name)
        layout = try InteractionLayout(&roles, latest: options.latest, orderColumn: options.orderColumn)
        ignoredColumns = roles.rest.map(\.name)
        batchRows = options.batchRows
    }

    /// How far the reading has come.
    public var progress: ReadProgress { table.progress }

    /// The bad rows so far.
    public var badRows: BadRows { table.badRows }

    /// Reads the next rows into `batch`, in place of what it held.
    ///
    /// The same batch passed again and again allocates nothing once it has grown. It can come back empty before the end
    /// when its rows were all bad. Cancellation is the caller's to check, between batches.
    ///
    /// - Returns: Whether there was anything left to read; `false` leaves the batch empty.
    /// - Throws: ``DatasetError``; ``DatasetError/tooManyBadRows(name:_:)`` only at the end, with all of them counted, so
    ///   roll back what was stored of earlier batches.
    public func read(into batch: inout InteractionBatch) throws(DatasetError) -> Bool {
        batch.removeAll()
        let layout = layout
        let isMore = try table.readRows(batchRows) { (row) throws(BadRowReason) in
            if try !layout.append(row, to: &batch) { rowsWithoutPlace += 1 }
        }
        if table.badRows.areTooMany {
            batch.removeAll()
        }
        return isMore || !batch.isEmpty
    }

    /// Reads all rows that are left, as values; memory grows with the file.
    public func readAll() throws(DatasetError) -> [Interaction] {
        var interactions: [Interaction] = []
        var batch = InteractionBatch()
        while try read(into: &batch) {
            interactions += batch.interactions
        }
        return interactions
    }
}
