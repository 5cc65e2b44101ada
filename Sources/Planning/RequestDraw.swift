/// Two numbers that a request's id draws once and for all: the same on every node, and for every attempt.
///
/// 64-bit FNV-1a, then SplitMix64's mixing, as the last bytes alone hardly reach FNV's upper bits.
public struct RequestDraw: Hashable, Sendable {
    /// Decides whether the request is among those shed; 0 to below 1.
    public let admission: Double
    /// Decides which λ the request gets within ``Allocator/spread``; 0 to below 1.
    public let spread: Double

    /// The draw of a request that is neither shed nor shifted before others.
    public static let middle = RequestDraw(admission: 0, spread: 0.5)

    /// Draws for an id.
    public init(id: some Sequence<UInt8>) {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in id { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        self.init(number: hash)
    }

    /// Draws for a number.
    public init(number: UInt64) {
        let first = Self.mixed(number)
        self.init(
            admission: Double(first >> 11) * 0x1p-53, spread: Double(Self.mixed(first) >> 11) * 0x1p-53)
    }

    private init(admission: Double, spread: Double) {
        self.admission = admission
        self.spread = spread
    }

    private static func mixed(_ number: UInt64) -> UInt64 {
        var hash = number &+ 0x9E37_79B9_7F4A_7C15
        hash = (hash ^ (hash >> 30)) &* 0xBF58_476D_1CE4_E5B9
        hash = (hash ^ (hash >> 27)) &* 0x94D0_49BB_1331_11EB
        return hash ^ (hash >> 31)
    }
}
