/// `NNNN_title.up.sql` or `NNNN_title.down.sql`.
struct MigrationFileName: Equatable {
    let text: String
    let version: MigrationVersion
    let title: String
    let isUp: Bool

    /// Reads a file name; `nil` when it is not one of a migration.
    init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[2] == "sql", ["up", "down"].contains(parts[1]),
            let underscore = parts[0].firstIndex(of: "_")
        else { return nil }
        let digits = parts[0][..<underscore]
        let title = parts[0][underscore...].dropFirst()
        guard digits.utf8.count >= 4, let version = MigrationVersion(digits), !title.isEmpty else { return nil }
        self.text = text
        self.version = version
        self.title = String(title)
        isUp = parts[1] == "up"
    }
}
