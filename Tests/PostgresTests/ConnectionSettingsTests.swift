import Postgres
import Testing

@Suite("Connection settings")
struct ConnectionSettingsTests {
    @Test("are read from a URL, and never show the password")
    func password() throws {
        let settings = try ConnectionSettings(url: "postgresql://anna:s3%40cret@db.example:6543/shop?sslmode=require")
        #expect(settings.description == "anna at db.example:6543, database shop")
        var dumped = ""
        dump(settings, to: &dumped)
        for text in [
            "\(settings)", String(reflecting: settings), "\([settings])", dumped, "\(settings.with(database: "x"))",
        ] {
            #expect(!text.contains("s3"))
        }
    }

    @Test(
        "refuse what is not a URL without repeating it",
        arguments: ["postgresql://u:s3cret@h/x?no_such=1", "postgresql://u:s3cret%@h/x", "s3cret", "http://s3cret"])
    func malformed(url: String) {
        let error = #expect(throws: PostgresError.self) { try ConnectionSettings(url: url) }
        #expect(error?.kind == .usage)
        #expect(error?.description.contains("s3cret") == false)
        #expect(error?.description.contains("postgresql://USER:PASSWORD@HOST:5432/DATABASE") == true)
    }

    @Test("come from LINDEN_DATABASE_URL before PG*, and from nothing when neither is set")
    func environment() throws {
        let pg = ["PGHOST": "pg.example", "PGUSER": "anna", "PGPASSWORD": "s3cret", "PGDATABASE": "shop"]
        let url = ["LINDEN_DATABASE_URL": "postgresql://otto@db.example/store"]
        #expect(try ConnectionSettings.fromEnvironment(pg)?.description == "anna at pg.example:5432, database shop")
        let both = try ConnectionSettings.fromEnvironment(pg.merging(url) { $1 })
        #expect(both?.description == "otto at db.example:5432, database store")
        #expect(try ConnectionSettings.fromEnvironment([:]) == nil)
        #expect(try ConnectionSettings.fromEnvironment(["PGPASSWORD": "s3cret", "LINDEN_DATABASE_URL": ""]) == nil)
    }
}
