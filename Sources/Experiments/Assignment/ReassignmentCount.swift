/// How many units a new configuration would move, counted on some that stand for all.
public struct ReassignmentCount: Equatable, Sendable {
    /// What happens to the units of one layer or one experiment.
    public struct Moves: Equatable, Sendable {
        /// Its key.
        public let key: String
        /// In an arm before and in another one after; must be 0 while an experiment runs.
        public internal(set) var switched = 0
        /// In no arm before, in one after.
        public internal(set) var entered = 0
        /// In an arm before, in none after.
        public internal(set) var left = 0

        init(key: String) { self.key = key }
    }

    /// Units that were tried.
    public let units: Int
    /// Units that change arm in a layer at least: entered, left or switched.
    public let changed: Int
    /// By layer, in the new document's order, those that are gone last.
    public let layers: [Moves]
    /// By experiment, in the new document's order, those that are gone last.
    ///
    /// A unit that goes from one experiment to another leaves the one and enters the other, and switches in the layer.
    public let experiments: [Moves]

    /// Assigns each unit by both configurations.
    ///
    /// Each is taken for a user and a session whose requests match all targeting, so that no move is overlooked.
    ///
    /// - Parameters:
    ///   - before: The configuration in force.
    ///   - after: The one to be published.
    ///   - units: Ids in UTF-8, such as those of ``syntheticUnits(_:)``.
    /// - Returns: The counts.
    public static func simulate(
        from before: TierConfiguration, to after: TierConfiguration, units: some Sequence<[UInt8]>
    ) -> ReassignmentCount {
        let tables = [before, after].map { AssignmentTable($0, revision: nil, ignoringTargeting: true) }
        var layers = MovesByKey(after.layers.map(\.key) + before.layers.map(\.key))
        var experiments = MovesByKey(after.experiments.map(\.key) + before.experiments.map(\.key))
        var (count, changed) = (0, 0)
        for unit in units {
            count += 1
            let both = tables.map { table in
                table.assign(AssignmentUnits(user: unit, session: unit)).filter(\.isEnrolled)
            }
            var hasChanged = false
            for old in both[0] {
                let new = both[1].first { $0.layer == old.layer }
                guard new?.experiment != old.experiment || new?.arm != old.arm else { continue }
                hasChanged = true
                layers.count(new == nil ? \.left : \.switched, of: old.layer)
                experiments.count(new?.experiment == old.experiment ? \.switched : \.left, of: old.experiment)
                if let new, new.experiment != old.experiment { experiments.count(\.entered, of: new.experiment) }
            }
            for new in both[1] where !both[0].contains(where: { $0.layer == new.layer }) {
                hasChanged = true
                layers.count(\.entered, of: new.layer)
                experiments.count(\.entered, of: new.experiment)
            }
            if hasChanged { changed += 1 }
        }
        return ReassignmentCount(units: count, changed: changed, layers: layers.moves, experiments: experiments.moves)
    }

    /// Numbered ids that stand for all units, `unit-0` first.
    public static func syntheticUnits(_ count: Int) -> some Sequence<[UInt8]> {
        (0..<count).lazy.map { Array("unit-\($0)".utf8) }
    }
}

/// Counts by key.
private struct MovesByKey {
    private(set) var moves: [ReassignmentCount.Moves] = []
    private var positions: [String: Int] = [:]

    init(_ keys: [String]) {
        for key in keys where positions[key] == nil {
            positions[key] = moves.count
            moves.append(ReassignmentCount.Moves(key: key))
        }
    }

    mutating func count(_ move: WritableKeyPath<ReassignmentCount.Moves, Int>, of key: String?) {
        guard let key, let position = positions[key] else { return }
        moves[position][keyPath: move] += 1
    }
}
