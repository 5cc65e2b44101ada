public import Training

/// What an evaluation found, for people and for scripts.
public struct EvaluationReport: Sendable {
    public let report: OfflineEvaluation.Report
    /// The same on the test items that the users liked; empty when nobody asked, or there are none.
    public let liked: [OfflineEvaluation.Rung]
    /// How the test part came to be.
    public let rule: EvaluationProtocol
    /// Items of each ranking that counted.
    public let k: Int
    /// The one source of randomness, the intervals' too.
    public let seed: UInt64
    /// What was left out of the test.
    public let test: HeldOutPart
    /// What was left out of the validation; `nil` where the protocol has none.
    public let validation: HeldOutPart?
    /// Rows left out because they have no place in time, where the protocol needs one.
    public let withoutTime: Int
    /// Interactions left out because the user met the item again later.
    public let repeats: Int
    /// Test interactions, among those judged, whose item training never saw.
    public let untrained: Int

    /// Sentences on what was left out, and on what can hardly be found.
    public var notes: [String] {
        var notes: [String] = []
        if withoutTime > 0 { notes.append("Left out of --train for want of a place in time: \(withoutTime).") }
        if repeats > 0 { notes.append("Left out because the user met the item again later: \(repeats).") }
        notes += validation?.notes("validation") ?? []
        notes += test.notes("test")
        if untrained > 0 {
            notes.append(
                "Tested with items that training never sees, hardly to be found but by their content: \(untrained).")
        }
        return notes
    }
}
