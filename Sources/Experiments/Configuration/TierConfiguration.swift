/// Which serving tier a request gets: tiers, the scenes that use them, and the experiments over them.
///
/// One document, `linden-tiers/1`, that is published whole. A value of this type is consistent in itself: what it refers to
/// is there, ranges of buckets are disjoint, and at most one layer sets tiers and one sets generations, so that the order of
/// layers never decides what a request gets. See ``problems(against:)-(TierConfiguration)`` for what it may change of the
/// revision before, and ``problems(against:)-(InstallationFacts)`` for what it asks of the installation.
public struct TierConfiguration: Equatable, Sendable {
    /// The `schema` of the documents.
    public static let schemaName = "linden-tiers/1"
    /// The `hash_version` of the documents: how a unit's bucket is found.
    public static let hashVersion = 1
    /// Longest document that is read, in bytes.
    public static let maximumBytes = 1 << 20

    /// By name.
    public let tiers: [TierDefinition]
    /// The tier of requests that nothing else decides.
    public let defaultTier: String
    /// The tier that requests fall to under load; `nil` for none.
    public let floorTier: String?
    /// Tiers by scene.
    public let scenes: [String: String]
    /// In the document's order, as all that follow.
    public let layers: [ExperimentLayer]
    public let holdouts: [Holdout]
    public let experiments: [Experiment]
    /// Whether all experiments are off.
    public let killSwitch: Bool
    /// The revision that the document was written from, if it says so; no part of its content.
    public let parentRevision: Int?

    /// The tier of that name, if there is one.
    public func tier(named name: String) -> TierDefinition? {
        tiers.first { $0.name == name }
    }

    /// The experiment of that key, if there is one.
    public func experiment(named key: String) -> Experiment? {
        experiments.first { $0.key == key }
    }

    /// The tier of a scene's requests without experiments.
    public func tierName(inScene scene: String?) -> String {
        scene.flatMap { scenes[$0] } ?? defaultTier
    }
}

extension TierConfiguration {
    /// The three tiers that ship with Linden, over the five shipped plans, and no experiment.
    public static let shipped = TierConfiguration(
        tiers: [
            TierDefinition(name: "economy", floor: 0, ceiling: 1),
            TierDefinition(name: "premium", floor: 0, ceiling: 4),
            TierDefinition(name: "standard", floor: 0, ceiling: 3),
        ], defaultTier: "standard", floorTier: "economy", scenes: [:], layers: [], holdouts: [], experiments: [],
        killSwitch: false, parentRevision: nil)
}
