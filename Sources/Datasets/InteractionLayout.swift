internal import Domain

/// Where a file keeps the parts of an interaction.
struct InteractionLayout {
    private let user: ColumnRoles.Column
    private let item: ColumnRoles.Column
    private let value: ColumnRoles.Column?
    private let timestamp: ColumnRoles.Column?
    private let order: ColumnRoles.Column?
    private let kind: ColumnRoles.Column?
    private let event: ColumnRoles.Column?
    private let defaultKind: [UInt8]
    private let latest: Timestamp

    init(_ roles: inout ColumnRoles, latest: Timestamp?, orderColumn: String?) throws(DatasetError) {
        let required = try roles.takeRequired(["user_id", "item_id"])
        user = required[0]
        item = required[1]
        value = try roles.take(["value", "rating"])
        // Before the timestamp, which may be the very column that is named.
        order = try orderColumn.map { (name) throws(DatasetError) in try roles.take(named: name) }
        timestamp = order == nil ? try roles.take(["timestamp"]) : nil
        kind = try roles.take(["kind", "type"])
        event = try roles.take(["event_id"])
        defaultKind = Array((value?.meaning == "rating" ? "rating" : "interaction").utf8)
        self.latest = latest ?? Timestamp(microseconds: .max)
        try roles.requireMappedColumns()
    }

    /// Adds `row` to `batch`, or nothing of it.
    ///
    /// - Returns: Whether it has a place in the order, where there is one; else it is left out.
    func append(_ row: CSVRow, to batch: inout InteractionBatch) throws(BadRowReason) -> Bool {
        if let order, row.fields[order.field].isEmpty { return false }
        let value = try value(of: row)
        let timestamp = if let order { try place(order, of: row) } else { try timestamp(of: row) }
        let kind = try kind(of: row)
        try row.requireID(user)
        try row.requireID(item)
        let eventBytes = event.map { row.fields[$0.field] } ?? 0..<0
        if let event, !eventBytes.isEmpty {
            try row.requireID(event)
        }
        batch.append(
            user: row.bytes[row.fields[user.field]], item: row.bytes[row.fields[item.field]], kind: kind,
            event: row.bytes[eventBytes], timestamp: timestamp, value: value)
        return true
    }

    private func place(_ column: ColumnRoles.Column, of row: CSVRow) throws(BadRowReason) -> Timestamp {
        let number = DecimalNumber.value(of: row.bytes.span.extracting(row.fields[column.field]))
        guard let place = number.flatMap({ Int64(exactly: $0) }), (0...1_000_000_000_000).contains(place) else {
            throw .notAPlace(column: column.name)
        }
        return Timestamp(seconds: place)
    }

    private func value(of row: CSVRow) throws(BadRowReason) -> Float {
        guard let value, !row.fields[value.field].isEmpty else { return .nan }
        let number = DecimalNumber.value(of: row.bytes.span.extracting(row.fields[value.field])).map { Float($0) }
        guard let number, number.isFinite else { throw .notANumber(column: value.name) }
        return number
    }

    private func timestamp(of row: CSVRow) throws(BadRowReason) -> Timestamp {
        guard let timestamp, !row.fields[timestamp.field].isEmpty else { return .epoch }
        let moment: Timestamp
        do {
            moment = try Timestamp(text: row.bytes.span.extracting(row.fields[timestamp.field]))
        } catch {
            switch error {
            case .form: throw .timestampForm(column: timestamp.name)
            case .beforeEpoch: throw .timestampBefore1970(column: timestamp.name)
            }
        }
        guard moment <= latest else { throw .timestampTooLate(column: timestamp.name) }
        return moment
    }

    private func kind(of row: CSVRow) throws(BadRowReason) -> ArraySlice<UInt8> {
        guard let kind, !row.fields[kind.field].isEmpty else { return defaultKind[...] }
        let bytes = row.bytes[row.fields[kind.field]]
        guard bytes.count <= 64 else { throw .kindLength(column: kind.name, bytes: bytes.count) }
        return bytes
    }
}
