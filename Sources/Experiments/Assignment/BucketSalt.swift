import Crypto

/// What turns a unit into a bucket: `hash_version` 1, which never changes.
///
/// `bucket = (UInt64(h) × 1,000,000) >> 32`, where h is the first four bytes, big-endian, of
/// SHA-256(salt ‖ 0x00 ‖ unit). Integers alone, so that every platform and language finds the same; the multiplication
/// spreads 2^32 values over a million buckets without the bias of a remainder (Lemire, "Fast Random Integer Generation in
/// an Interval", ACM TOMACS 2019, section 4; without its rejection each bucket has 4,294 or 4,295 of the values).
public struct BucketSalt: Sendable {
    /// The hash of the salt and the zero behind it, so far: a copy goes on with the unit.
    private let begun: SHA256

    /// The salt by which a layer shares out its buckets.
    public init(layer: ExperimentLayer) {
        self.init("layer:\(layer.key):\(layer.salt)")
    }

    /// The salt by which an experiment shares out its arms, independent of the layer's.
    public init(experiment: Experiment) {
        self.init("exp:\(experiment.key):\(experiment.salt)")
    }

    /// The salt by which an experiment's units are chosen whose lists are interleaved.
    public init(interleaving experiment: Experiment) {
        self.init("mix:\(experiment.key):\(experiment.salt)")
    }

    /// The salt of a holdout from all layers.
    public init(holdout key: String, salt: String) {
        self.init("holdout:\(key):\(salt)")
    }

    init(_ text: String) {
        var hash = SHA256()
        hash.update(data: Array(text.utf8) + [0])
        begun = hash
    }

    /// The bucket of a unit, from 0 to 999,999.
    ///
    /// - Parameter unit: The bytes of the unit's id.
    /// - Returns: The bucket.
    public func bucket(of unit: [UInt8]) -> Int {
        var hash = begun
        hash.update(data: unit)
        var first: UInt64 = 0
        for byte in hash.finalize().prefix(4) { first = first << 8 | UInt64(byte) }
        return Int((first * UInt64(BucketRange.buckets)) >> 32)
    }
}
