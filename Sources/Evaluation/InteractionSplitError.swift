/// Why interactions cannot be split into a training and a test part.
public enum InteractionSplitError: Error, Equatable, CustomStringConvertible {
    /// No row has a time or an order.
    case noTimes
    /// Leave-last-out finds nobody to test.
    case noUserWithThreeItems(users: Int)
    case notACut(String)
    /// A global split leaves one side empty; `kept` and `test` have the sides' interactions.
    case oneSide(kept: Int, test: Int)

    public var description: String {
        switch self {
        case .noTimes:
            "No interaction has a time, so none is the last. Give a file with a timestamp column, or name the column that has "
                + "the order with --order-column."
        case .noUserWithThreeItems(let users):
            "None of the \(users) users has three different items: one to test on, one to validate with and one to train "
                + "on. Give longer histories, or two files with --protocol full-ranking."
        case .notACut(let text):
            "'\(text)' is neither a moment nor a share. Give seconds since 1970, RFC 3339 with a time zone, or a number "
                + "between 0 and 1, such as 0.8."
        case .oneSide(let kept, let test):
            "The cut leaves \(kept) interactions to train on and \(test) to test on. Move it, so that both sides have some."
        }
    }
}
