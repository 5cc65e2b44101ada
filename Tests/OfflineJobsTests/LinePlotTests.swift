import Foundation
import FoundationXML
import OfflineJobs
import Testing

@Suite("A line plot")
struct LinePlotTests {
    static func plot(_ values: [[Double]], title: String = "Recall", xs: [Double] = [16, 32, 64, 256]) -> LinePlot {
        LinePlot(
            title: title, description: "What it shows.", xLabel: "dimensions", yLabel: "recall@20",
            lines: values.enumerated().map { index, values in
                LinePlot.Line(name: "line \(index)", points: zip(xs, values).map(LinePlot.Point.init))
            })
    }

    /// All numbers of an attribute of the elements of a class, in their order.
    static func numbers(_ attribute: String, ofClass name: String, in svg: String) throws -> [Double] {
        let document = try XMLDocument(xmlString: svg)
        let nodes = try document.nodes(forXPath: "//*[@class='\(name)']/@\(attribute)")
        return nodes.flatMap { node in
            (node.stringValue ?? "").split { !"0123456789.".contains($0) }.compactMap { Double($0) }
        }
    }

    @Test("is well-formed XML whatever its texts hold, with a title and a description for those who do not see it")
    func wellFormed() throws {
        let title = "Recall & <nDCG> of \"all\""
        let document = try XMLDocument(xmlString: Self.plot([[0.1, 0.2, 0.3, 0.4]], title: title).svg)
        let root = try #require(document.rootElement())
        #expect(root.elements(forName: "title").first?.stringValue == title)
        #expect(root.elements(forName: "desc").first?.stringValue == "What it shows.")
        #expect(try document.nodes(forXPath: "/*[@role='img']").count == 1)
    }

    @Test("puts doublings at equal distances, and equal steps at equal heights")
    func scales() throws {
        let places = try Self.numbers("d", ofClass: "line", in: Self.plot([[0.1, 0.2, 0.3, 0.4]]).svg)
        #expect(places.count == 8)
        let xs = stride(from: 0, to: 8, by: 2).map { places[$0] }
        let ys = stride(from: 1, to: 8, by: 2).map { places[$0] }
        #expect(abs((xs[1] - xs[0]) - (xs[2] - xs[1])) < 0.2)
        #expect(abs((xs[3] - xs[2]) - 2 * (xs[1] - xs[0])) < 0.2)
        for step in 1...3 { #expect(abs((ys[step - 1] - ys[step]) - (ys[0] - ys[1])) < 0.2) }
        #expect(ys[0] > ys[1])
    }

    @Test(
        "begins at zero and ends at a round number just above the highest value",
        arguments: [
            (0.1737, "0.00 0.05 0.10 0.15 0.20"), (1, "0.0 0.2 0.4 0.6 0.8 1.0"), (0.5, "0.0 0.1 0.2 0.3 0.4 0.5"),
            (0.11, "0.000 0.025 0.050 0.075 0.100 0.125"), (0.0009, "0.0000 0.0002 0.0004 0.0006 0.0008 0.0010"),
            (0, "0 1"), (42, "0 10 20 30 40 50"),
        ])
    func ticks(highest: Double, expected: String) throws {
        let document = try XMLDocument(xmlString: Self.plot([[0, highest]]).svg)
        let ticks = try document.nodes(forXPath: "//*[@class='faint end']").compactMap(\.stringValue)
        #expect(ticks.joined(separator: " ") == expected)
    }

    @Test("keeps the names of lines that end together apart, the better line's above")
    func names() throws {
        let svg = Self.plot([[0.1, 0.2, 0.3, 0.4], [0.3, 0.3, 0.3, 0.4], [0, 0, 0, 0.4], [0.2, 0.3, 0.3, 0.39]]).svg
        let document = try XMLDocument(xmlString: svg)
        let names = try document.nodes(forXPath: "//*[starts-with(text(), 'line') and @class='ink']")
        #expect(names.compactMap(\.stringValue) == ["line 1", "line 0", "line 2", "line 3"])
        let heights = try document.nodes(forXPath: "//*[starts-with(text(), 'line') and @class='ink']/@y")
            .compactMap { Double($0.stringValue ?? "") }
        for (upper, lower) in zip(heights, heights.dropFirst()) { #expect(lower - upper > 21.8) }
    }

    @Test("leaves out numbers that have no room, never the last")
    func crowded() throws {
        let numbers = try Self.numbers(below: [1, 2, 24, 25, 26, 27, 28, 29, 30, 31])
        #expect(numbers.last == 31 && numbers.count < 6 && numbers == numbers.sorted())
    }

    @Test("names round numbers below many points")
    func many() throws {
        #expect(try Self.numbers(below: (1...32).map(Double.init)) == [1, 2, 5, 10, 20])
        #expect(try Self.numbers(below: (0..<20).map { 30 + Double($0) / 10 }) == [30, 31.9])
    }

    /// Numbers below the horizontal axis of a plot with points there.
    private static func numbers(below xs: [Double]) throws -> [Double] {
        let document = try XMLDocument(xmlString: plot([xs.map { $0 / 40 }], xs: xs).svg)
        return try document.nodes(forXPath: "//*[@class='faint middle']").compactMap { Double($0.stringValue ?? "") }
    }
}
