/// The same number for the same ids in every run of every program: 64-bit FNV-1a, then SplitMix64's mixing, as the last
/// bytes alone hardly reach FNV's upper bits.
enum StableHash {
    /// A number from 0 to below 1, evenly spread over the ids.
    static func unit(_ ids: [UInt8]...) -> Double {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for id in ids {
            for byte in id { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
            // UTF-8 has no such byte, so no two lists of ids share their bytes.
            hash = (hash ^ 0xFF) &* 0x100_0000_01B3
        }
        hash = (hash ^ (hash >> 30)) &* 0xBF58_476D_1CE4_E5B9
        hash = (hash ^ (hash >> 27)) &* 0x94D0_49BB_1331_11EB
        return Double((hash ^ (hash >> 31)) >> 11) * 0x1p-53
    }
}
