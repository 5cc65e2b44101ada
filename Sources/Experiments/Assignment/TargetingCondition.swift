/// Which requests an experiment takes: a small closed set of comparisons on what the request says of itself.
///
/// An attribute that is missing or of another kind matches no comparison, and so matches the ``not(_:)`` of every one.
public indirect enum TargetingCondition: Equatable, Sendable {
    /// The attribute is this value.
    case equal(String, AttributeValue)
    /// The attribute is one of these.
    case oneOf(String, [AttributeValue])
    /// The attribute is a number below this.
    case less(String, Double)
    /// The attribute is a number above this.
    case greater(String, Double)
    /// The attribute is a text that begins with these bytes.
    case prefix(String, String)
    /// The attribute is a version that stands so to this one.
    case version(String, SemanticVersion.Comparison, SemanticVersion)
    /// All hold; with none, it holds.
    case and([TargetingCondition])
    /// One holds; with none, it does not.
    case or([TargetingCondition])
    /// It does not hold.
    case not(TargetingCondition)

    /// Whether a request matches.
    public func matches(_ context: AssignmentContext) -> Bool {
        switch self {
        case .equal(let name, let value): return context[name] == value
        case .oneOf(let name, let values): return context[name].map(values.contains) ?? false
        case .less(let name, let bound):
            guard case .number(let number) = context[name] else { return false }
            return number < bound
        case .greater(let name, let bound):
            guard case .number(let number) = context[name] else { return false }
            return number > bound
        case .prefix(let name, let start):
            guard case .text(let text) = context[name] else { return false }
            return text.utf8.starts(with: start.utf8)
        case .version(let name, let comparison, let bound):
            guard case .text(let text) = context[name], let version = SemanticVersion(text) else { return false }
            return comparison.holds(version, bound)
        case .and(let conditions): return conditions.allSatisfy { $0.matches(context) }
        case .or(let conditions): return conditions.contains { $0.matches(context) }
        case .not(let condition): return !condition.matches(context)
        }
    }
}
