import Foundation

extension MigrationSet {
    /// Writes the files of a new migration into a folder, with the next version.
    ///
    /// They hold a comment only, and are refused until somebody writes SQL into them.
    ///
    /// - Parameters:
    ///   - title: Small letters, digits and underscores.
    ///   - directory: The folder; it is made if it is not there.
    /// - Returns: The names of the files.
    /// - Throws: ``MigrationError/badTitle(_:)``, ``MigrationError/fileExists(_:)``,
    ///   ``MigrationError/unwritable(directory:)``, and what is wrong with the files that are there.
    public static func addMigration(titled title: String, in directory: String) throws(MigrationError) -> [String] {
        let isPlain = title.utf8.allSatisfy { byte in
            (97...122).contains(byte) || (48...57).contains(byte) || byte == UInt8(ascii: "_")
        }
        guard isPlain, !title.isEmpty, title.utf8.count <= 100 else { throw .badTitle(title) }
        let files = FileManager.default
        do {
            try files.createDirectory(atPath: directory, withIntermediateDirectories: true)
        } catch {
            throw .unwritable(directory: directory)
        }
        let newest = try MigrationSet(directory: directory).latest?.number ?? 0
        let name = "\(MigrationVersion(newest + 1))_\(title)"
        let texts = [
            ("\(name).up.sql", "-- What \(title) changes, and why.\n\n"),
            ("\(name).down.sql", "-- The way back from \(title); delete this file if there is none.\n\n"),
        ]
        for (file, text) in texts {
            let path = "\(directory)/\(file)"
            guard !files.fileExists(atPath: path) else { throw .fileExists(file) }
            do {
                try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .withoutOverwriting)
            } catch {
                throw .unwritable(directory: directory)
            }
        }
        return texts.map(\.0)
    }
}
