/// The store cannot be reached or does not answer in time; the same call may work later.
public struct StoreAway: Error, CustomStringConvertible {
    /// What the store's driver said, for logs: no parameter values, no passwords.
    public let reason: String

    public init(reason: String) {
        self.reason = reason
    }

    public var description: String { "The store cannot be reached: \(reason)" }
}
