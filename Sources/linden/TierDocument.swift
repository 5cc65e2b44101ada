import Experiments
import Foundation
import JSON
import Yams

/// A document of tiers and experiments in a file: YAML, or JSON, which is YAML too.
struct TierDocument {
    /// Byte for byte.
    let text: String
    let configuration: TierConfiguration

    /// Reads a file; `-` is standard input.
    ///
    /// - Throws: ``TierDocumentError``, ``Experiments/ConfigurationError``.
    init(file: String) throws {
        let data: Data
        do {
            data =
                file == "-"
                ? try FileHandle.standardInput.read(upToCount: TierConfiguration.maximumBytes + 1) ?? Data()
                : try Data(contentsOf: URL(fileURLWithPath: file))
        } catch {
            throw TierDocumentError.unreadable(file, reason: (error as NSError).localizedDescription)
        }
        guard data.count <= TierConfiguration.maximumBytes else {
            throw TierDocumentError.tooLong(file, limit: TierConfiguration.maximumBytes)
        }
        guard let text = String(data: data, encoding: .utf8) else { throw TierDocumentError.notUTF8(file) }
        self.text = text
        if text.drop(while: \.isWhitespace).first == "{" {
            configuration = try TierConfiguration(parsing: Array(data))
        } else {
            configuration = try TierConfiguration(try Self.value(ofYAML: text, file))
        }
    }

    private static func value(ofYAML text: String, _ file: String) throws -> JSONValue {
        do {
            guard let node = try Yams.compose(yaml: text) else { throw TierDocumentError.empty(file) }
            var visited = 0
            return try value(of: node, depth: 0, &visited)
        } catch let error as YamlError {
            throw TierDocumentError.notYAML(file, reason: "\(error)")
        }
    }

    /// A YAML node as JSON: aliases are followed, as far as the document stays as large as one may be.
    private static func value(of node: Node, depth: Int, _ visited: inout Int) throws -> JSONValue {
        visited += 1
        guard visited <= 100_000, depth <= JSONValue.maximumDepth + 1 else {
            // Read on: the configuration says where it is too deep.
            return .null
        }
        switch node {
        case .mapping(let mapping):
            return .object(
                try mapping.map { key, value in
                    JSONValue.Member(
                        key: key.scalar?.string ?? "", value: try self.value(of: value, depth: depth + 1, &visited))
                })
        case .sequence(let sequence):
            return .array(try sequence.map { try value(of: $0, depth: depth + 1, &visited) })
        case .scalar(let scalar):
            guard scalar.style == .plain || scalar.style == .any else { return .string(scalar.string) }
            if let truth = Bool.construct(from: scalar) { return .bool(truth) }
            if let integer = Int.construct(from: scalar) { return .integer(integer) }
            if let number = Double.construct(from: scalar), number.isFinite { return .number(number) }
            return NSNull.construct(from: scalar) == nil ? .string(scalar.string) : .null
        default: return .null
        }
    }
}

extension TierConfiguration {
    /// The configuration as a document to begin with.
    var yaml: String {
        get throws { try Yams.serialize(node: canonical.yamlNode) }
    }
}

extension JSONValue {
    /// The value as a YAML node that reads back as the same.
    fileprivate var yamlNode: Node {
        switch self {
        case .null: Node("null")
        case .bool(let truth): Node("\(truth)")
        case .integer(let integer): Node("\(integer)")
        case .number(let number): Node("\(number)")
        case .string(let text): Node(text, Tag(.str), .doubleQuoted)
        case .array(let elements): Node(elements.map(\.yamlNode))
        case .object(let members): Node(members.map { (Node($0.key), $0.value.yamlNode) })
        }
    }
}

/// Why a document of tiers could not be read.
enum TierDocumentError: Error, Equatable, CustomStringConvertible {
    case unreadable(String, reason: String)
    case tooLong(String, limit: Int)
    case notUTF8(String)
    case empty(String)
    case notYAML(String, reason: String)

    var description: String {
        switch self {
        case .unreadable(let file, let reason): "\(file) could not be read: \(reason) Check the path."
        case .tooLong(let file, let limit): "\(file) has more than \(limit) bytes. Give a shorter document."
        case .notUTF8(let file): "\(file) is not UTF-8. Save it as UTF-8."
        case .empty(let file): "\(file) is empty. `linden tiers show` prints a document to begin with."
        case .notYAML(let file, let reason): "\(file) is neither YAML nor JSON: \(reason)"
        }
    }
}
