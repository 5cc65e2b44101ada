/// What a migration should not do to a database that is in use, under the names of squawk's rules.
public enum LintRule: String, Sendable, CaseIterable {
    case requireConcurrentIndexCreation = "require-concurrent-index-creation"
    case requireConcurrentIndexDeletion = "require-concurrent-index-deletion"
    case banConcurrentIndexCreationInTransaction = "ban-concurrent-index-creation-in-transaction"
    case constraintMissingNotValid = "constraint-missing-not-valid"
    case addingForeignKeyConstraint = "adding-foreign-key-constraint"
    case disallowedUniqueConstraint = "disallowed-unique-constraint"
    case addingNotNullableField = "adding-not-nullable-field"
    case addingRequiredField = "adding-required-field"
    case addingFieldWithDefault = "adding-field-with-default"
    case addingSerialPrimaryKeyField = "adding-serial-primary-key-field"
    case changingColumnType = "changing-column-type"
    case renamingColumn = "renaming-column"
    case renamingTable = "renaming-table"
    case banDropColumn = "ban-drop-column"
    case banDropTable = "ban-drop-table"
    case banDropNotNull = "ban-drop-not-null"
    case banDropDatabase = "ban-drop-database"
    case banTruncateCascade = "ban-truncate-cascade"
    case requireLockTimeout = "require-lock-timeout"
    case requireStatementTimeout = "require-statement-timeout"
    case preferRobustStatements = "prefer-robust-stmts"
    case transactionNesting = "transaction-nesting"
    case identifierTooLong = "identifier-too-long"

    /// What would happen.
    public var why: String {
        switch self {
        case .requireConcurrentIndexCreation: "Nobody can write to the table until the index is built."
        case .requireConcurrentIndexDeletion: "Nobody can read the table while the index waits to be dropped."
        case .banConcurrentIndexCreationInTransaction: "PostgreSQL refuses CONCURRENTLY in a transaction."
        case .constraintMissingNotValid: "Nobody can read or write the table until every row is checked."
        case .addingForeignKeyConstraint: "Nobody can write to either table until every row is checked."
        case .disallowedUniqueConstraint: "Nobody can read or write the table until the index is built."
        case .addingNotNullableField: "Nobody can read or write the table until every row is checked."
        case .addingRequiredField: "It fails if there is a row, and programs of the version before cannot insert."
        case .addingFieldWithDefault: "A default that differs by row rewrites the table; nobody can read it meanwhile."
        case .addingSerialPrimaryKeyField: "The table is rewritten and indexed; nobody can read it meanwhile."
        case .changingColumnType: "The table may be rewritten; nobody can read it meanwhile, and old programs may fail."
        case .renamingColumn: "Programs of the version before still use the old name."
        case .renamingTable: "Programs of the version before still use the old name."
        case .banDropColumn: "Programs of the version before still read it, and its data is gone."
        case .banDropTable: "Programs of the version before still use it, and its data is gone."
        case .banDropNotNull: "Programs of the version before do not expect NULL."
        case .banDropDatabase: "All of its data is gone."
        case .banTruncateCascade: "It empties every table that refers to this one, at any distance."
        case .requireLockTimeout: "Without a limit, everybody waits behind a statement that waits for its lock."
        case .requireStatementTimeout: "Without a limit, a statement holds its locks for as long as it runs."
        case .preferRobustStatements: "If the program dies right after it, it is run once more."
        case .transactionNesting: "A migration is a transaction already, or runs statement by statement."
        case .identifierTooLong: "PostgreSQL cuts names after 63 bytes, so two of them may become one."
        }
    }

    /// What to write in its place.
    public var instead: String {
        switch self {
        case .requireConcurrentIndexCreation: "CREATE INDEX CONCURRENTLY name ON …"
        case .requireConcurrentIndexDeletion: "DROP INDEX CONCURRENTLY …"
        case .banConcurrentIndexCreationInTransaction:
            "Take BEGIN and COMMIT out: the file is run statement by statement."
        case .constraintMissingNotValid: "ADD CONSTRAINT … NOT VALID; and VALIDATE CONSTRAINT in the next migration."
        case .addingForeignKeyConstraint:
            "ADD CONSTRAINT … FOREIGN KEY … NOT VALID; and VALIDATE CONSTRAINT in the next migration."
        case .disallowedUniqueConstraint:
            "CREATE UNIQUE INDEX CONCURRENTLY name …; then ADD CONSTRAINT … UNIQUE USING INDEX name."
        case .addingNotNullableField:
            "ADD CONSTRAINT … CHECK (column IS NOT NULL) NOT VALID; in the next migration VALIDATE CONSTRAINT, then SET NOT NULL."
        case .addingRequiredField: "Give it a DEFAULT, or leave it nullable until every row has a value."
        case .addingFieldWithDefault:
            "ADD COLUMN without a default; ALTER COLUMN … SET DEFAULT; fill the old rows in batches."
        case .addingSerialPrimaryKeyField:
            "Add a nullable column, fill it in batches, index it CONCURRENTLY, then USING INDEX."
        case .changingColumnType: "Add a column of the new type, write both, fill the old rows, then read the new one."
        case .renamingColumn: "Add a column, write both, fill the old rows; drop the old one when nobody reads it."
        case .renamingTable: "Make a view of the new name, or rename when no program of the version before runs."
        case .banDropColumn: "Ship a version that does not use it first; then allow it here."
        case .banDropTable: "Ship a version that does not use it first; then allow it here."
        case .banDropNotNull: "Ship a version that expects NULL first; then allow it here."
        case .banDropDatabase: "Do it by hand, with a backup."
        case .banTruncateCascade: "Name every table that is to be emptied: TRUNCATE a, b."
        case .requireLockTimeout: "Leave lock_timeout as it is set (500 ms, tried again), or set one above zero."
        case .requireStatementTimeout: "-- linden:statement-timeout 30min"
        case .preferRobustStatements: "Write it so that a second run changes nothing, then allow it here."
        case .transactionNesting: "Take it out."
        case .identifierTooLong: "Choose a shorter name."
        }
    }

    /// Whether it is about programs that still use what a way back takes away.
    var spareWayBack: Bool {
        switch self {
        case .banDropColumn, .banDropTable, .banDropNotNull, .renamingColumn, .renamingTable, .changingColumnType: true
        default: false
        }
    }
}

/// A place where a rule is broken.
public struct LintFinding: Sendable, Equatable {
    public let rule: LintRule
    public let file: String
    public let line: Int
    /// What breaks it: a table, a column, an index.
    public let subject: String
}
