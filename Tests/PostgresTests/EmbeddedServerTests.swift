import Foundation
import Glibc
import Postgres
import Testing

@Suite("An embedded server")
struct EmbeddedServerTests {
    /// Lends a new folder to `body`, closed to other users, and deletes it.
    private func withFolder(_ body: (String) async throws -> Void) async throws {
        let folder = "/tmp/linden-folder-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let outcome: Result<Void, any Error>
        do { outcome = .success(try await body(folder)) } catch { outcome = .failure(error) }
        try FileManager.default.removeItem(atPath: folder)
        try outcome.get()
    }

    private func ask<Value: PostgresDecodable>(_ server: EmbeddedServer, _ sql: SQL) async throws -> Value {
        let connection = try await Connection.open(server.settings)
        let rows = try await connection.query(sql)
        await connection.close()
        return try #require(rows.first).decode(Value.self, at: 0)
    }

    private func run(_ server: EmbeddedServer, _ script: String) async throws {
        let connection = try await Connection.open(server.settings)
        try await connection.execute(script: script)
        await connection.close()
    }

    private func serverProcess(_ folder: String) throws -> pid_t {
        let text = try String(contentsOfFile: folder + "/postgres/data/postmaster.pid", encoding: .utf8)
        return try #require(text.split(separator: "\n").first.flatMap { pid_t($0) })
    }

    @Test("keeps its data from one program to the next, in UTF-8 and the C locale, on a Unix socket alone")
    func lasts() async throws {
        try await withFolder { folder in
            let first = try await EmbeddedServer.start(dataDirectory: folder)
            try await run(first, "CREATE TABLE item AS SELECT 7::int8 AS x")
            let addresses: String = try await ask(first, "SHOW listen_addresses")
            let encoding: String = try await ask(first, "SHOW server_encoding")
            let collation: String = try await ask(
                first, "SELECT datcollate::text FROM pg_database WHERE datname = current_database()")
            #expect([addresses, encoding, collation] == ["", "UTF8", "C"])
            try await first.stop()
            try await first.stop()
            #expect(!FileManager.default.fileExists(atPath: folder + "/postgres/data/postmaster.pid"))
            let second = try await EmbeddedServer.start(dataDirectory: folder)
            let value: Int = try await ask(second, "SELECT x FROM item")
            try await second.stop()
            #expect(value == 7)
        }
    }

    @Test("is shared by programs on one folder, and stopped by the last")
    func shared() async throws {
        try await withFolder { folder in
            async let early = EmbeddedServer.start(dataDirectory: folder)
            async let late = EmbeddedServer.start(dataDirectory: folder)
            let (first, second) = try await (early, late)
            let process = try serverProcess(folder)
            try await first.stop()
            let one: Int = try await ask(second, "SELECT 1")
            #expect(one == 1)
            #expect(try serverProcess(folder) == process)
            try await second.stop()
            #expect(!FileManager.default.fileExists(atPath: folder + "/postgres/data/postmaster.pid"))
            let error = await #expect(throws: PostgresError.self) { try await second.ensureRunning() }
            #expect(error?.kind == .usage)
        }
    }

    @Test("comes back after kill -9 with what was committed")
    func killed() async throws {
        try await withFolder { folder in
            let server = try await EmbeddedServer.start(dataDirectory: folder)
            var limits = PoolLimits(size: 2)
            limits.checkAfterIdle = .zero
            let pool = ConnectionPool(server.settings, limits: limits)
            try await pool.withConnection { connection in
                try await connection.execute("CREATE TABLE item (x int8)")
                try await connection.execute("INSERT INTO item SELECT generate_series(1, 1000)")
            }
            try #require(kill(try serverProcess(folder), SIGKILL) == 0)
            try await server.ensureRunning()
            let count = try await pool.withConnection { connection in
                try await connection.query("SELECT count(*) FROM item")[0].decode(Int.self, at: 0)
            }
            #expect(count == 1_000)
            await pool.close()
            try await server.stop()
        }
    }

    @Test("starts though a program that was killed left its pid, now another's, and half-made data")
    func leftovers() async throws {
        try await withFolder { folder in
            let server = try await EmbeddedServer.start(dataDirectory: folder)
            try await server.stop()
            let data = folder + "/postgres/data"
            try "\(getpid())\n\(data)\n".write(toFile: data + "/postmaster.pid", atomically: false, encoding: .utf8)
            try FileManager.default.createDirectory(
                atPath: data + ".unfinished/base", withIntermediateDirectories: true)
            let again = try await EmbeddedServer.start(dataDirectory: folder)
            let one: Int = try await ask(again, "SELECT 1")
            try await again.stop()
            #expect(one == 1)
        }
    }

    @Test("makes its data anew when making it was interrupted")
    func interrupted() async throws {
        try await withFolder { folder in
            let unfinished = folder + "/postgres/data.unfinished"
            try FileManager.default.createDirectory(atPath: unfinished, withIntermediateDirectories: true)
            try "15".write(toFile: unfinished + "/PG_VERSION", atomically: false, encoding: .utf8)
            let server = try await EmbeddedServer.start(dataDirectory: folder)
            let one: Int = try await ask(server, "SELECT 1")
            try await server.stop()
            #expect(one == 1)
        }
    }

    @Test("works in a folder whose path is too long for a socket, and has odd characters")
    func longPath() async throws {
        try await withFolder { folder in
            let long = folder + "/it's a \(String(repeating: "long", count: 30)) path"
            let server = try await EmbeddedServer.start(dataDirectory: long)
            let socket: String = try await ask(server, "SHOW unix_socket_directories")
            try await server.stop()
            #expect(socket.hasPrefix("/tmp/linden-"))
            try FileManager.default.removeItem(atPath: socket)
        }
    }

    @Test("says what to do about a folder that cannot be used")
    func unusable() async throws {
        try await withFolder { folder in
            try "".write(toFile: folder + "/file", atomically: false, encoding: .utf8)
            for path in [folder + "/file", "/proc/linden"] {
                let error = await #expect(throws: PostgresError.self) {
                    try await EmbeddedServer.start(dataDirectory: path)
                }
                #expect(error?.kind == .embeddedServer)
                #expect(error?.description.contains("\(path)/postgres cannot be used") == true)
                #expect(error?.description.contains("name another in LINDEN_DATA_DIR") == true)
            }
        }
    }

    @Test("names the package to install for data of another version")
    func otherVersion() async throws {
        try await withFolder { folder in
            let data = folder + "/postgres/data"
            try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
            try "9\n".write(toFile: data + "/PG_VERSION", atomically: false, encoding: .utf8)
            let error = await #expect(throws: PostgresError.self) {
                try await EmbeddedServer.start(dataDirectory: folder)
            }
            #expect(error?.description.contains("Install the package postgresql-9") == true)
        }
    }

    @Test("that keeps nothing refuses a wrong password by a sentence, does not hold us when frozen, and leaves nothing")
    func ephemeral() async throws {
        let server = try await EmbeddedServer.ephemeral()
        let folder: String = try await ask(server, "SHOW data_directory")
        try await run(
            server,
            """
            CREATE ROLE anna LOGIN PASSWORD 's3cret';
            COPY (SELECT unnest(ARRAY['local all anna scram-sha-256', 'local all all trust']))
                TO '\(folder)/pg_hba.conf';
            SELECT pg_reload_conf();
            """)
        let socket: String = try await ask(server, "SHOW unix_socket_directories")
        for (password, sentence) in [
            ("wr0ng", "refused the password of user \"anna\". Correct it in LINDEN_DATABASE_URL"),
            ("", "asks user \"anna\" for a password. Give one in LINDEN_DATABASE_URL"),
        ] {
            let settings = try ConnectionSettings(url: "postgresql://anna:\(password)@/linden?host=\(socket)")
            let error = await #expect(throws: PostgresError.self) { try await Connection.open(settings) }
            #expect(error?.description.contains(sentence) == true)
            #expect(error?.description.contains("wr0ng") == false)
        }
        let text = try String(contentsOfFile: folder + "/postmaster.pid", encoding: .utf8)
        let process = try #require(text.split(separator: "\n").first.flatMap { pid_t($0) })
        try #require(kill(process, SIGSTOP) == 0)
        let error = await #expect(throws: PostgresError.self) {
            try await Connection.open(server.settings, deadline: .milliseconds(200))
        }
        kill(process, SIGCONT)
        #expect(error?.kind == .deadline)
        try await server.stop()
        #expect(!FileManager.default.fileExists(atPath: folder))
    }
}
