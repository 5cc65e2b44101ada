/// One rung of two generations, judged on the same users.
public struct RungComparison: Hashable, Sendable {
    /// Prefix length.
    public let dimensions: Int
    /// Mean recall@k of the generation that serves, 0 to 1.
    public let active: Double
    /// Mean recall@k of the new one, 0 to 1.
    public let new: Double
    /// 95 % interval of the new one's mean less the active one's, paired by user.
    public let difference: ClosedRange<Double>

    public init(dimensions: Int, active: Double, new: Double, difference: ClosedRange<Double>) {
        self.dimensions = dimensions
        self.active = active
        self.new = new
        self.difference = difference
    }
}

/// A new model beside the generation that serves, on what both did not see.
public struct GenerationComparison: Hashable, Sendable {
    public let active: GenerationNumber
    /// Users whose held-out items both were asked for.
    public let users: Int
    /// k of the recall.
    public let cutoff: Int
    /// Rungs that both have, shortest first.
    public let rungs: [RungComparison]
    /// Whether the active generation may have been trained on some of what was held out, which flatters it.
    public let mayFlatterActive: Bool

    public init(
        active: GenerationNumber, users: Int, cutoff: Int, rungs: [RungComparison], mayFlatterActive: Bool
    ) {
        self.active = active
        self.users = users
        self.cutoff = cutoff
        self.rungs = rungs
        self.mayFlatterActive = mayFlatterActive
    }
}
