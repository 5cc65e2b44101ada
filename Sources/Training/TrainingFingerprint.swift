import Domain
public import Towers

/// Which training it is: settings and data down to the last bit, in one number.
///
/// Equal on every machine and in every run; tells trainings apart by chance, not against forgery.
public struct TrainingFingerprint: Hashable, Sendable, CustomStringConvertible {
    /// Counts up whenever the same settings and data come to make other bytes.
    private static let revision: UInt64 = 2

    public private(set) var value: UInt64 = 0x4C49_4E44_454E_0001

    /// A fingerprint that was stored.
    public init(value: UInt64) {
        self.value = value
    }

    /// Takes all that decides what comes out of a training, in time linear in the data.
    ///
    /// - Parameters:
    ///   - configuration: How it trains.
    ///   - data: What it trains on.
    ///   - validation: For each user index the item indices that choose the best epoch.
    ///   - earlier: The model that it starts from; `nil` when it starts from nothing.
    public init(
        _ configuration: TrainingConfiguration, _ data: TrainingData, validation: [[Int32]] = [],
        startingFrom earlier: TwoTowerModel? = nil
    ) {
        mix(Self.revision)
        // Every setting by its name, so that one that is added later counts at once.
        for setting in Mirror(reflecting: configuration).children {
            mix("\(setting.label ?? "")=\(setting.value)".utf8)
        }
        mix(UInt64(data.users.count))
        for user in data.users { mix(user.bytes) }
        mix(UInt64(data.items.count))
        for item in data.items {
            mix(item.id.bytes)
            mix(item.title.utf8)
            mix(UInt64(item.categories.count))
            for category in item.categories { mix(category.utf8) }
        }
        mix(UInt64(data.userIndices.count))
        for (user, item) in zip(data.userIndices, data.itemIndices) {
            mix(UInt64(UInt32(bitPattern: user)) << 32 | UInt64(UInt32(bitPattern: item)))
        }
        mix(UInt64(data.times.count))
        for time in data.times { mix(UInt64(bitPattern: time)) }
        mix(UInt64(data.weights.count))
        for weight in data.weights { mix(UInt64(weight.bitPattern)) }
        mix(UInt64(validation.count))
        for items in validation {
            mix(UInt64(items.count))
            for item in items { mix(UInt64(UInt32(bitPattern: item))) }
        }
        mix(earlier?.encoded() ?? [])
    }

    public var description: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    private mutating func mix(_ word: UInt64) {
        // As FNV-1a, a word at a time; the shift carries high bits down.
        value = (value ^ word) &* 0x9E37_79B9_7F4A_7C15
        value ^= value >> 29
    }

    private mutating func mix(_ bytes: some Collection<UInt8>) {
        mix(UInt64(bytes.count))
        for byte in bytes { mix(UInt64(byte)) }
    }
}
