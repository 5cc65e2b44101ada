/// What a file asks for in comments: `-- linden:no-transaction`, `-- linden:statement-timeout 30min`,
/// `-- linden:allow RULE reason`.
struct MigrationDirectives: Equatable {
    /// Whether each statement is to be carried out by itself.
    private(set) var noTransaction = false
    /// Longest time for one statement; `nil` when the file does not say.
    private(set) var statementTimeout: Duration?
    private(set) var allowances: [LintAllowance] = []

    /// Reads the comments of a file.
    ///
    /// - Throws: ``MigrationError/badDirective(file:line:text:)``: a misspelt wish would be no wish.
    init(_ script: SQLScript, file: String) throws(MigrationError) {
        for comment in script.comments {
            let words = comment.text.split(separator: " ")
            switch words.first {
            case "no-transaction" where words.count == 1: noTransaction = true
            case "statement-timeout":
                guard words.count == 2, let timeout = TimeText.duration(words[1]) else {
                    throw .badDirective(file: file, line: comment.line, text: comment.text)
                }
                statementTimeout = timeout
            case "allow":
                guard words.count > 2, let rule = LintRule(rawValue: String(words[1])) else {
                    throw .badDirective(file: file, line: comment.line, text: comment.text)
                }
                allowances.append(
                    LintAllowance(rule: rule, line: comment.line, reason: words.dropFirst(2).joined(separator: " ")))
            default: throw .badDirective(file: file, line: comment.line, text: comment.text)
            }
        }
    }
}

/// `-- linden:allow RULE reason`: the statement that follows may break a rule.
struct LintAllowance: Equatable {
    let rule: LintRule
    let line: Int
    let reason: String
}

/// Durations as people write them: `500ms`, `60s`, `30min`, `2h`.
public enum TimeText {
    /// Reads a whole number with its unit.
    ///
    /// - Returns: `nil` when that is none, or longer than 24 days, which is all that PostgreSQL can wait.
    public static func duration(_ text: some StringProtocol) -> Duration? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let number = Int64(digits), let unit = units[String(text.dropFirst(digits.count))] else { return nil }
        let (milliseconds, overflow) = number.multipliedReportingOverflow(by: unit)
        guard !overflow, milliseconds <= Int32.max else { return nil }
        return .milliseconds(milliseconds)
    }

    /// Writes a duration in the largest unit that it is a whole number of.
    static func text(_ duration: Duration) -> String {
        let milliseconds = duration.wholeMilliseconds
        for (unit, size) in [("h", Int64(3_600_000)), ("min", 60_000), ("s", 1_000)]
        where milliseconds > 0 && milliseconds % size == 0 {
            return "\(milliseconds / size)\(unit)"
        }
        return "\(milliseconds)ms"
    }

    private static let units: [String: Int64] = ["ms": 1, "s": 1_000, "min": 60_000, "h": 3_600_000]
}

extension Duration {
    /// Milliseconds, rounded down.
    var wholeMilliseconds: Int64 {
        components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000
    }

    /// Seconds, with their fraction.
    var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
