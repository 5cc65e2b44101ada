import ByteStreams
import Foundation

/// A file that lives as long as the test that holds it.
final class TemporaryFile {
    let path: String
    var source: ByteSource { .file(path) }

    init(_ bytes: [UInt8]) throws {
        path = FileManager.default.temporaryDirectory.appending(path: "linden-\(UUID().uuidString).csv").path
        try Data(bytes).write(to: URL(filePath: path))
    }

    convenience init(_ text: String) throws {
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
