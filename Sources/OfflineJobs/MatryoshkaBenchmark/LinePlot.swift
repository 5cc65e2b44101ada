/// Some lines over one logarithmic axis, as a picture.
///
/// ``svg`` draws it; this type says what is drawn.
public struct LinePlot: Hashable, Sendable {
    /// Where a line goes.
    public struct Point: Hashable, Sendable {
        /// More than 0.
        public let x: Double
        /// From 0 up.
        public let y: Double

        public init(x: Double, y: Double) {
            precondition(x > 0 && x.isFinite && y >= 0 && y.isFinite, "No point of the plot: \(x), \(y).")
            self.x = x
            self.y = y
        }
    }

    /// A line and its name.
    public struct Line: Hashable, Sendable {
        public let name: String
        /// Left to right; one at least.
        public let points: [Point]

        public init(name: String, points: [Point]) {
            let ascends = zip(points, points.dropFirst()).allSatisfy { $0.x < $1.x }
            precondition(!points.isEmpty && ascends, "The line \(name) goes back or has no points.")
            self.name = name
            self.points = points
        }
    }

    /// Stands above the lines.
    public let title: String
    /// What the picture shows, for those who do not see it.
    public let description: String
    public let xLabel: String
    public let yLabel: String
    /// One to four: as many as there are colours, markers and dashes that are told apart by all eyes.
    public let lines: [Line]

    public init(title: String, description: String, xLabel: String, yLabel: String, lines: [Line]) {
        precondition((1...4).contains(lines.count), "A plot of \(lines.count) lines.")
        self.title = title
        self.description = description
        self.xLabel = xLabel
        self.yLabel = yLabel
        self.lines = lines
    }
}
