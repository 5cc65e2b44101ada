public import ByteStreams
public import Domain

/// Reads users from a CSV file, gzip or not, some at a time.
///
/// `user_id` is required, 1 to 256 bytes. Every other column is an attribute by its name, with `|` between its values; an
/// empty field is none.
public final class CatalogueUserReader {
    private let table: TableReader
    private let id: ColumnRoles.Column
    private let attributes: [ColumnRoles.Column]
    private let batchRows: Int

    /// Opens a source and reads its header.
    ///
    /// - Throws: ``DatasetError`` when it cannot be read, is empty, or has no column for the user's id.
    public init(_ source: ByteSource, options: ReadOptions = ReadOptions()) throws(DatasetError) {
        table = try TableReader(source, options: options)
        var roles = ColumnRoles(header: table.csv.header, mapping: options.columns, fileName: table.csv.name)
        id = try roles.takeRequired(["user_id"])[0]
        attributes = roles.rest
        batchRows = options.batchRows
        try roles.requireMappedColumns()
    }

    /// How far the reading has come.
    public var progress: ReadProgress { table.progress }

    /// The bad rows so far.
    public var badRows: BadRows { table.badRows }

    /// The names of the attributes that the users have.
    public var attributeNames: [String] { attributes.map(\.meaning) }

    /// Reads the next users into `batch`, in place of what it held; see ``InteractionReader/read(into:)``.
    ///
    /// - Returns: Whether there was anything left to read; `false` leaves the batch empty.
    /// - Throws: ``DatasetError``.
    public func read(into batch: inout [CatalogueUser]) throws(DatasetError) -> Bool {
        batch.removeAll(keepingCapacity: true)
        let (id, attributes) = (id, attributes)
        let isMore = try table.readRows(batchRows) { (row) throws(BadRowReason) in
            batch.append(CatalogueUser(id: try row.id(id), attributes: row.attributes(attributes)))
        }
        if table.badRows.areTooMany {
            batch.removeAll()
        }
        return isMore || !batch.isEmpty
    }

    /// Reads all users that are left.
    ///
    /// - Throws: ``DatasetError``.
    public func readAll() throws(DatasetError) -> [CatalogueUser] {
        var users: [CatalogueUser] = []
        var batch: [CatalogueUser] = []
        while try read(into: &batch) {
            users += batch
        }
        return users
    }
}
