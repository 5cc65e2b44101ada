/// `NNNN_title.up.sql`, `NNNN_title.down.sql` or `NNNN_title.verify.sql`.
struct MigrationFileName: Equatable {
    /// What the file is for.
    enum Role: String {
        case up, down, verify
    }

    let text: String
    let version: MigrationVersion
    let title: String
    let role: Role

    /// Reads a file name; `nil` when it is not one of a migration.
    init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[2] == "sql", let role = Role(rawValue: String(parts[1])),
            let underscore = parts[0].firstIndex(of: "_")
        else { return nil }
        let digits = parts[0][..<underscore]
        let title = parts[0][underscore...].dropFirst()
        guard digits.utf8.count >= 4, let version = MigrationVersion(digits), !title.isEmpty else { return nil }
        self.text = text
        self.version = version
        self.title = String(title)
        self.role = role
    }
}
