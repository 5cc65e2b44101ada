public import Domain

/// Refuses a model whose short prefixes lose too much: it may be a good model, but it is not a Matryoshka model.
public struct PrefixGate: Sendable {
    /// Share of the full length's recall that the shortest served rung must keep, 0 to 1.
    public let minimumShare: Double

    /// The share that ships with Linden.
    public static let standard = PrefixGate(minimumShare: 0.5)

    public init(minimumShare: Double) {
        precondition((0...1).contains(minimumShare), "A share of \(minimumShare) is not between 0 and 1.")
        self.minimumShare = minimumShare
    }

    /// Lets a model pass or refuses it.
    ///
    /// - Parameter rungs: Measured on held-out interactions, shortest first.
    /// - Throws: ``PrefixGateError``.
    public func check(_ rungs: [RungQuality]) throws(PrefixGateError) {
        guard let shortest = rungs.first, let full = rungs.last, full.recall > 0 else { throw .nothingFound }
        guard shortest.recall >= minimumShare * full.recall else {
            throw .prefixesDoNotHold(shortest: shortest, full: full, minimumShare: minimumShare)
        }
    }
}

/// Why a model may not be served by its prefixes.
public enum PrefixGateError: Error, Equatable, CustomStringConvertible {
    case nothingFound
    case prefixesDoNotHold(shortest: RungQuality, full: RungQuality, minimumShare: Double)

    public var description: String {
        switch self {
        case .nothingFound:
            "The model found none of the held-out interactions. Import more of them, or train for more epochs."
        case .prefixesDoNotHold(let shortest, let full, let minimumShare):
            "Recall at \(shortest.dimensions) dimensions is \(Self.rounded(shortest.recall)), less than "
                + "\(Self.rounded(minimumShare)) of the \(Self.rounded(full.recall)) at \(full.dimensions). "
                + "Train with a ladder that begins higher, or allow less with --minimum-prefix-share."
        }
    }

    private static func rounded(_ value: Double) -> String {
        String((value * 10_000).rounded() / 10_000)
    }
}
