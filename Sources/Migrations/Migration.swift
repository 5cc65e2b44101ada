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
    /// The assertions of `NNNN_title.verify.sql`, if there are any; they may change after the migration was applied.
    public let verify: SQLScript?
    /// SHA-256 of the up file's bytes, in hex: what was applied may never change.
    public let sha256: String

    init(version: MigrationVersion, title: String, up: SQLScript, down: SQLScript?, verify: SQLScript? = nil) {
        self.version = version
        self.title = title
        self.up = up
        self.down = down
        self.verify = verify
        sha256 = Self.sha256(of: up.text)
    }

    /// `NNNN_title.up.sql`.
    public var upFile: String { "\(version)_\(title).up.sql" }

    /// `NNNN_title.down.sql`.
    public var downFile: String { "\(version)_\(title).down.sql" }

    /// `NNNN_title.verify.sql`.
    public var verifyFile: String { "\(version)_\(title).verify.sql" }

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
