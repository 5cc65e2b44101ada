/// What a batcher has done since it was made.
public struct ScanCounters: Hashable, Sendable {
    public internal(set) var passes = 0
    /// Requests that the passes took; divided by ``passes``, the readings that were saved.
    public internal(set) var jobs = 0
    public internal(set) var largestPass = 0
    /// Requests that found the queue full.
    public internal(set) var refused = 0
    /// Requests that left the queue cancelled or late.
    public internal(set) var left = 0
    /// Requests that wait now.
    public internal(set) var waiting = 0

    public init() {}
}
