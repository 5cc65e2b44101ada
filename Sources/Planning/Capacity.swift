/// What all requests together may spend.
public struct Capacity: Hashable, Sendable {
    /// Cost units a second, more than 0: two cores are about 2 × 10^6.
    public let unitsPerSecond: Double

    /// Sets a capacity.
    ///
    /// - Parameter unitsPerSecond: More than 0, finite.
    /// - Throws: ``CapacityError/notPositive(_:)``: a capacity of 0 could answer nobody, and is more likely meant as none.
    public init(unitsPerSecond: Double) throws(CapacityError) {
        guard unitsPerSecond > 0, unitsPerSecond.isFinite else { throw .notPositive(unitsPerSecond) }
        self.unitsPerSecond = unitsPerSecond
    }
}

/// Why a capacity cannot be shared out.
public enum CapacityError: Error, Hashable, CustomStringConvertible {
    case notPositive(Double)

    public var description: String {
        switch self {
        case .notPositive(let units):
            "The capacity is \(units) units a second, which answers no request. Give more than 0 (a core does about "
                + "1000000), or leave the capacity out to share out nothing."
        }
    }
}
