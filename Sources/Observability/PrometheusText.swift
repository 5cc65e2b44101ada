/// The spelling of Prometheus' text format 0.0.4.
///
/// Source: prometheus.io, "Exposition formats", section "Text format details".
public enum PrometheusText {
    /// Media type of the text.
    public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// `label` as a metric's name: `[a-zA-Z_:][a-zA-Z0-9_:]*`, every other character an underscore.
    static func name(_ label: String) -> String { legal(label, alsoAllowing: ":") }

    /// Dimensions as they stand between the braces, ordered by name.
    static func labels(_ dimensions: [(String, String)]) -> String {
        dimensions.map { name, value in "\(legal(name, alsoAllowing: "_"))=\"\(escapedValue(value))\"" }
            .sorted().joined(separator: ",")
    }

    static func writeSample(_ name: String, _ labels: String, _ value: Double, into text: inout String) {
        text += labels.isEmpty ? "\(name) \(number(value))\n" : "\(name){\(labels)} \(number(value))\n"
    }

    /// A sample's value: whole numbers without a fraction, `+Inf`, `-Inf`, `NaN`.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        return Int(exactly: value).map(String.init) ?? value.description
    }

    static func escapedHelp(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { escaped, scalar in
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
    }

    private static func escapedValue(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { escaped, scalar in
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"": escaped += "\\\""
            default: escaped.unicodeScalars.append(scalar)
            }
        }
    }

    private static func legal(_ name: String, alsoAllowing extra: Unicode.Scalar) -> String {
        var legal = ""
        for scalar in name.unicodeScalars {
            switch scalar {
            case "a"..."z", "A"..."Z", "_", extra: legal.unicodeScalars.append(scalar)
            case "0"..."9" where !legal.isEmpty: legal.unicodeScalars.append(scalar)
            case "0"..."9": legal += "_\(scalar)"
            default: legal += "_"
            }
        }
        return legal.isEmpty ? "_" : legal
    }
}
