package import Domain

/// Which generations a node keeps in memory, and for which others it makes embeddings of what is put into the catalogue.
///
/// Pure: it is told where each generation stands.
package struct HoldingPolicy: Hashable, Sendable {
    /// Generations that have served, kept beside the one that serves so that going back needs no loading.
    package let retired: Int
    /// Generations that tiers name.
    package let named: Set<GenerationNumber>

    package init(retired: Int, named: Set<GenerationNumber> = []) {
        precondition(retired >= 0, "\(retired) generations cannot be kept.")
        self.retired = retired
        self.named = named
    }

    /// What a node owes to each generation.
    package struct Duties: Hashable, Sendable {
        /// The one that serves.
        package var active: GenerationNumber?
        /// Those that requests cannot do without: the active one, and those that tiers name.
        package var needed: [GenerationNumber] = []
        /// All that are kept in memory, the most urgent first.
        package var held: [GenerationNumber] = []
        /// Those that are compared with the one that serves.
        package var shadows: [GenerationNumber] = []
        /// Those that only get the embeddings of new and changed items.
        package var written: [GenerationNumber] = []

        package init() {}
    }

    /// Shares the generations out.
    ///
    /// - Parameter standings: All that there are: first the one that a rollback goes back to, then those that served last.
    /// - Returns: What a node owes to each.
    package func duties(_ standings: [GenerationStanding]) -> Duties {
        var duties = Duties()
        duties.active = standings.first { $0.state == .active }?.number
        let tiers = standings.filter { $0.state.isWhole && named.contains($0.number) }.map(\.number).sorted()
        let shadows = standings.filter { $0.state.isShadow }.map(\.number).sorted()
        let kept = standings.filter { $0.state == .retired }.prefix(retired).map(\.number)
        for number in [duties.active].compactMap(\.self) + tiers where !duties.needed.contains(number) {
            duties.needed.append(number)
        }
        duties.held = duties.needed
        duties.shadows = shadows
        for number in shadows + kept where !duties.held.contains(number) { duties.held.append(number) }
        duties.written = standings.filter { $0.state.awaitsService && !duties.held.contains($0.number) }.map(\.number)
        return duties
    }
}

// The one place that says what a state asks of a node.
extension GenerationState {
    /// Whether all of its embeddings are there, so that it can answer requests.
    var isWhole: Bool {
        switch self {
        case .registered, .building, .dropped: false
        case .built, .verified, .shadow, .active, .retired: true
        }
    }

    /// Whether it is compared with the one that serves.
    var isShadow: Bool { self == .shadow }

    /// Whether it may serve one day, so that what comes meanwhile must not be missing in it.
    var awaitsService: Bool {
        switch self {
        case .building, .built, .verified: true
        // In the shadow it is held, and follows the feed as those that serve do.
        case .registered, .shadow, .active, .retired, .dropped: false
        }
    }
}
