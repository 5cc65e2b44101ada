import Crypto
public import Domain

/// The identity of a generation: two with the same fingerprint answer the same.
public enum GenerationFingerprint {
    /// SHA-256 over the model artefact, the ladder and the norm rule.
    ///
    /// - Returns: 32 bytes.
    public static func sha256(artefact: [UInt8], ladder: PrefixLadder, normRule: NormRule) -> [UInt8] {
        var hash = SHA256()
        add([artefact, Array(ladder.description.utf8), Array(normRule.rawValue.utf8)], to: &hash)
        return Array(hash.finalize())
    }

    /// As ``sha256(artefact:ladder:normRule:)``, and over users' vectors that the artefact cannot make.
    static func sha256(
        artefact: [UInt8], ladder: PrefixLadder, normRule: NormRule, users: NamedEmbeddings<UserSubject>
    ) -> [UInt8] {
        var hash = SHA256()
        add([artefact, Array(ladder.description.utf8), Array(normRule.rawValue.utf8)], to: &hash)
        for row in 0..<users.count {
            let bytes = users.bits[users.range(of: row)].flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
            add([users.ids[row].bytes, bytes], to: &hash)
        }
        return Array(hash.finalize())
    }

    /// Each part goes in behind its length, so that no two lists of parts share their bytes.
    private static func add(_ parts: [[UInt8]], to hash: inout SHA256) {
        for part in parts {
            hash.update(data: (0..<8).map { UInt8(truncatingIfNeeded: UInt64(part.count) >> ($0 * 8)) })
            hash.update(data: part)
        }
    }
}
