/// What cost units are worth in money, of whatever currency the operator counts in.
public struct UnitPrice: Hashable, Sendable {
    /// Price of a million units, 0 or more: as many millionths of the currency for each unit.
    public let perMillionUnits: Double

    /// Sets a price.
    ///
    /// - Returns: `nil` when it is negative, not finite, or past 10^12.
    public init?(perMillionUnits: Double) {
        guard perMillionUnits.isFinite, perMillionUnits >= 0, perMillionUnits <= 1e12 else { return nil }
        self.perMillionUnits = perMillionUnits
    }

    /// The price of an amount, in millionths of the currency, rounded to a billionth of one.
    ///
    /// It is also the price of a million such amounts in the currency itself.
    public func micros(of cost: CostUnits) -> Double {
        (cost.units * perMillionUnits * 1e9).rounded() / 1e9
    }
}
