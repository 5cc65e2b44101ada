import Crypto
public import Domain

/// The identity of a generation: two with the same fingerprint answer the same.
public enum GenerationFingerprint {
    /// SHA-256 over the model artefact, the ladder and the norm rule.
    ///
    /// - Returns: 32 bytes.
    public static func sha256(artefact: [UInt8], ladder: PrefixLadder, normRule: NormRule) -> [UInt8] {
        var hash = SHA256()
        for part in [artefact, Array(ladder.description.utf8), Array(normRule.rawValue.utf8)] {
            // Each part goes in behind its length, so that no two lists of parts share their bytes.
            hash.update(data: withLittleEndianBytes(of: UInt64(part.count)))
            hash.update(data: part)
        }
        return Array(hash.finalize())
    }

    private static func withLittleEndianBytes(of value: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }
}
