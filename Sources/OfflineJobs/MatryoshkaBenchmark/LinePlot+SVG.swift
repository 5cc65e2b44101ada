import Foundation

extension LinePlot {
    /// The picture as an SVG file: 760 × 430, in the reader's light or dark colours, each line's name at its end.
    ///
    /// Lines differ in colour (Okabe and Ito, "Color Universal Design", 2008, darker on white and lighter on black), in
    /// marker and in dashes.
    public var svg: String {
        let axes = PlotAxes(lines)
        let size = PlotAxes.size
        let head = [
            """
            <svg xmlns="http://www.w3.org/2000/svg" class="plot" viewBox="0 0 \(Int(size.width)) \(Int(size.height))" \
            width="\(Int(size.width))" height="\(Int(size.height))" role="img" aria-labelledby="title description">
            """,
            "<title id=\"title\">\(Self.escaped(title))</title>",
            "<desc id=\"description\">\(Self.escaped(description))</desc>",
            "<style>\(Self.style)</style>",
            "<rect class=\"paper\" width=\"100%\" height=\"100%\"/>",
            Self.text(title, x: 20, y: 30, "ink title"),
        ]
        let drawn = lines.indices.map { drawing(of: $0, on: axes) }
        return (head + frame(axes) + drawn + names(axes) + ["</svg>", ""]).joined(separator: "\n")
    }

    private static let style = """
        .plot{font:13px system-ui,"DejaVu Sans",sans-serif}.title{font-size:16px;font-weight:600}\
        .paper{fill:#fff}.ink{fill:#1f2328}.faint{fill:#59636e}.grid{stroke:#dfe3e8}\
        .line,.leader{fill:none;stroke:currentColor}.line{stroke-width:2.5;stroke-linejoin:round}.marker{fill:currentColor}\
        .end{text-anchor:end}.middle{text-anchor:middle}\
        .s0{color:#0072b2}.s1{color:#c04f00}.s2{color:#008060}.s3{color:#a8457f}\
        .s1 .line{stroke-dasharray:8 4}.s2 .line{stroke-dasharray:2 4}.s3 .line{stroke-dasharray:10 4 2 4}\
        @media (prefers-color-scheme:dark){.paper{fill:#0d1117}.ink{fill:#f0f6fc}.faint{fill:#a3adb8}.grid{stroke:#2f363d}\
        .s0{color:#56b4e9}.s1{color:#f0a030}.s2{color:#2fc596}.s3{color:#e58fc0}}
        """

    /// The grid, its numbers, and what they are.
    private func frame(_ axes: PlotAxes) -> [String] {
        let (left, right, bottom) = (PlotAxes.left, PlotAxes.right, PlotAxes.bottom)
        let horizontal = axes.yTicks.flatMap { tick in
            let y = axes.y(tick)
            return [
                "<path class=\"grid\" d=\"M\(Self.rounded(left - 12)) \(Self.rounded(y))H\(Self.rounded(right))\"/>",
                Self.text(String(format: "%.\(axes.yDigits)f", tick), x: left - 18, y: y + 4, "faint end"),
            ]
        }
        let vertical = axes.xTicks.map {
            "<path class=\"grid\" d=\"M\(Self.rounded(axes.x($0))) \(Self.rounded(bottom))v6\"/>"
        }
        let numbers = axes.labelledXTicks.map { tick in
            Self.text(String(format: "%g", tick), x: axes.x(tick), y: bottom + 22, "faint middle")
        }
        return horizontal + vertical + numbers + [
            Self.text(xLabel, x: (left + right) / 2, y: bottom + 46, "ink middle"),
            Self.text(yLabel, x: 20, y: PlotAxes.top - 14, "ink"),
        ]
    }

    /// A line with a marker at each point that tells its numbers.
    private func drawing(of index: Int, on axes: PlotAxes) -> String {
        let line = lines[index]
        let places = line.points.map { (x: axes.x($0.x), y: axes.y($0.y)) }
        let path = places.map { "\(Self.rounded($0.x)) \(Self.rounded($0.y))" }.joined(separator: "L")
        let markers = zip(line.points, places).map { point, place in
            let told = Self.escaped(line.name) + String(format: ": %.4f at %g", point.y, point.x)
            return Self.marker(index, x: place.x, y: place.y, tooltip: "<title>\(told)</title>")
        }
        return "<g class=\"s\(index)\"><path class=\"line\" d=\"M\(path)\"/>\(markers.joined())</g>"
    }

    /// The lines' names at their ends, moved apart where the ends are close.
    private func names(_ axes: PlotAxes) -> [String] {
        let ends = lines.indices.map { index in
            let points = lines[index].points
            let end = points[points.count - 1]
            // Lines that end together are named in the order of what they were before.
            let level = points.reduce(0) { $0 + $1.y } / Double(points.count)
            return (index: index, x: axes.x(end.x), y: axes.y(end.y), level: level)
        }.sorted { ($0.y.rounded(), -$0.level, $0.index) < ($1.y.rounded(), -$1.level, $1.index) }
        let places = PlotAxes.spread(ends.map(\.y), gap: 22)
        return zip(ends, places).map { end, place in
            let x = PlotAxes.right + 30
            let leader = "M\(Self.rounded(end.x)) \(Self.rounded(end.y))L\(Self.rounded(x)) \(Self.rounded(place))"
            return "<g class=\"s\(end.index)\"><path class=\"leader\" d=\"\(leader)\"/>"
                + Self.marker(end.index, x: x, y: place)
                + Self.text(lines[end.index].name, x: x + 12, y: place + 4, "ink") + "</g>"
        }
    }

    /// Circle, square, diamond, triangle.
    private static func marker(_ index: Int, x: Double, y: Double, tooltip: String = "") -> String {
        let offsets: [(Double, Double)] =
            switch index {
            case 0: circle
            case 1: [(-4, -4), (4, -4), (4, 4), (-4, 4)]
            case 2: [(0, -5.5), (5.5, 0), (0, 5.5), (-5.5, 0)]
            default: [(0, -5), (5, 4), (-5, 4)]
            }
        let corners = offsets.map { "\(rounded(x + $0)) \(rounded(y + $1))" }.joined(separator: "L")
        return "<path class=\"marker\" d=\"M\(corners)Z\">\(tooltip)</path>"
    }

    /// Sixteen corners, 4.5 pixels from the middle.
    private static let circle: [(Double, Double)] = (0..<16).map { corner in
        let angle = Double(corner) * Double.pi / 8
        return (4.5 * cos(angle), 4.5 * sin(angle))
    }

    private static func text(_ text: String, x: Double, y: Double, _ classes: String) -> String {
        "<text class=\"\(classes)\" x=\"\(rounded(x))\" y=\"\(rounded(y))\">\(escaped(text))</text>"
    }

    private static func rounded(_ pixels: Double) -> String { String(format: "%.1f", pixels) }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}
