#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension RandomNumberGenerator {
    /// A number from 0 up to, not including, 1.
    mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// A standard normal number: Box and Muller, 1958.
    mutating func normal() -> Double {
        let radius = (-2 * log(1 - uniform())).squareRoot()
        return radius * cos(2 * Double.pi * uniform())
    }

    /// A gamma number of unit scale and a shape of 1 or more.
    ///
    /// Marsaglia and Tsang, "A Simple Method for Generating Gamma Variables", ACM TOMS 2000.
    mutating func gamma(shape: Double) -> Double {
        let d = shape - 1.0 / 3
        let c = 1 / (9 * d).squareRoot()
        while true {
            let x = normal()
            let v = 1 + c * x
            guard v > 0 else { continue }
            let cube = v * v * v
            if log(1 - uniform()) < x * x / 2 + d - d * cube + d * log(cube) { return d * cube }
        }
    }

    /// Successes of independent trials, exactly: by waiting times where they are rare, by single trials of up to 64 coins
    /// where the chance is a half.
    mutating func successes(of trials: Int, chance: Double) -> Int {
        if chance == 0.5 {
            return (0..<trials / 64).reduce(0) { sum, _ in sum + next().nonzeroBitCount }
                + (0..<trials % 64).reduce(0) { sum, _ in sum + Int(next() & 1) }
        }
        var (count, place) = (0, 0)
        let scale = 1 / log1p(-chance)
        while true {
            let gap = (log(1 - uniform()) * scale).rounded(.down)
            guard gap < Double(trials - place) else { return count }
            place += Int(gap) + 1
            count += 1
        }
    }
}
