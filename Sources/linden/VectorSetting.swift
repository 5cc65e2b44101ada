import Domain
import Serving

/// Where a serving process has its items' full vectors from, as it is set: `memory`, `database` or `cache:256MB`.
enum VectorSetting: Equatable {
    case memory
    case database
    /// Bytes that the cache may take.
    case cache(byteCount: Int)

    private static let units = [("KB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000)]
    private static let sizes = 1_000_000...1_000_000_000_000

    /// Reads a setting.
    ///
    /// - Throws: ``SettingsError/notAVectorSource(_:)`` or ``SettingsError/notACacheSize(_:)``.
    init(_ text: String) throws(SettingsError) {
        switch text {
        case "memory": self = .memory
        case "database": self = .database
        case let text where text.hasPrefix("cache:"): self = .cache(byteCount: try Self.size(text.dropFirst(6)))
        default: throw .notAVectorSource(text)
        }
    }

    /// Reads `256MB`.
    private static func size(_ text: Substring) throws(SettingsError) -> Int {
        for (unit, bytes) in units where text.hasSuffix(unit) {
            guard let number = Int(text.dropLast(unit.count)) else { break }
            let (size, isTooLarge) = number.multipliedReportingOverflow(by: bytes)
            guard !isTooLarge, sizes.contains(size) else { break }
            return size
        }
        throw .notACacheSize(String(text))
    }

    /// Where vectors lie, as plans are priced by it.
    var place: VectorPlace {
        switch self {
        case .memory: .memory
        case .database: .database
        case .cache: .cache
        }
    }

    /// The setting over the store that has the vectors.
    func vectors(from source: some EmbeddingSource) -> ItemVectors {
        switch self {
        case .memory: .memory
        case .database: .database(source)
        case .cache(let byteCount): .cache(source, byteCount: byteCount)
        }
    }
}
