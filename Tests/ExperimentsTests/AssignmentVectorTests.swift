import Experiments
import JSON
import Testing

@Suite("The published vectors")
struct AssignmentVectorTests {
    @Test("are what assignment finds")
    func vectors() throws {
        let configuration = try SampleDocument.configuration()
        let table = AssignmentTable(configuration)
        let lines = try SampleDocument.bytes(of: "vectors.tsv").split(separator: 0x0A)
        #expect(lines.count == 2_000)
        for (index, line) in lines.enumerated() {
            let fields = line.split(separator: 0x09, maxSplits: 2, omittingEmptySubsequences: false)
            let document = try JSONValue(parsing: Array(fields[0]))
            let context = AssignmentContext(
                scene: document["scene"]?.text, members: document["attributes"]?.members ?? [])
            let unit = Array(fields[1])
            let known = unit.isEmpty ? nil : unit
            let assignments = table.assign(AssignmentUnits(user: known, session: known), context: context)
            let layer = configuration.layers[index % 2].key
            let found = try #require(assignments.first { $0.layer == layer })
            let text = found.line(
                unit: String(decoding: unit, as: UTF8.self),
                defaultTier: configuration.tierName(inScene: context.scene))
            #expect(text.utf8.elementsEqual(line.dropFirst(fields[0].count + 1)), "line \(index + 1)")
        }
    }
}
