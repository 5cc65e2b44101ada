public import Domain

/// Where a global split in time begins its test.
public enum TestCut: Hashable, Sendable {
    /// What happened later is the test.
    case after(Timestamp)
    /// The moment at or before which this share of the interactions happened, between 0 and 1.
    case afterShare(Double)

    /// Creates a cut from a command's argument: a number between 0 and 1 is a share, anything else a moment as
    /// ``Domain/Timestamp/init(text:)`` reads it.
    ///
    /// - Throws: ``InteractionSplitError/notACut(_:)``.
    public init(argument: String) throws(InteractionSplitError) {
        if let share = Double(argument), share > 0, share < 1 {
            self = .afterShare(share)
            return
        }
        do {
            let bytes = Array(argument.utf8)
            self = .after(try Timestamp(text: bytes.span))
        } catch {
            throw .notACut(argument)
        }
    }

    /// The last moment that is not test.
    ///
    /// - Parameter timestamps: Those of all interactions; one or more.
    /// - Returns: The cut's own moment, or that of one of the interactions.
    func moment(of timestamps: [Timestamp]) -> Timestamp {
        switch self {
        case .after(let moment):
            return moment
        case .afterShare(let share):
            let kept = (share * Double(timestamps.count)).rounded(.up)
            return timestamps.sorted()[max(0, min(Int(kept), timestamps.count) - 1)]
        }
    }
}
