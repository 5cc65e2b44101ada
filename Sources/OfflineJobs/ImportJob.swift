public import ByteStreams
public import Datasets
public import Domain
public import JSON

/// Reads a CSV file into the store, all of it or nothing.
public struct ImportJob: Sendable {
    /// What a file holds.
    public enum Kind: String, Sendable {
        case interactions, items, users
    }

    /// What came of a file.
    public struct Report: Sendable {
        public let file: String
        public let kind: Kind
        public let count: ImportCount
        public let badRows: BadRows
        /// Columns that mean nothing to the import.
        public let ignoredColumns: [String]
        public let elapsed: Duration
    }

    private let importer: any BulkImporter
    private let options: ReadOptions

    public init(importer: any BulkImporter, options: ReadOptions = ReadOptions()) {
        self.importer = importer
        self.options = options
    }

    /// Imports one file.
    ///
    /// - Parameters:
    ///   - kind: What it holds.
    ///   - source: The file, or standard input.
    ///   - clock: Tells how long it takes.
    ///   - progress: Told after each batch.
    /// - Returns: What was read, and how much of that was new.
    /// - Throws: ``Datasets/DatasetError`` for a file that cannot be read or has too many bad rows, or the store's error;
    ///   nothing is stored then.
    public func run(
        _ kind: Kind, source: ByteSource, clock: some Clock<Duration> = ContinuousClock(),
        progress: (ReadProgress) -> Void = { _ in }
    ) async throws -> Report {
        let start = clock.now
        let count: ImportCount
        let badRows: BadRows
        var ignored: [String] = []
        switch kind {
        case .interactions:
            let reader = try InteractionReader(source, options: options)
            ignored = reader.ignoredColumns
            count = try await importer.importInteractions { batch in
                try Task.checkCancellation()
                progress(reader.progress)
                return try reader.read(into: &batch)
            }
            badRows = reader.badRows
        case .items:
            let reader = try CatalogueItemReader(source, options: options)
            count = try await importer.importItems { batch in
                try Task.checkCancellation()
                progress(reader.progress)
                return try reader.read(into: &batch)
            }
            badRows = reader.badRows
        case .users:
            let reader = try CatalogueUserReader(source, options: options)
            count = try await importer.importUsers { batch in
                try Task.checkCancellation()
                progress(reader.progress)
                return try reader.read(into: &batch)
            }
            badRows = reader.badRows
        }
        return Report(
            file: source.name, kind: kind, count: count, badRows: badRows, ignoredColumns: ignored,
            elapsed: start.duration(to: clock.now))
    }
}

extension ImportJob.Report {
    private var seconds: Double { elapsed / .seconds(1) }

    /// The report for people.
    public var sentence: String {
        let rate = Int(Double(count.read) / max(seconds, 1e-9))
        let bad = badRows.count == 0 ? "" : ", \(badRows.count) bad rows left out"
        let unused = ignoredColumns.isEmpty ? "" : "; columns not used: \(ignoredColumns.joined(separator: ", "))"
        return "\(file): \(count.read) \(kind.rawValue) read, \(count.added) new\(bad), "
            + "\((seconds * 100).rounded() / 100) s, \(rate) rows/s\(unused)"
    }

    /// The report for scripts.
    public var json: JSONValue {
        .object([
            "file": .string(file), "kind": .string(kind.rawValue), "read": .integer(count.read),
            "added": .integer(count.added), "bad_rows": .integer(badRows.count),
            "bad": .array(badRows.report.map(JSONValue.string)),
            "ignored_columns": .array(ignoredColumns.map(JSONValue.string)), "seconds": .number(seconds),
        ])
    }
}
