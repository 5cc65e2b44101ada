import Foundation
import Testing

@Suite("Arguments and settings that make no sense", .timeLimit(.minutes(10)))
struct ArgumentTests {
    @Test(
        "are refused with exit code 2 and a sentence that says what to do",
        arguments: [
            (["recomend"], "Did you mean 'recommend'?"),
            (["import"], "Use one of interactions, items, users, embeddings."),
            (["import", "interactons", "x.csv"], "Did you mean 'interactions'?"),
            (["help", "imprt"], "Did you mean 'import'?"),
            (["train", "--laddr", "16"], "Did you mean '--ladder'?"),
            (["train", "--ladder", "64,32"], "Give ascending prefix lengths"),
            (["train", "--ladder", "x"], "Give lengths such as"),
            (["train", "--epochs", "-1"], "epochs is -1. Give 1 to 10000."),
            (["train", "--threads", "0"], "threads is 0."),
            (["train", "--tolerance", "2"], "--tolerance is 2.0. Give a number from 0 to 1."),
            (["train", "--until", "yesterday"], "'yesterday' is no moment since 1970. Give one such as"),
            (["train", "--until", "1969-12-31T23:59:59Z"], "seconds since 1970."),
            (["recommend", "-n", "0"], "0 items were asked for. Ask for 1 to 1000."),
            (["recommend", "-n", "1000000000"], "Ask for 1 to 1000."),
            (["recommend", "--max-cost", "-1"], "Give a number of units from 0 up."),
            (["recommend", "--user", ""], "Give 1 to 256 bytes"),
            (["serve", "--port", "70000"], "Give a number from 0 to 65535."),
            (["serve", "--vectors", "disk"], "Use memory, database, or cache:SIZE"),
            (["recommend", "--vectors", "cache:"], "such as cache:256MB."),
            (["demo", "--vectors", "cache:12"], "Give a whole number of KB, MB or GB"),
            (["models", "activate", "x"], "Give a name such as g3."),
            (["migrate", "down", "--to", "x"], "Give four digits"),
            (["import", "interactions"], "Missing expected argument"),
            (["import", "embeddings", "--items", "x.npy"], "Missing expected argument"),
            (["import", "embeddings", "--generation", "g3", "--items", "x"], "'g3' is no name for a generation."),
            (
                ["import", "embeddings", "--generation", "a", "--items", "x", "--minimum-recall", "2"],
                "Give a number from 0 to 1."
            ),
            (
                ["import", "embeddings", "--generation", "a", "--items", "x", "--user-ids", "y"],
                "Give --users FILE too."
            ),
            (["import", "embeddings", "--generation", "a", "--items", "x", "--ladder", "64,32"], "Give ascending"),
            (["evaluate", "--test", "x.csv"], "Missing expected argument"),
            (["evaluate", "--train", "x.csv"], "Give --test FILE, or a protocol that splits --train"),
            (["evaluate", "--train", "x.csv", "--protocol", "sampled"], "There is no protocol 'sampled'."),
            (["evaluate", "--train", "x.csv", "--test", "y.csv", "--protocol", "leave-last-out"], "Leave out --test"),
            (["evaluate", "--train", "x.csv", "--protocol", "global-split"], "global-split needs --test-after"),
            (["evaluate", "--train", "x", "--protocol", "cold-items", "--test", "y"], "Leave out --test"),
            (["benchmark", "matryoshka", "--train", "x", "--test", "y", "--ladder", "16"], "Give two at least"),
            (
                ["evaluate", "--train", "x.csv", "--protocol", "global-split", "--test-after", "soon"],
                "'soon' is neither a moment nor a share."
            ),
            (["plan", "--budgets", "200,x"], "--budgets has 'x'. Give numbers of units"),
            (["plan", "--budgets", "-1"], "--budgets has '-1'."),
            (["plan", "-n", "0"], "Ask for 1 to 1000."),
            (["plan", "--tier", "gold"], "economy, standard, premium"),
            (["capacity", "--items", "5Q", "--rps", "1"], "The value '5Q' is invalid"),
            (["capacity", "--items", "0", "--rps", "1"], "The value '0' is invalid"),
            (["capacity", "--items", "5M", "--rps", "-1"], "--rps"),
            (["capacity", "--items", "5M"], "Missing expected argument '--rps"),
            (["capacity", "--items", "5M", "--rps", "1", "--dims", "0"], "--dims is 0. Give 1 to"),
            (["capacity", "--items", "5M", "--rps", "1", "--tier", "gold"], "economy, standard, premium"),
            (["recommend", "--config", "none.yaml"], "There is no file 'none.yaml'."),
        ]
    )
    func usage(arguments: [String], deed: String) async throws {
        try await LindenProcess.with { linden in
            let outcome = try await linden.run(arguments)
            #expect(outcome.exitCode == 2)
            #expect(outcome.errors.contains(deed))
            #expect(outcome.isPlain, "\(outcome.errors)")
            #expect(outcome.output.isEmpty)
        }
    }

    @Test(
        "are one JSON value on standard output with --json",
        arguments: [
            (["nonsense", "--json"], "usage", 2 as Int32),
            (["train", "--json", "--epochs", "x"], "usage", 2),
            (["train", "--json", "--epochs", "0"], "usage", 2),
            (["import", "items", "--json", "none.csv"], "failed", 1),
            (["demo", "--json", "--dataset", "nowhere"], "failed", 1),
            (["evaluate", "--json", "--train", "none.csv", "--test", "none.csv"], "failed", 1),
        ]
    )
    func json(arguments: [String], code: String, exitCode: Int32) async throws {
        try await LindenProcess.with { linden in
            let outcome = try await linden.run(arguments)
            #expect(outcome.exitCode == exitCode)
            let error = try #require(outcome.jsonError, "\(outcome.output)")
            #expect(error.code == code)
            #expect(!error.message.hasPrefix("Error") && !error.message.contains("Usage:"))
            #expect(outcome.errors.isEmpty)
        }
    }

    @Test(
        "are refused wherever a setting comes from",
        arguments: [
            (
                "prt: 1", [:],
                "Known: capacity, data_dir, database_url, exposure_retention_days, host, keep_generations, log_level, port, "
                    + "price_per_million_units, recalibrate_growth, scan_depth, shadow_share, vectors."
            ),
            ("a: [", [:], "is not YAML"),
            ("port: [1]", [:], "Write one value"),
            ("- port", [:], "is not a mapping"),
            ("port: x", [:], "'x' is not a port."),
            ("", ["LINDEN_PORT": "x"], "'x' is not a port."),
            ("vectors: cache", [:], "'cache' is no place to have full vectors from."),
            ("", ["LINDEN_VECTORS": "cache:9999999999999999999GB"], "from 1MB to 1000GB"),
            ("capacity: 0", [:], "The capacity is 0.0 units a second, which answers no request."),
            ("", ["LINDEN_CAPACITY": "x"], "The capacity is 'x'."),
            (
                "price_per_million_units: -1", [:],
                "The price of a million cost units is '-1'. Give a decimal number from 0"
            ),
            ("", ["LINDEN_PRICE_PER_MILLION_UNITS": "1,5"], "is '1,5'."),
            ("", ["LINDEN_PRICE_PER_MILLION_UNITS": "nan"], "is 'nan'."),
            ("price_per_million_units: 10000000000000", [:], "is '10000000000000'."),
            ("recalibrate_growth: -0.1", [:], "is '-0.1'. Give a share of the catalogue from 0 to 1000"),
            ("", ["LINDEN_RECALIBRATE_GROWTH": "nan"], "is 'nan'. Give a share"),
            ("", ["LINDEN_LOG_LEVEL": "loud"], "Use one of trace, debug"),
            ("", ["LINDEN_KERNEL": "nonsense"], "Use one of scalar"),
            ("", ["LINDEN_DATABASE_URL": "nonsense"], "postgresql://USER:PASSWORD@HOST:5432/DATABASE"),
        ]
    )
    func settings(yaml: String, environment: [String: String], deed: String) async throws {
        try await LindenProcess.with { linden in
            try linden.write(yaml, to: "linden.yaml")
            let outcome = try await linden.run(["models", "list"], environment: environment)
            #expect(outcome.exitCode == 2)
            #expect(outcome.errors.contains(deed), "\(outcome.errors)")
            #expect(outcome.isPlain, "\(outcome.errors)")
        }
    }

    @Test("are not needed to be shown the commands", arguments: [[], ["--help"], ["help"], ["help", "train"]])
    func help(arguments: [String]) async throws {
        try await LindenProcess.with { linden in
            let outcome = try await linden.run(arguments)
            #expect(outcome.exitCode == 0)
            #expect(outcome.output.contains("USAGE: linden"))
            #expect(outcome.errors.isEmpty)
        }
    }
}
