import Foundation
import Glibc

/// The system user that runs the embedded server: PostgreSQL refuses to run as root.
struct ServerAccount: Equatable {
    let name: String
    let userID: uid_t
    let groupID: gid_t
    /// Whether we are root, and have to become that user first.
    let isDropped: Bool
    /// What a command is started with to become that user.
    private(set) var prefix: [String] = []

    /// This process's user; for root, `postgres` or `nobody`.
    static func current() throws(PostgresError) -> ServerAccount {
        guard geteuid() == 0 else {
            return ServerAccount(name: NSUserName(), userID: geteuid(), groupID: getegid(), isDropped: false)
        }
        for name in ["postgres", "nobody"] {
            // SAFETY: the entry is read at once, before anything else asks for one.
            guard let entry = unsafe getpwnam(name) else { continue }
            return ServerAccount(
                name: name, userID: unsafe entry.pointee.pw_uid, groupID: unsafe entry.pointee.pw_gid, isDropped: true)
        }
        throw PostgresError(
            kind: .embeddedServer,
            message: "PostgreSQL does not run as root, and there is neither a user \"postgres\" nor \"nobody\". "
                + "Create one (useradd --system postgres), or name a server in LINDEN_DATABASE_URL.")
    }

    /// The same account, with the way to start commands as it that lets it reach `directory`.
    ///
    /// Root's home is closed to others. There the server keeps one of root's rights: to walk through folders.
    func reaching(_ directory: String) async throws(PostgresError) -> ServerAccount {
        guard isDropped else { return self }
        // Not `test -w`: that asks what the user may do without the right that the last two keep.
        for prefix in prefixes where await ServerCommand(prefix + ["ls", directory]).output() != nil {
            var account = self
            account.prefix = prefix
            return account
        }
        throw PostgresError(
            kind: .embeddedServer,
            message: "PostgreSQL does not run as root, and user \"\(name)\" cannot reach \(directory). "
                + "Set LINDEN_DATA_DIR to a folder that others may enter, such as /var/lib/linden.")
    }

    private var prefixes: [[String]] {
        let setpriv = ["setpriv", "--reuid=\(userID)", "--regid=\(groupID)", "--clear-groups"]
        return [
            setpriv,
            ["runuser", "-u", name, "--"],
            // Hands the arguments to the shell as $1 … : none is parsed again.
            ["su", "-s", "/bin/sh", name, "-c", "exec \"$@\"", "--", "sh"],
            setpriv + ["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"],
            setpriv + ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"],
        ]
    }
}
