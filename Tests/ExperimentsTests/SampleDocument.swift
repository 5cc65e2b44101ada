import Experiments
import Foundation
import JSON

/// The configuration of the published vectors, which has every key there is, and ways to spoil it.
enum SampleDocument {
    /// A file of `Vectors/`.
    static func bytes(of file: String) throws -> [UInt8] {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Vectors")
        return try Array(Data(contentsOf: folder.appendingPathComponent(file)))
    }

    static func value() throws -> JSONValue { try JSONValue(parsing: bytes(of: "document.json")) }

    static func configuration() throws -> TierConfiguration { try TierConfiguration(value()) }

    /// The sample with one value changed; `nil` takes it out.
    static func configuration(setting path: String, to value: JSONValue?) throws -> TierConfiguration {
        try TierConfiguration(self.value().setting(path, to: value))
    }

    /// A minimal document with these layers, holdouts and experiments over two tiers.
    static func small(
        layers: JSONValue = [["key": "l", "salt": "s"]], holdouts: JSONValue = [], experiments: JSONValue
    ) throws -> TierConfiguration {
        try TierConfiguration([
            "schema": "linden-tiers/1", "hash_version": 1,
            "tiers": ["a": ["max_cost": 10], "b": ["max_cost": 20]], "default_tier": "a", "layers": layers,
            "holdouts": holdouts, "experiments": experiments,
        ])
    }

    /// An experiment with a control and a treatment of equal size.
    static func experiment(
        _ key: String, layer: String = "l", from lower: Int = 0, to upper: Int = 1_000_000, arms share: Int = 500_000,
        salt: String = "x", setting: String = "tier"
    ) -> JSONValue {
        let values: [JSONValue] = setting == "tier" ? ["a", "b"] : ["g1", "g2"]
        return [
            "key": .string(key), "layer": .string(layer), "salt": .string(salt), "state": "RUNNING",
            "range_ppm": [.integer(lower), .integer(upper)],
            "arms": [
                ["key": "control", "range_ppm": [0, .integer(share)], setting: values[0]],
                ["key": "treatment", "range_ppm": [500_000, .integer(500_000 + share)], setting: values[1]],
            ],
        ]
    }
}

extension JSONValue {
    /// The value with another at a path such as `/tiers/economy/max_cost`; `nil` takes it out, and `-` is past an array's end.
    func setting(_ path: String, to value: JSONValue?) -> JSONValue {
        setting(path.split(separator: "/").map(String.init)[...], to: value)
    }

    private func setting(_ path: ArraySlice<String>, to value: JSONValue?) -> JSONValue {
        guard let key = path.first else { return value ?? .null }
        let rest = path.dropFirst()
        func changed(_ old: JSONValue?) -> JSONValue? {
            rest.isEmpty ? value : (old ?? .object([Member]())).setting(rest, to: value)
        }
        if var elements {
            let index = Int(key) ?? elements.count
            let new = changed(elements.indices.contains(index) ? elements[index] : nil)
            elements.replaceSubrange(index..<min(index + 1, elements.count), with: new.map { [$0] } ?? [])
            return .array(elements)
        }
        var members = members ?? []
        let index = members.firstIndex { $0.key == key } ?? members.count
        let new = changed(self[key]).map { Member(key: key, value: $0) }
        members.replaceSubrange(index..<min(index + 1, members.count), with: new.map { [$0] } ?? [])
        return .object(members)
    }
}
