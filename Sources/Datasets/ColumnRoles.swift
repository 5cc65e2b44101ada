/// Which field of a row means what.
struct ColumnRoles {
    /// A field and the name that the file's header gives it.
    struct Column {
        let field: Int
        let name: String
        /// The meaning it was found by, where there are several for one role: `rating` for the amount.
        let meaning: String
    }

    private let header: [String]
    private let mapping: ColumnMapping
    private let fileName: String
    private var taken: Set<Int> = []

    init(header: [String], mapping: ColumnMapping, fileName: String) {
        self.header = header
        self.mapping = mapping
        self.fileName = fileName
    }

    /// The columns that no role has taken, in the file's order.
    var rest: [Column] {
        header.indices.filter { !taken.contains($0) }.map {
            Column(field: $0, name: header[$0], meaning: meaning(of: $0))
        }
    }

    /// Takes the column of a role.
    ///
    /// - Parameter meanings: The role's names; a mapped one goes before one that the file has by itself.
    /// - Returns: The column; `nil` when the file has none.
    /// - Throws: ``DatasetError/missingColumns(name:missing:found:)`` when one is mapped and not there.
    mutating func take(_ meanings: [String]) throws(DatasetError) -> Column? {
        for meaning in meanings {
            guard let name = mapping.columns[meaning] else { continue }
            guard let field = header.firstIndex(of: name) else { throw missing([meaning]) }
            return take(field, as: meaning)
        }
        for meaning in meanings {
            guard let field = header.firstIndex(of: meaning), !mapping.columns.values.contains(meaning) else {
                continue
            }
            return take(field, as: meaning)
        }
        return nil
    }

    /// Takes the columns of roles that a file cannot do without.
    ///
    /// - Throws: ``DatasetError/missingColumns(name:missing:found:)`` with all of them that are not there.
    mutating func takeRequired(_ meanings: [String]) throws(DatasetError) -> [Column] {
        var columns: [Column] = []
        var absent: [String] = []
        for meaning in meanings {
            let name = mapping.columns[meaning] ?? meaning
            guard header.contains(name), let column = try take([meaning]) else {
                absent.append(meaning)
                continue
            }
            columns.append(column)
        }
        guard absent.isEmpty else { throw missing(absent) }
        return columns
    }

    /// Takes a column that the caller names as the file does.
    ///
    /// - Throws: ``DatasetError/noSuchColumn(name:column:found:)``.
    mutating func take(named name: String) throws(DatasetError) -> Column {
        guard let field = header.firstIndex(of: name) else {
            throw .noSuchColumn(name: fileName, column: name, found: header)
        }
        return take(field, as: meaning(of: field))
    }

    /// Refuses mapped columns that the file does not have.
    func requireMappedColumns() throws(DatasetError) {
        let absent = mapping.columns.filter { !header.contains($0.value) }.map(\.key).sorted()
        guard absent.isEmpty else { throw missing(absent) }
    }

    private mutating func take(_ field: Int, as meaning: String) -> Column {
        taken.insert(field)
        return Column(field: field, name: header[field], meaning: meaning)
    }

    private func meaning(of field: Int) -> String {
        mapping.columns.first { $0.value == header[field] }?.key ?? header[field]
    }

    private func missing(_ meanings: [String]) -> DatasetError {
        let columns = meanings.map { MissingColumn(meaning: $0, column: mapping.columns[$0] ?? $0) }
        return .missingColumns(name: fileName, missing: columns, found: header)
    }
}
