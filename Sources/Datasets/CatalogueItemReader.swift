public import ByteStreams
public import Domain

/// Reads items from a CSV file, gzip or not, some at a time.
///
/// Columns, by their names or by ``ReadOptions/columns``:
/// - `item_id`: required; 1 to 256 bytes.
/// - `title`.
/// - `categories` or `genres`: names with `|` between them.
/// - `available`: `true` or `false`, also `t`, `yes`, `1` and their opposites; empty is available.
///
/// Every other column is an attribute by its name, with `|` between its values; an empty field is none.
public final class CatalogueItemReader {
    private let table: TableReader
    private let id: ColumnRoles.Column
    private let title: ColumnRoles.Column?
    private let categories: ColumnRoles.Column?
    private let available: ColumnRoles.Column?
    private let attributes: [ColumnRoles.Column]
    private let batchRows: Int

    /// Opens a source and reads its header.
    ///
    /// - Throws: ``DatasetError`` when it cannot be read, is empty, or has no column for the item's id.
    public init(_ source: ByteSource, options: ReadOptions = ReadOptions()) throws(DatasetError) {
        table = try TableReader(source, options: options)
        var roles = ColumnRoles(header: table.csv.header, mapping: options.columns, fileName: table.csv.name)
        id = try roles.takeRequired(["item_id"])[0]
        title = try roles.take(["title"])
        categories = try roles.take(["categories", "genres"])
        available = try roles.take(["available"])
        attributes = roles.rest
        batchRows = options.batchRows
        try roles.requireMappedColumns()
    }

    /// How far the reading has come.
    public var progress: ReadProgress { table.progress }

    /// The bad rows so far.
    public var badRows: BadRows { table.badRows }

    /// The names of the attributes that the items have.
    public var attributeNames: [String] { attributes.map(\.meaning) }

    /// Reads the next items into `batch`, in place of what it held; see ``InteractionReader/read(into:)``.
    ///
    /// - Returns: Whether there was anything left to read; `false` leaves the batch empty.
    /// - Throws: ``DatasetError``.
    public func read(into batch: inout [CatalogueItem]) throws(DatasetError) -> Bool {
        batch.removeAll(keepingCapacity: true)
        let (id, title, categories, available) = (id, title, categories, available)
        let attributes = attributes
        let isMore = try table.readRows(batchRows) { (row) throws(BadRowReason) in
            let item = CatalogueItem(
                id: try row.id(id),
                title: title.map { row.text(of: $0.field) } ?? "",
                categories: categories.map { row.values($0) } ?? [],
                attributes: row.attributes(attributes),
                isAvailable: try available.map { (column) throws(BadRowReason) in try row.boolean(column) } ?? true
            )
            batch.append(item)
        }
        if table.badRows.areTooMany {
            batch.removeAll()
        }
        return isMore || !batch.isEmpty
    }

    /// Reads all items that are left.
    ///
    /// - Throws: ``DatasetError``.
    public func readAll() throws(DatasetError) -> [CatalogueItem] {
        var items: [CatalogueItem] = []
        var batch: [CatalogueItem] = []
        while try read(into: &batch) {
            items += batch
        }
        return items
    }
}
