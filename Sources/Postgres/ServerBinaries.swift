import Foundation

/// Where PostgreSQL's server programs are.
struct ServerBinaries: Equatable {
    /// The folder that holds `initdb`, `pg_ctl` and `postgres`.
    let directory: String
    /// The major version, as in a data directory's `PG_VERSION`: "15".
    let majorVersion: String

    var initdb: String { directory + "/initdb" }
    var pgCtl: String { directory + "/pg_ctl" }
    var postgres: String { directory + "/postgres" }

    /// Finds the newest server, or the one of `wanted`, the version that made an existing data directory.
    ///
    /// Looks at `pg_config --bindir`, then in `/usr/lib/postgresql/*/bin`, then along `PATH`.
    static func find(
        wanted: String? = nil, environment: [String: String] = ProcessInfo.processInfo.environment
    ) async throws(PostgresError) -> ServerBinaries {
        var found: [ServerBinaries] = []
        for directory in await candidates(environment) {
            guard let binaries = await look(in: directory) else { continue }
            if wanted == nil || binaries.majorVersion == wanted { return binaries }
            found.append(binaries)
        }
        guard let wanted, let other = found.first else {
            throw PostgresError(
                kind: .embeddedServer,
                message: "No PostgreSQL server is installed (initdb, pg_ctl and postgres were looked for). "
                    + "Install one (apt-get install postgresql), or name a running one in LINDEN_DATABASE_URL.")
        }
        throw PostgresError(
            kind: .embeddedServer,
            message: "The data directory was made by PostgreSQL \(wanted); installed is \(other.majorVersion). "
                + "Install the package postgresql-\(wanted), or name another LINDEN_DATA_DIR.")
    }

    private static func candidates(_ environment: [String: String]) async -> [String] {
        let path = (environment["PATH"] ?? "").split(separator: ":").map(String.init)
        var directories: [String] = []
        if let pgConfig = path.map({ $0 + "/pg_config" }).first(where: isExecutable),
            let answer = await ServerCommand(pgConfig, "--bindir").output()
        {
            directories.append(answer.trimmingCharacters(in: .whitespacesAndNewlines))
        }
        let debian = "/usr/lib/postgresql"
        let versions = names(in: debian)
        directories += versions.sorted { (Double($0) ?? 0) > (Double($1) ?? 0) }.map { "\(debian)/\($0)/bin" }
        return directories + path
    }

    private static func look(in directory: String) async -> ServerBinaries? {
        let programs = ["initdb", "pg_ctl", "postgres"].map { "\(directory)/\($0)" }
        guard programs.allSatisfy(isExecutable),
            // "postgres (PostgreSQL) 15.20 (Debian 15.20-0+deb12u1)"
            let version = await ServerCommand(directory + "/postgres", "--version").output()?
                .split(separator: " ").first(where: { $0.first?.isNumber ?? false })
        else { return nil }
        return ServerBinaries(directory: directory, majorVersion: String(version.prefix { $0.isNumber }))
    }

    private static func names(in folder: String) -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: folder)
        } catch {
            // Not a Debian.
            return []
        }
    }

    private static func isExecutable(_ path: String) -> Bool {
        FileManager.default.isExecutableFile(atPath: path)
    }
}
