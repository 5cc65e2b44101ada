import JSON

/// Something wrong with a request, and where.
package struct FieldIssue: Hashable, Sendable {
    /// A JSON pointer into the body (`/budget/max_cost`), or `?name` for a parameter of the query.
    package let pointer: String
    /// What is wanted there.
    package let detail: String

    package init(pointer: String, detail: String) {
        self.pointer = pointer
        self.detail = detail
    }
}

/// A request that is JSON, but not what the route asks for.
package struct InvalidRequest: Error, Equatable {
    /// At least one; at most ``FieldContext/issueLimit``, in the order in which the route reads its fields.
    package let issues: [FieldIssue]

    package init(issues: [FieldIssue]) {
        self.issues = issues
    }
}

/// Where a reader stands, and what it has found wrong so far.
struct FieldContext {
    /// Issues that an answer lists at most.
    static let issueLimit = 20

    private var pointer: [String] = []
    private let isQuery: Bool
    private var issues: [FieldIssue] = []
    /// Issues found, listed or not.
    private(set) var issueCount = 0

    init(isQuery: Bool = false) {
        self.isQuery = isQuery
    }

    /// Notes what is wrong with the value here, or further down.
    mutating func add(_ detail: String, below path: [String] = []) {
        issueCount += 1
        guard issues.count < Self.issueLimit else { return }
        let path = JSONPointer(pointer + path).description
        issues.append(FieldIssue(pointer: isQuery ? "?" + path.dropFirst() : path, detail: detail))
    }

    /// Notes what is wrong with the value here; there is no value then.
    mutating func refuse<Value>(_ detail: String) -> Value? {
        add(detail)
        return nil
    }

    /// Notes that a value is of the wrong kind.
    mutating func refuse<Value>(_ value: JSONValue, expecting wanted: String) -> Value? {
        refuse("Expected \(wanted), found \(value.kind).")
    }

    /// Reads what lies at a key or position of the value here.
    mutating func descend(to token: String, read: (inout FieldContext) -> Void) {
        pointer.append(token)
        read(&self)
        pointer.removeLast()
    }

    /// Returns what was read, or throws what was wrong with it.
    func finish<Value>(_ value: Value?) throws(InvalidRequest) -> Value {
        guard let value, issueCount == 0 else { throw InvalidRequest(issues: issues) }
        return value
    }
}
