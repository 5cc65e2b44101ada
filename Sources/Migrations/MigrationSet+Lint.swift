extension MigrationSet {
    /// Where the files break a rule that they do not allow themselves, in order.
    ///
    /// - Parameter first: The version to begin with; all of them when not given.
    /// - Returns: The places, file by file.
    /// - Throws: ``MigrationError/badDirective(file:line:text:)``.
    public func lint(from first: MigrationVersion? = nil) throws(MigrationError) -> [LintFinding] {
        var findings: [LintFinding] = []
        for migration in migrations where first.map({ migration.version >= $0 }) ?? true {
            findings += try Linter(migration.up, file: migration.upFile, isUp: true).findings
            if let down = migration.down {
                findings += try Linter(down, file: migration.downFile, isUp: false).findings
            }
        }
        return findings
    }
}
