import Foundation
import Migrations
import Postgres
import TestSupport
import Testing

@Suite("A verification of the schema", .serialized)
struct MigrationVerifyTests {
    private typealias File = MigrationSet.File

    @Test("shows as a diff what was changed by hand, and leaves other schemas alone")
    func drift() async throws {
        try await PostgresTesting.withTemporaryDatabase { pool in
            let migrator = try Migrator.of(
                ["CREATE TABLE item (x int, y text);", "CREATE INDEX item_x ON item (x);"], on: pool)
            try await migrator.up()
            try await pool.withConnection {
                try await $0.execute(
                    script: """
                        CREATE SCHEMA other; CREATE TABLE other.t (x int); DROP INDEX item_x;
                        ALTER TABLE item ALTER y SET NOT NULL, ADD z int
                        """)
            }
            let verification = try await migrator.verify()
            #expect(!verification.isSound && verification.isCatalogueKnown)
            #expect(
                verification.drift == [
                    "- column public.item.y text", "+ column public.item.y text NOT NULL",
                    "+ column public.item.z integer", "- index CREATE INDEX item_x ON public.item USING btree (x)",
                ])
        }
    }

    @Test("is sound after each step up and each step down")
    func upAndDown() async throws {
        try await PostgresTesting.withTemporaryDatabase { pool in
            let migrator = Migrator(try .embedded(), settings: pool.settings)
            for version in migrator.set.migrations.map(\.version) {
                try await migrator.up(to: version)
                let up = try await migrator.verify()
                try await migrator.down()
                let down = try await migrator.verify()
                try await migrator.up(to: version)
                let again = try await migrator.verify()
                #expect(up.isSound && down.isSound && up == again, "\(version): \(up), \(down), \(again)")
            }
        }
    }

    @Test("asks the assertions of the files, and a migration whose own do not hold is undone")
    func assertions() async throws {
        try await PostgresTesting.withTemporaryDatabase { pool in
            let up = File(name: "0001_a.up.sql", text: "CREATE TABLE item (x int);")
            let wrong = File(name: "0001_a.verify.sql", text: "SELECT true;\nSELECT count(*) = 1 FROM item;")
            let error = MigrationError.assertionFailed(
                file: "0001_a.verify.sql", line: 2, reason: "it is not true")
            await #expect(throws: error) { try await Migrator.of([up, wrong], on: pool).up() }
            #expect(try await pool.number("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 0)
            let right = File(name: wrong.name, text: "SELECT count(*) = 0 FROM item;")
            let migrator = try Migrator.of([up, right], on: pool)
            try await migrator.up()
            #expect(try await migrator.verify().isSound)
            try await pool.withConnection { try await $0.execute("INSERT INTO item VALUES (1)") }
            let verification = try await migrator.verify()
            #expect(verification.failedAssertions.map(\.description).first?.contains("line 1: it is not true") == true)
        }
    }

    @Test("takes over a schema from elsewhere as a baseline, once")
    func baseline() async throws {
        try await PostgresTesting.withTemporaryDatabase { pool in
            try await pool.withConnection { try await $0.execute("CREATE TABLE item (x int)") }
            let migrator = try Migrator.of(["CREATE TABLE item (x int);", "ALTER TABLE item ADD y int;"], on: pool)
            let entered = try await migrator.baseline(to: MigrationVersion(1))
            let applied = try await migrator.up()
            #expect(entered == [MigrationVersion(1)] && applied == [MigrationVersion(2)])
            #expect(try await migrator.verify().isSound)
            await #expect(throws: MigrationError.baselineOverLedger(applied: MigrationVersion(2))) {
                try await migrator.baseline(to: MigrationVersion(2))
            }
        }
    }

    @Test("says that a ledger of an older program has no catalogue to compare with, and migrates on")
    func olderLedger() async throws {
        try await PostgresTesting.withTemporaryDatabase { pool in
            let migrator = try Migrator.of(["CREATE TABLE item (x int);", "ALTER TABLE item ADD y int;"], on: pool)
            try await migrator.up(to: MigrationVersion(1))
            try await pool.withConnection {
                try await $0.execute(
                    script: """
                        ALTER TABLE linden_migrations.applied DROP added, DROP removed;
                        DROP TABLE linden_migrations.progress
                        """)
            }
            try await migrator.up()
            let verification = try await migrator.verify()
            #expect(verification.isSound && !verification.isCatalogueKnown)
        }
    }

    @Test("begins with files that have the next version, and are refused until they hold SQL")
    func newFiles() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("linden-\(UUID().uuidString)").path
        let names = try MigrationSet.addMigration(titled: "first", in: folder)
        #expect(names == ["0001_first.up.sql", "0001_first.down.sql"])
        #expect(throws: MigrationError.emptyFile("0001_first.down.sql")) { try MigrationSet(directory: folder) }
        for name in names { try "SELECT 1;".write(toFile: "\(folder)/\(name)", atomically: false, encoding: .utf8) }
        #expect(try MigrationSet.addMigration(titled: "second", in: folder).first == "0002_second.up.sql")
        #expect(throws: MigrationError.badTitle("Third one")) {
            try MigrationSet.addMigration(titled: "Third one", in: folder)
        }
        try FileManager.default.removeItem(atPath: folder)
    }
}
