import Foundation

/// The migrations of a folder, or of this program: 0001, 0002 … without gaps.
public struct MigrationSet: Sendable, Equatable {
    public let migrations: [Migration]

    /// One file, by its name without the folder.
    public struct File: Sendable {
        public let name: String
        public let text: String

        public init(name: String, text: String) {
            self.name = name
            self.text = text
        }
    }

    /// The newest version; `nil` when there is no migration at all.
    public var latest: MigrationVersion? { migrations.last?.version }

    /// The migrations that are part of this program.
    public static func embedded() throws(MigrationError) -> MigrationSet {
        try MigrationSet(files: EmbeddedMigrations.files)
    }

    /// Reads `NNNN_title.up.sql`, `.down.sql` and `.verify.sql` from a folder; what does not end in `.sql` is left alone.
    public init(directory: String) throws(MigrationError) {
        var files: [File] = []
        do {
            let names = try FileManager.default.contentsOfDirectory(atPath: directory)
            for name in names.sorted() where name.hasSuffix(".sql") {
                let data = try Data(contentsOf: URL(fileURLWithPath: directory).appendingPathComponent(name))
                guard let text = String(bytes: data, encoding: .utf8) else { throw MigrationError.notUTF8(file: name) }
                files.append(File(name: name, text: text))
            }
        } catch let error as MigrationError {
            throw error
        } catch {
            throw .unreadable(directory: directory)
        }
        try self.init(files: files)
    }

    /// Puts files in order and refuses what does not fit.
    public init(files: [File]) throws(MigrationError) {
        var found: [MigrationFileName.Role: [MigrationVersion: (name: MigrationFileName, text: String)]] = [:]
        for file in files {
            guard let name = MigrationFileName(file.name) else { throw .badFileName(file.name) }
            let script = SQLScript(file.text)
            guard !script.statements.isEmpty else { throw .emptyFile(file.name) }
            _ = try MigrationDirectives(script, file: file.name)
            if let other = found[name.role]?[name.version] { throw .twoFiles(other.name.text, file.name) }
            found[name.role, default: [:]][name.version] = (name, file.text)
        }
        let ups = found[.up] ?? [:]
        for role in [MigrationFileName.Role.down, .verify] {
            if let (_, orphan) = (found[role] ?? [:]).min(
                by: { $0.key < $1.key }, where: { ups[$0.key]?.name.title != $0.value.name.title })
            {
                throw .downWithoutUp(orphan.name.text)
            }
        }
        migrations = ups.sorted { $0.key < $1.key }.map { version, up in
            Migration(
                version: version, title: up.name.title, up: SQLScript(up.text),
                down: found[.down]?[version].map { SQLScript($0.text) },
                verify: found[.verify]?[version].map { SQLScript($0.text) })
        }
        for (index, migration) in migrations.enumerated() where migration.version.number != index + 1 {
            throw .missingFile(MigrationVersion(index + 1), before: migration.version)
        }
    }
}

extension Dictionary {
    fileprivate func min(
        by areInIncreasingOrder: (Element, Element) -> Bool, where condition: (Element) -> Bool
    ) -> Element? {
        filter(condition).min(by: areInIncreasingOrder)
    }
}
