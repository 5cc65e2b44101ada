/// Why there is nothing to judge.
public enum EvaluationError: Error, Equatable, CustomStringConvertible {
    /// None of the interactions of a part can be judged; `reasons` says why.
    case nothingToJudge(part: String, reasons: [String])

    public var description: String {
        switch self {
        case .nothingToJudge(let part, let reasons):
            "There is nothing left to judge in the \(part) interactions. " + reasons.joined(separator: " ")
                + " Give a \(part) part of the same users and items as the training part."
        }
    }
}
