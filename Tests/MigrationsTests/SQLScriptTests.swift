import Migrations
import Testing

@Suite("An SQL script")
struct SQLScriptTests {
    @Test(
        "is cut where psql cuts it",
        arguments: [
            ("", []),
            (" ;; -- nothing\n;/* ; */", []),
            ("SELECT 1", ["SELECT 1"]),
            ("SELECT 1; SELECT 2 ;\n", ["SELECT 1", "SELECT 2"]),
            ("SELECT ';', 'it''s;'; X", ["SELECT ';', 'it''s;'", "X"]),
            (#"SELECT E'\';', 'a\'; X"#, [#"SELECT E'\';', 'a\'"#, "X"]),
            (#"SELECT "a;""b;"; X"#, [#"SELECT "a;""b;""#, "X"]),
            ("SELECT 1 -- a; b\n + 2; X", ["SELECT 1 -- a; b\n + 2", "X"]),
            ("SELECT /* a; /* b; */ c; */ 1; X", ["SELECT /* a; /* b; */ c; */ 1", "X"]),
            ("DO $$ BEGIN x; END $$; X", ["DO $$ BEGIN x; END $$", "X"]),
            ("DO $a$ $b$; $$; $a$; X", ["DO $a$ $b$; $$; $a$", "X"]),
            ("SELECT $1; SELECT a$b$c; X", ["SELECT $1", "SELECT a$b$c", "X"]),
            ("CREATE RULE r AS ON INSERT TO t DO (A; B); X", ["CREATE RULE r AS ON INSERT TO t DO (A; B)", "X"]),
            (
                "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN x THEN 1 END; SELECT 2; END; X",
                ["CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN x THEN 1 END; SELECT 2; END", "X"]
            ),
            ("\u{FEFF}SELECT 1; X -- end", ["SELECT 1", "X"]),
            ("SELECT 'open; X", ["SELECT 'open; X"]),
            ("SELECT $$open; X", ["SELECT $$open; X"]),
        ] as [(String, [String])]
    )
    func statements(text: String, statements: [String]) {
        #expect(SQLScript(text).statements.map(\.text) == statements)
    }

    @Test("knows the line on which a statement starts")
    func lines() {
        let script = SQLScript("-- one\nA;\n\n/* two\n lines */ B\n;'\n'; C")
        #expect(script.statements.map(\.line) == [2, 5, 6, 7])
    }

    @Test(
        "knows which statements begin or end a transaction",
        arguments: [
            ("begin", true), ("BEGIN ISOLATION LEVEL SERIALIZABLE", true), ("Start Transaction", true),
            ("COMMIT", true),
            ("rollback to a", true), ("PREPARE TRANSACTION 'x'", true), ("PREPARE p AS SELECT 1", false),
            ("CREATE TABLE begin (commit int)", false), ("/* BEGIN */ SELECT 1", false), ("'COMMIT'", false),
        ]
    )
    func transactionControl(text: String, expected: Bool) {
        #expect(SQLScript(text).statements.map(\.controlsTransaction) == [expected])
    }
}
