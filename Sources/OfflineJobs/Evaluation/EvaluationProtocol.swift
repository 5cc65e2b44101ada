public import ByteStreams
public import Evaluation

/// How interactions come to be a training and a test part.
public enum EvaluationProtocol: Hashable, Sendable {
    /// Two files, or three, split by whoever made them.
    case fullRanking(test: ByteSource, validation: ByteSource?)
    /// One file; each user's last item is the test, the one before it validation.
    case leaveLastOut
    /// One file; what happened after one moment is the test.
    case globalSplit(TestCut)

    /// The protocol's name in arguments and reports.
    public var name: String {
        switch self {
        case .fullRanking: "full-ranking"
        case .leaveLastOut: "leave-last-out"
        case .globalSplit: "global-split"
        }
    }

    /// All names.
    public static let names = ["full-ranking", "leave-last-out", "global-split"]
}
