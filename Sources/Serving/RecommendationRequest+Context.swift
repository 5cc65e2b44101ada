public import Experiments

/// What a request says of itself, for experiments that are aimed at some requests.
public struct RequestContext: Equatable, Sendable {
    public var attributes: [AssignmentContext.Attribute] = []

    public init(attributes: [AssignmentContext.Attribute] = []) {
        self.attributes = attributes
    }

    /// The attribute `session_id`: the unit of experiments over sessions.
    var sessionID: String? {
        guard case .text(let id)? = attributes.first(where: { $0.name == "session_id" })?.value else { return nil }
        return id
    }
}
