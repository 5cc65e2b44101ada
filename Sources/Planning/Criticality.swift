/// How badly a request is missed when it is turned away.
public enum Criticality: Int, CaseIterable, Sendable {
    /// Turned away last.
    case critical
    /// What a request is that does not say.
    case `default`
    /// Turned away first: prefetches, mails, anything that can be asked for again later.
    case sheddable

    /// What requests and metrics call it.
    public var name: String {
        switch self {
        case .critical: "critical"
        case .default: "default"
        case .sheddable: "sheddable"
        }
    }

    /// The criticality of that name, if there is one.
    public init?(name: String) {
        guard let found = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = found
    }
}
