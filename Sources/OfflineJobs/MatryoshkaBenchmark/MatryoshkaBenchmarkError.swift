public import Domain

/// Why there is nothing to compare.
public enum MatryoshkaBenchmarkError: Error, Equatable, CustomStringConvertible {
    /// The ladder has no length but the full one.
    case oneLength(PrefixLadder)

    public var description: String {
        switch self {
        case .oneLength(let ladder):
            "The ladder \(ladder) has one length, so there are no prefixes to compare. "
                + "Give two at least, such as \(PrefixLadder.standard)."
        }
    }
}
