public import Experiments
import Domain

/// What an experiment's layer makes of one unit, whatever its requests say of themselves.
public struct UnitAssignment: Sendable {
    public let unit: String
    public let assignment: Assignment
    /// The tier that the unit gets then.
    public let tier: String
}

extension TiersInForce {
    /// Assigns one unit by hand.
    ///
    /// - Parameters:
    ///   - unit: Its id in UTF-8.
    ///   - key: The experiment.
    ///   - context: What its request would say of itself.
    /// - Returns: What its layer makes of it.
    /// - Throws: ``NoSuchExperiment``.
    public func assignment(
        of unit: [UInt8], in key: String, context: AssignmentContext = AssignmentContext()
    ) throws(NoSuchExperiment) -> UnitAssignment {
        guard let experiment = configuration.experiment(named: key) else {
            throw NoSuchExperiment(key: key, known: configuration.experiments.map(\.key))
        }
        let all = table.assign(AssignmentUnits(user: unit, session: unit), context: context)
        guard let assignment = all.first(where: { $0.layer == experiment.layer }) else {
            throw NoSuchExperiment(key: key, known: configuration.experiments.map(\.key))
        }
        return UnitAssignment(
            unit: String(decoding: unit, as: UTF8.self), assignment: assignment,
            tier: assignment.tier ?? configuration.tierName(inScene: context.scene))
    }
}
