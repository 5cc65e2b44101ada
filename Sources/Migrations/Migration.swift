import Crypto

/// One numbered step of the schema, and the way back.
public struct Migration: Sendable, Equatable {
    public let version: MigrationVersion
    /// What its file name says, such as `create_items`.
    public let title: String
    /// The SQL of `NNNN_title.up.sql`.
    public let up: SQLScript
    /// The SQL of `NNNN_title.down.sql`; `nil` when there is no way back.
    public let down: SQLScript?
    /// SHA-256 of the up file's bytes, in hex: what was applied may never change.
    public let sha256: String

    init(version: MigrationVersion, title: String, up: SQLScript, down: SQLScript?) {
        self.version = version
        self.title = title
        self.up = up
        self.down = down
        sha256 = Self.sha256(of: up.text)
    }

    /// The hash of a file's text, in hex.
    static func sha256(of text: String) -> String {
        SHA256.hash(data: Array(text.utf8)).reduce(into: "") { hex, byte in
            hex += (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
    }
}

/// A migration that a database has, as its ledger says.
public struct AppliedMigration: Sendable, Equatable {
    public let version: MigrationVersion
    public let title: String
    public let sha256: String
    /// When it was applied, in microseconds since 1970.
    public let appliedAt: Int64
    /// How long that took.
    public let seconds: Double
}
