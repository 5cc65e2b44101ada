import Foundation

/// How many passes run at once, how many requests share one, and how many may wait.
public struct ScanLimits: Hashable, Sendable {
    /// Passes at once; as many as there are cores for them.
    public let slots: Int
    /// Requests in one pass at most.
    public let passSize: Int
    /// Requests that may wait; those that come on top are refused.
    public let queueLength: Int

    public init(slots: Int, passSize: Int = 16, queueLength: Int = 1_024) {
        precondition(slots > 0 && passSize > 0 && queueLength >= 0, "\(slots) slots, \(passSize), \(queueLength).")
        self.slots = slots
        self.passSize = passSize
        self.queueLength = queueLength
    }

    /// A pass for each core.
    public static var perCore: ScanLimits { ScanLimits(slots: max(1, ProcessInfo.processInfo.activeProcessorCount)) }
}
