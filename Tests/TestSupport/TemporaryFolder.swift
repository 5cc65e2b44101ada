import Foundation

/// A folder that lives as long as the test that holds it.
public final class TemporaryFolder {
    public let path: String

    public init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "linden-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    public var names: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
    }

    public func bytes(of file: String) throws -> [UInt8] {
        try Array(Data(contentsOf: URL(filePath: path + "/" + file)))
    }

    public func write(_ bytes: [UInt8], to file: String) throws {
        try Data(bytes).write(to: URL(filePath: path + "/" + file))
    }

    deinit {
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            print("The test folder \(path) could not be removed: \(error)")
        }
    }
}
