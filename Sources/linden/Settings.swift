import Domain
import Foundation
import Logging
import OfflineJobs
import Planning
import Yams

/// What an installation is told: flags, then environment, then `linden.yaml`, then defaults.
struct Settings: Sendable {
    /// A PostgreSQL of the operator's; `nil` runs the embedded one, unless libpq's own `PG*` variables name a server.
    let databaseURL: String?
    /// Where the embedded PostgreSQL and caches lie.
    private(set) var dataDirectory: String
    let port: Int
    let host: String
    let logLevel: Logger.Level
    /// Where serving has full vectors from.
    let vectors: VectorSetting
    /// Cost units a second that serving shares out between requests; `nil` shares out nothing.
    let capacity: Capacity?
    /// Generations that have served and are kept in memory beside the one that serves.
    let keepGenerations: Int
    /// Share of the requests that generations in the shadow answer too.
    let shadowShare: Double
    /// Longest prefix kept for scans, in dimensions; `nil` is the ladder's own.
    let scanDepth: Int?
    /// Days that exposures of experiments are kept.
    let exposureRetentionDays: Int
    /// Share of the measured items by which the catalogue grows or shrinks before a node measures plans again; 0 for never.
    let recalibrateGrowth: Double
    /// What cost units are worth in money; `nil` when nobody has said.
    let price: UnitPrice?

    /// Flags that stand above the other sources.
    struct Overrides: Sendable {
        var configuration: String?
        var dataDirectory: String?
        var port: Int?
        var host: String?
        var vectors: String?
        var capacity: String?
        var recalibrateGrowth: String?
    }

    /// Keys of `linden.yaml`, with their environment variables.
    private static let keys = [
        "database_url": "LINDEN_DATABASE_URL", "data_dir": "LINDEN_DATA_DIR", "port": "LINDEN_PORT",
        "host": "LINDEN_HOST", "log_level": "LINDEN_LOG_LEVEL", "vectors": "LINDEN_VECTORS",
        "capacity": "LINDEN_CAPACITY", "price_per_million_units": "LINDEN_PRICE_PER_MILLION_UNITS",
        "recalibrate_growth": "LINDEN_RECALIBRATE_GROWTH", "keep_generations": "LINDEN_KEEP_GENERATIONS",
        "shadow_share": "LINDEN_SHADOW_SHARE", "scan_depth": "LINDEN_SCAN_DEPTH",
        "exposure_retention_days": "LINDEN_EXPOSURE_RETENTION_DAYS",
    ]

    /// Reads the settings.
    ///
    /// - Throws: ``SettingsError`` for a file that cannot be read, an unknown key, or a value that makes no sense.
    init(
        overrides: Overrides = Overrides(), environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws {
        let file = try Self.file(named: overrides.configuration ?? environment["LINDEN_CONFIG"])
        func value(_ key: String) -> String? {
            let set = Self.keys[key].flatMap { environment[$0] } ?? file[key]
            return set.flatMap { $0.isEmpty ? nil : $0 }
        }
        databaseURL = value("database_url")
        dataDirectory = try overrides.dataDirectory ?? value("data_dir") ?? Self.defaultDataDirectory(environment)
        host = overrides.host ?? value("host") ?? "127.0.0.1"
        let level = value("log_level") ?? Logger.Level.notice.rawValue
        guard let logLevel = Logger.Level(rawValue: level) else { throw SettingsError.notALogLevel(level) }
        self.logLevel = logLevel
        vectors = try VectorSetting(overrides.vectors ?? value("vectors") ?? "memory")
        capacity = try (overrides.capacity ?? value("capacity")).map { text in
            guard let units = Double(text) else { throw SettingsError.notACapacity(text) }
            return try Capacity(unitsPerSecond: units)
        }
        recalibrateGrowth =
            try (overrides.recalibrateGrowth ?? value("recalibrate_growth")).map { text in
                guard let growth = Double(text), (0...1_000).contains(growth) else {
                    throw SettingsError.notAGrowth(text)
                }
                return growth
            } ?? 0.2
        price = try value("price_per_million_units").map { text in
            guard text.allSatisfy({ $0.isASCII && $0.isNumber || $0 == "." }), let number = Double(text),
                let price = UnitPrice(perMillionUnits: number)
            else { throw SettingsError.notAPrice(text) }
            return price
        }
        keepGenerations = try GenerationSetting.kept(value("keep_generations"))
        shadowShare = try GenerationSetting.shadowShare(value("shadow_share"))
        scanDepth = try GenerationSetting.scanDepth(value("scan_depth"))
        exposureRetentionDays =
            try value("exposure_retention_days").map { text in
                guard let days = Int(text), (1...3_650).contains(days) else { throw SettingsError.notARetention(text) }
                return days
            } ?? 90
        if let port = overrides.port {
            self.port = port
        } else if let text = value("port") {
            guard let port = Int(text) else { throw SettingsError.notAPort(text) }
            self.port = port
        } else {
            port = 8080
        }
        guard (0...65_535).contains(port) else { throw SettingsError.notAPort(String(port)) }
    }

    /// Where a node keeps its snapshots over a restart.
    var snapshotFolder: String { dataDirectory + "/snapshots" }

    /// Where a command keeps the last checkpoint of its training; what happens to it is told on standard error.
    func checkpoints(of command: String) -> CheckpointFile {
        let isTold = logLevel <= .info
        return CheckpointFile(path: "\(dataDirectory)/checkpoints/\(command)") { event in
            if case .kept = event, !isTold { return }
            Terminal.printError(event.description)
        }
    }

    /// The same settings with the data in a folder of its own below the data directory.
    func keepingData(in folder: String) -> Settings {
        var copy = self
        copy.dataDirectory += "/" + folder
        return copy
    }

    private static func file(named name: String?) throws -> [String: String] {
        let path = name ?? "linden.yaml"
        guard FileManager.default.fileExists(atPath: path) else {
            if let name { throw SettingsError.noFile(name) }
            return [:]
        }
        guard let bytes = FileManager.default.contents(atPath: path), let text = String(bytes: bytes, encoding: .utf8)
        else { throw SettingsError.unreadable(path) }
        guard let node = try parse(text, from: path) else { return [:] }
        guard let mapping = node.mapping else { throw SettingsError.notAMapping(path) }
        var values: [String: String] = [:]
        for (key, value) in mapping {
            guard let key = key.string, keys[key] != nil else {
                throw SettingsError.unknownKey(key.string ?? "?", file: path, known: keys.keys.sorted())
            }
            guard let value = value.scalar?.string else { throw SettingsError.notAValue(key, file: path) }
            values[key] = value
        }
        return values
    }

    private static func parse(_ text: String, from path: String) throws(SettingsError) -> Node? {
        do {
            return try Yams.compose(yaml: text)
        } catch {
            let line = (error as? YamlError)?.line
            throw .notYAML(path, line: line)
        }
    }

    private static func defaultDataDirectory(_ environment: [String: String]) throws -> String {
        if let base = environment["XDG_DATA_HOME"], base.hasPrefix("/") { return base + "/linden" }
        guard let home = environment["HOME"], home.hasPrefix("/") else { throw SettingsError.noHome }
        return home + "/.local/share/linden"
    }
}

/// Why settings were refused.
enum SettingsError: Error, CustomStringConvertible {
    case noFile(String)
    case unreadable(String)
    case notYAML(String, line: Int?)
    case notAValue(String, file: String)
    case notALogLevel(String)
    case notAMapping(String)
    case unknownKey(String, file: String, known: [String])
    case notAPort(String)
    case notAVectorSource(String)
    case notACacheSize(String)
    case notACapacity(String)
    case notAPrice(String)
    case notAGrowth(String)
    case notARetention(String)
    case noHome

    var description: String {
        switch self {
        case .noFile(let file):
            "There is no file '\(file)'. Name an existing file with --config, or leave it out."
        case .unreadable(let file):
            "\(file) cannot be read as UTF-8 text. Give a file that this user may read."
        case .notYAML(let file, let line):
            "\(file) is not YAML\(line.map { ": see line \($0)" } ?? ""). Write lines such as 'port: 8080'."
        case .notACapacity(let text):
            "The capacity is '\(text)'. Give cost units a second, such as 1500000 for one and a half cores, or leave it out."
        case .notAPrice(let text):
            "The price of a million cost units is '\(text)'. Give a decimal number from 0 up, of any currency, such as 0.00001 (3.6 "
                + "hundredths an hour of a core), or leave it out."
        case .notARetention(let text):
            "The days to keep exposures are '\(text)'. Give a whole number from 1 to 3650, such as 90."
        case .notAGrowth(let text):
            "The growth after which plans are measured again is '\(text)'. Give a share of the catalogue from 0 to 1000, such as 0.2 for "
                + "a fifth, or 0 for never."
        case .notAValue(let key, let file):
            "The value of '\(key)' in \(file) is a list or a mapping. Write one value, such as 'port: 8080'."
        case .notALogLevel(let text):
            "'\(text)' is not a log level. Use one of \(Logger.Level.allCases.map(\.rawValue).joined(separator: ", "))."
        case .notAMapping(let file):
            "\(file) is not a mapping of settings. Write lines such as 'port: 8080'."
        case .unknownKey(let key, let file, let known):
            "\(file) has the key '\(key)', which is no setting. Known: \(known.joined(separator: ", "))."
        case .notAPort(let text):
            "'\(text)' is not a port. Give a number from 0 to 65535."
        case .notAVectorSource(let text):
            "'\(text)' is no place to have full vectors from. Use memory, database, or cache:SIZE such as cache:256MB."
        case .notACacheSize(let text):
            "'\(text)' is not the size of a cache of vectors. Give a whole number of KB, MB or GB from 1MB to 1000GB, such as "
                + "cache:256MB."
        case .noHome:
            "There is no home directory to keep data in. Set LINDEN_DATA_DIR, or pass --data-dir."
        }
    }
}

extension YamlError {
    /// The line where the parser stopped.
    fileprivate var line: Int? {
        switch self {
        case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _): mark.line
        default: nil
        }
    }
}
