import Foundation
import Migrations
import Testing

@Suite("A set of migrations")
struct MigrationSetTests {
    private func set(_ names: String..., text: String = "SELECT 1;") throws -> MigrationSet {
        try MigrationSet(files: names.map { MigrationSet.File(name: $0, text: text) })
    }

    @Test("is read from a folder, in order, with the hash that sha256sum prints")
    func folder() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("linden-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for (name, text) in [
            ("0002_b.up.sql", "abc"), ("0001_a.up.sql", "SELECT 1;\n"), ("0001_a.down.sql", "SELECT 2;"),
            ("README.md", "x"),
        ] {
            try text.write(toFile: "\(folder)/\(name)", atomically: false, encoding: .utf8)
        }
        let set = try MigrationSet(directory: folder)
        let lines = set.migrations.map { "\($0.version) \($0.title) \($0.down?.text ?? "-")" }
        #expect(lines == ["0001 a SELECT 2;", "0002 b -"])
        #expect(set.latest == MigrationVersion(2))
        #expect(set.migrations[1].sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        try Data([0x53, 0xFF]).write(to: URL(fileURLWithPath: folder + "/0003_c.up.sql"))
        #expect(throws: MigrationError.notUTF8(file: "0003_c.up.sql")) { try MigrationSet(directory: folder) }
        try FileManager.default.removeItem(atPath: folder)
        #expect(throws: MigrationError.unreadable(directory: folder)) { try MigrationSet(directory: folder) }
    }

    @Test(
        "refuses names that are none of a migration",
        arguments: ["1_a.up.sql", "0001.up.sql", "0001_a.sql", "0000_a.up.sql"])
    func names(name: String) {
        #expect(throws: MigrationError.badFileName(name)) { try set(name) }
    }

    @Test("refuses gaps, two files of one version, a down without its up, and a file without a statement")
    func shape() {
        #expect(throws: MigrationError.missingFile(MigrationVersion(2), before: MigrationVersion(3))) {
            try set("0001_a.up.sql", "0003_c.up.sql")
        }
        #expect(throws: MigrationError.missingFile(MigrationVersion(1), before: MigrationVersion(2))) {
            try set("0002_a.up.sql")
        }
        #expect(throws: MigrationError.twoFiles("0001_a.up.sql", "0001_b.up.sql")) {
            try set("0001_a.up.sql", "0001_b.up.sql")
        }
        #expect(throws: MigrationError.downWithoutUp("0002_b.down.sql")) { try set("0001_a.up.sql", "0002_b.down.sql") }
        #expect(throws: MigrationError.downWithoutUp("0001_b.down.sql")) { try set("0001_a.up.sql", "0001_b.down.sql") }
        #expect(throws: MigrationError.emptyFile("0001_a.up.sql")) { try set("0001_a.up.sql", text: "-- nothing\n;") }
    }

    @Test("that is part of the program equals the folder migrations/; run tools/embed-migrations when it does not")
    func embedded() throws {
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let folder = package.appendingPathComponent("migrations").path
        let embedded = try MigrationSet.embedded()
        let isThere = FileManager.default.fileExists(atPath: folder)
        let expected = try isThere ? MigrationSet(directory: folder) : MigrationSet(files: [])
        #expect(embedded.migrations.map(\.sha256) == expected.migrations.map(\.sha256))
        #expect(embedded == expected)
    }
}
