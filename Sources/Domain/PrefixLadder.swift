/// The prefix lengths that a Matryoshka model was trained for, shortest first; the last is the full length.
///
/// Kusupati et al., "Matryoshka Representation Learning", NeurIPS 2022 (arXiv:2205.13147), section 3: the set M of nested
/// dimensions.
public struct PrefixLadder: Hashable, Sendable {
    /// Prefix lengths in dimensions, strictly ascending; never empty.
    public let rungs: [Int]

    /// Longest embedding that Linden stores, in dimensions.
    public static let maximumDimensions = 4096

    /// The ladder that training uses when none is asked for.
    public static let standard = PrefixLadder(trusted: [16, 32, 64, 128, 256])

    /// Creates a ladder.
    ///
    /// - Parameter rungs: Prefix lengths, strictly ascending, each from 1 to 4096.
    /// - Throws: ``PrefixLadderError/notALadder(_:)``.
    public init(_ rungs: [Int]) throws(PrefixLadderError) {
        let ascends = zip(rungs, rungs.dropFirst()).allSatisfy { $0 < $1 }
        guard let first = rungs.first, let last = rungs.last, first > 0, last <= Self.maximumDimensions, ascends else {
            throw .notALadder(rungs)
        }
        self.rungs = rungs
    }

    private init(trusted rungs: [Int]) {
        self.rungs = rungs
    }

    /// Full length of the embeddings, in dimensions.
    public var fullLength: Int { rungs[rungs.count - 1] }

    /// The dimensions that each rung adds to the one below: 0..<16, 16..<32, 32..<64.
    public var steps: [Range<Int>] { zip([0] + rungs, rungs).map { $0..<$1 } }

    /// Position of a trained prefix length.
    ///
    /// - Throws: ``PrefixLadderError/untrainedPrefix(requested:trained:)``.
    public func rung(of dimensions: Int) throws(PrefixLadderError) -> Int {
        guard let rung = rungs.firstIndex(of: dimensions) else {
            throw .untrainedPrefix(requested: dimensions, trained: rungs)
        }
        return rung
    }

    /// The longest trained prefix of at most `dimensions`, or the shortest when all are longer.
    public func longest(atMost dimensions: Int) -> Int {
        rungs.last { $0 <= dimensions } ?? rungs[0]
    }

    /// The longest prefix that an index keeps for scans unless told otherwise: 64 dimensions hold a million rows in less than
    /// 100 MB, and longer prefixes pay for a shortlist only.
    public var scanDepth: Int { longest(atMost: 64) }

    /// The shortest trained prefix of at least `dimensions`, or the full length when all are shorter.
    public func shortest(atLeast dimensions: Int) -> Int {
        rungs.first { $0 >= dimensions } ?? fullLength
    }
}

extension PrefixLadder: CustomStringConvertible {
    /// The rungs as `--ladder` takes them: `16,32,64`.
    public var description: String { rungs.map(String.init).joined(separator: ",") }
}

/// Why prefix lengths were refused.
public enum PrefixLadderError: Error, Equatable, CustomStringConvertible {
    case notALadder([Int])
    case untrainedPrefix(requested: Int, trained: [Int])
    /// The prefixes of a plan's scan and narrowings, which must grow.
    case notAFunnel([Int])

    public var description: String {
        switch self {
        case .notALadder(let rungs):
            "\(rungs) is not a ladder. Give ascending prefix lengths from 1 to \(PrefixLadder.maximumDimensions), "
                + "such as 16,32,64,128,256."
        case .notAFunnel(let prefixes):
            "A plan that scores by prefixes of \(prefixes) dimensions in turn is no funnel. Let each be longer than the one "
                + "before, and keep a shortlist of the scan."
        case .untrainedPrefix(let requested, let trained):
            "The model has no prefix of \(requested) dimensions. Use one of \(trained), or train with \(requested)."
        }
    }
}
