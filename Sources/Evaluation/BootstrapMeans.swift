/// Means of per-user figures over users drawn again with replacement: what another sample of users could have given.
///
/// The unit that is drawn is the user, because one user's figures belong together. All columns are resampled alike, so that
/// figures of one resample can be compared.
public struct BootstrapMeans: Sendable {
    /// Resamples that are enough for the tails of a 95 % interval.
    public static let standardResamples = 1_000

    /// Row-major: resamples × columns.
    private let means: [Double]
    private let columns: Int

    /// Draws users.
    ///
    /// Takes time in `resamples × users × columns`.
    ///
    /// - Parameters:
    ///   - columns: Figures, each with one number a user; one column and one user, or more.
    ///   - resamples: Draws of as many users as there are; 1 or more.
    ///   - generator: The same generator gives the same draws.
    public init(
        of columns: [[Double]], resamples: Int = standardResamples, using generator: inout some RandomNumberGenerator
    ) {
        let users = columns.first?.count ?? 0
        precondition(users > 0 && resamples > 0, "\(resamples) resamples of \(users) users.")
        precondition(columns.allSatisfy { $0.count == users }, "The columns differ in users.")
        self.columns = columns.count
        let rows = (0..<users).flatMap { user in columns.map { $0[user] } }
        var means: [Double] = []
        means.reserveCapacity(resamples * columns.count)
        var counts = [UInt32](repeating: 0, count: users)
        for _ in 0..<resamples {
            for user in counts.indices { counts[user] = 0 }
            for _ in 0..<users { counts[Int(generator.next().multipliedFullWidth(by: UInt64(users)).high)] += 1 }
            means += Self.means(of: rows, columns: columns.count, counts: counts)
        }
        self.means = means
    }

    /// The interval of one column's mean.
    public func interval(of column: Int, level: Double = ConfidenceInterval.standardLevel) -> ConfidenceInterval {
        interval(level: level) { $0[$0.startIndex + column] }
    }

    /// The interval of a figure that is made of several means.
    ///
    /// - Parameters:
    ///   - level: Share that lies between the tails.
    ///   - figure: Given the columns' means in one resample.
    /// - Returns: Where the figure lies but for its tails.
    public func interval(
        level: Double = ConfidenceInterval.standardLevel, of figure: (ArraySlice<Double>) -> Double
    ) -> ConfidenceInterval {
        ConfidenceInterval(of: figures(figure), level: level)
    }

    /// A figure in each resample.
    func figures(_ figure: (ArraySlice<Double>) -> Double) -> [Double] {
        stride(from: 0, to: means.count, by: columns).map { figure(means[$0..<$0 + columns]) }
    }

    /// Means with each user counted as often as drawn; neighbouring columns are added side by side.
    private static func means(of rows: [Double], columns: Int, counts: [UInt32]) -> [Double] {
        var sums = [Double](repeating: 0, count: columns)
        var sum = sums.mutableSpan
        let row = rows.span
        for user in counts.indices where counts[user] > 0 {
            let count = Double(counts[user])
            for column in 0..<columns { sum[column] += count * row[user * columns + column] }
        }
        return sums.map { $0 / Double(counts.count) }
    }
}
