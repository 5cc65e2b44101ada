extension TierConfiguration {
    /// The same with one experiment stopped; its buckets are free for others.
    public func stopping(experiment key: String) -> TierConfiguration {
        TierConfiguration(
            tiers: tiers, defaultTier: defaultTier, floorTier: floorTier, scenes: scenes, layers: layers,
            holdouts: holdouts,
            experiments: experiments.map { experiment in
                guard experiment.key == key else { return experiment }
                return Experiment(
                    key: experiment.key, layer: experiment.layer, salt: experiment.salt, state: .stopped,
                    range: experiment.range, targeting: experiment.targeting, arms: experiment.arms,
                    overrides: experiment.overrides, metrics: experiment.metrics, analysis: experiment.analysis,
                    interleavedShare: experiment.interleavedShare)
            }, killSwitch: killSwitch, parentRevision: nil)
    }
}
