public import ByteStreams
import Foundation

/// A file that lives as long as the test that holds it.
public final class TemporaryFile {
    public let path: String
    public var source: ByteSource { .file(path) }

    public init(_ bytes: [UInt8], suffix: String = ".csv") throws {
        path = FileManager.default.temporaryDirectory.appending(path: "linden-\(UUID().uuidString)\(suffix)").path
        try Data(bytes).write(to: URL(filePath: path))
    }

    public convenience init(_ text: String) throws {
        try self.init(Array(text.utf8))
    }

    deinit {
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            print("The test file \(path) could not be removed: \(error)")
        }
    }
}
