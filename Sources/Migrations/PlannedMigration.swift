/// What a migration would do, statement by statement.
public struct PlannedMigration: Sendable, Equatable {
    public let version: MigrationVersion
    public let title: String
    public let file: String
    /// Whether all of it is one transaction; else each statement is carried out by itself.
    public let isOneTransaction: Bool
    /// The statements that are still to be run, in order.
    public let statements: [Statement]

    /// A statement, as it will be sent.
    public struct Statement: Sendable, Equatable {
        public let sql: String
        public let line: Int
        public let locks: [Lock]
        /// What it does to the rows, such as `builds an index`; `nil` when it touches none.
        public let work: String?
        /// Whether ``locks`` is all: code may lock anything.
        public let isKnown: Bool
    }

    /// A lock on a table that is there before the migrations begin.
    public struct Lock: Sendable, Equatable {
        public let table: String
        public let mode: LockMode
        /// Rows of the table, as the planner estimates them; `nil` when that cannot be asked.
        public let rows: Int?

        public init(table: String, mode: LockMode, rows: Int?) {
            self.table = table
            self.mode = mode
            self.rows = rows
        }
    }
}
