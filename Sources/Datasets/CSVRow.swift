internal import Domain

/// One row of a CSV file: where its fields lie in the reader's buffer.
///
/// A view, not a copy: let go of it before the reader reads on, or the reader must copy its buffer.
package struct CSVRow {
    let bytes: [UInt8]
    package let fields: [Range<Int>]

    /// A field as text.
    package func text(of field: Int) -> String {
        String(decoding: bytes[fields[field]], as: UTF8.self)
    }

    /// Refuses a field that can be no ``ExternalID``; zero bytes and what is not UTF-8 were refused with the row.
    func requireID(_ column: ColumnRoles.Column) throws(BadRowReason) {
        let length = fields[column.field].count
        if length == 0 { throw .id(column: column.name, .empty) }
        if length > ItemID.maximumLength { throw .id(column: column.name, .tooLong(bytes: length)) }
    }

    /// A field as an id.
    func id<Subject>(_ column: ColumnRoles.Column) throws(BadRowReason) -> ExternalID<Subject> {
        do {
            return try ExternalID(utf8: Array(bytes[fields[column.field]]))
        } catch {
            throw .id(column: column.name, error)
        }
    }

    /// A field as values with `|` between them, without the empty ones.
    func values(_ column: ColumnRoles.Column) -> [String] {
        bytes[fields[column.field]].split(separator: UInt8(ascii: "|")).map { String(decoding: $0, as: UTF8.self) }
    }

    /// A fields that have values, by the attribute that each column means.
    func attributes(_ columns: [ColumnRoles.Column]) -> [String: [String]] {
        var attributes: [String: [String]] = [:]
        for column in columns {
            let values = values(column)
            if !values.isEmpty {
                attributes[column.meaning] = values
            }
        }
        return attributes
    }

    /// A field as a truth; empty is true.
    func boolean(_ column: ColumnRoles.Column) throws(BadRowReason) -> Bool {
        switch text(of: column.field).lowercased() {
        case "", "true", "t", "yes", "1": true
        case "false", "f", "no", "0": false
        default: throw .notABoolean(column: column.name)
        }
    }
}
