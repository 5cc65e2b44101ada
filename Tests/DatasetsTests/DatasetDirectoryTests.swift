import ByteStreams
import Datasets
import Foundation
import Testing

@Suite("A data set's directory")
struct DatasetDirectoryTests {
    @Test("has interactions, and items and users if it says so, compressed or not")
    func files() throws {
        try withDirectory(of: ["interactions.csv.gz", "items.csv", "notes.txt"]) { path in
            let directory = try DatasetDirectory(path: path)
            #expect(directory.name == URL(filePath: path).lastPathComponent)
            #expect(directory.interactions == .file("\(path)/interactions.csv.gz"))
            #expect(directory.items == .file("\(path)/items.csv"))
            #expect(directory.users == nil)
        }
    }

    @Test("is refused without interactions")
    func noInteractions() throws {
        try withDirectory(of: ["items.csv"]) { path in
            #expect(throws: DatasetDirectoryError.noInteractions(path: path)) { try DatasetDirectory(path: path) }
        }
        #expect(throws: DatasetDirectoryError.missing(path: "/nowhere")) { try DatasetDirectory(path: "/nowhere") }
    }

    private func withDirectory(of files: [String], run: (String) throws -> Void) throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "linden-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer {
            do {
                try FileManager.default.removeItem(at: directory)
            } catch {
                Issue.record("The test directory \(directory.path) could not be removed: \(error)")
            }
        }
        for file in files {
            try Data().write(to: directory.appending(path: file))
        }
        try run(directory.path)
    }
}
