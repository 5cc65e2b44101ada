import CLibPQ

extension Session {
    /// Runs a text of one or more statements by the simple protocol, and returns the tag of each.
    ///
    /// The server takes them as one transaction unless the text begins and commits its own.
    func run(script: SQL, _ wait: Wait) throws(PostgresError) -> [String] {
        try begin(script)
        var tags: [String] = []
        var failure: PostgresError?
        while let result = try nextResult(wait) {
            switch result.status {
            case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY: tags.append(result.commandTag)
            case PGRES_FATAL_ERROR: failure = failure ?? result.error()
            default: throw .copyNotAllowed
            }
        }
        if let failure { throw failure }
        return tags
    }

    /// Sends a text by the simple protocol.
    func begin(_ sql: SQL) throws(PostgresError) {
        try refuseWhenBusy()
        try sql.refuseNUL()
        // SAFETY: libpq copies the text before it returns.
        guard unsafe PQsendQuery(handle, sql.text) == 1 else { throw brokenConnection() }
    }
}
