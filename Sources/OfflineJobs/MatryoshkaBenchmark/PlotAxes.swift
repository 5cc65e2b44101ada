import Foundation

/// Where numbers lie in the picture of a ``LinePlot``: binary logarithms to the right, from zero upwards.
struct PlotAxes {
    /// The picture, in pixels.
    static let size = (width: 760.0, height: 430.0)
    /// The part of it that the lines fill.
    static let (left, right, top, bottom) = (84.0, 570.0, 66.0, 362.0)
    /// Labels closer to the one before are left out.
    private static let tickDistance = 30.0

    /// Points up to which the axis names each one's place, and beyond which it names round numbers.
    private static let fewPoints = 10

    /// Numbers below the horizontal axis, ascending.
    let xTicks: [Double]
    /// Numbers beside the vertical axis, from 0 up.
    let yTicks: [Double]
    /// Digits after the point that tell them apart.
    let yDigits: Int
    private let exponents: ClosedRange<Double>

    init(_ lines: [LinePlot.Line]) {
        let points = lines.flatMap(\.points)
        let xs = Set(points.map(\.x)).sorted()
        let lowest = log2(xs.first ?? 1)
        // A lone length still needs a width.
        exponents = lowest...max(log2(xs.last ?? 1), lowest + 1e-9)
        let (step, digits) = Self.step(for: points.map(\.y).max() ?? 0)
        let steps = max(1, ((points.map(\.y).max() ?? 0) / step - 1e-9).rounded(.up))
        yTicks = (0...Int(steps)).map { Double($0) * step }
        yDigits = digits
        xTicks = xs.count > Self.fewPoints ? Self.roundNumbers(from: xs[0], to: xs[xs.count - 1]) : xs
    }

    /// 1, 2, 5, 10, 20 …, as far as they lie in a range; its ends where none does.
    private static func roundNumbers(from low: Double, to high: Double) -> [Double] {
        let decades = Int(floor(log10(low)))...Int(ceil(log10(high)))
        let numbers = decades.flatMap { decade in [1, 2, 5].map { $0 * pow(10, Double(decade)) } }
            .filter { low...high ~= $0 }
        return numbers.isEmpty ? [low, high] : numbers
    }

    /// Pixels from the left.
    func x(_ value: Double) -> Double {
        let share = (log2(value) - exponents.lowerBound) / (exponents.upperBound - exponents.lowerBound)
        return Self.left + share * (Self.right - Self.left)
    }

    /// Pixels from the top.
    func y(_ value: Double) -> Double {
        Self.bottom - value / (yTicks.last ?? 1) * (Self.bottom - Self.top)
    }

    /// The ticks of the horizontal axis that have room for a number: the last, and before it what stays apart.
    var labelledXTicks: [Double] {
        xTicks.reversed().reduce(into: []) { kept, tick in
            if let next = kept.first, x(next) - x(tick) < Self.tickDistance { return }
            kept.insert(tick, at: 0)
        }
    }

    /// A round number of which three to five reach `highest`, and the digits it has after the point.
    private static func step(for highest: Double) -> (step: Double, digits: Int) {
        guard highest > 0 else { return (1, 0) }
        let magnitude = floor(log10(highest / 5))
        let unit = pow(10, magnitude)
        let factor = [1, 2, 2.5, 5].first { $0 * unit >= highest / 5 * (1 - 1e-9) } ?? 10
        return (factor * unit, max(0, Int(-magnitude) + (factor == 2.5 ? 1 : 0) - (factor == 10 ? 1 : 0)))
    }

    /// Moves `wanted` places apart so that each is `gap` or more below the one before, with the least squared way.
    ///
    /// - Parameters:
    ///   - wanted: Pixels from the top, ascending.
    ///   - gap: Pixels between two.
    /// - Returns: A place for each, in the same order.
    static func spread(_ wanted: [Double], gap: Double) -> [Double] {
        // Less the gaps before them, places must only ascend: neighbours that do not share their mean.
        var groups: [(sum: Double, count: Int)] = []
        for (position, place) in wanted.enumerated() {
            groups.append((place - Double(position) * gap, 1))
            while let last = groups.last, let before = groups.dropLast().last,
                before.sum / Double(before.count) > last.sum / Double(last.count)
            {
                groups.removeLast(2)
                groups.append((before.sum + last.sum, before.count + last.count))
            }
        }
        let levels = groups.flatMap { Array(repeating: $0.sum / Double($0.count), count: $0.count) }
        return levels.enumerated().map { $1 + Double($0) * gap }
    }
}
