public import JSON

/// One thing that a configuration is refused for.
public struct ConfigurationProblem: Hashable, Sendable {
    /// Where in the document it is.
    public let pointer: JSONPointer
    /// What was asked, what is so, and what to do.
    public let detail: String

    public init(pointer: JSONPointer, detail: String) {
        self.pointer = pointer
        self.detail = detail
    }
}

extension ConfigurationProblem: CustomStringConvertible {
    /// The place and what is wrong there; the whole document is `/`.
    public var description: String { "\(pointer.tokens.isEmpty ? "/" : pointer.description): \(detail)" }
}

/// Why a configuration was refused: all that is wrong with it, in the document's order as far as it goes.
public struct ConfigurationError: Error, Equatable {
    /// Never empty.
    public let problems: [ConfigurationProblem]

    public init(problems: [ConfigurationProblem]) {
        precondition(!problems.isEmpty, "A configuration that is refused for nothing.")
        self.problems = problems
    }

    public init(pointer: JSONPointer, detail: String) {
        problems = [ConfigurationProblem(pointer: pointer, detail: detail)]
    }
}

extension ConfigurationError: CustomStringConvertible {
    /// A line for each problem.
    public var description: String { problems.map(\.description).joined(separator: "\n") }
}
