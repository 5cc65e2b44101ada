public import ByteStreams

/// A directory in our CSV format: `interactions.csv`, and `items.csv` and `users.csv` if there are any; `.gz` too.
public struct DatasetDirectory: Hashable, Sendable {
    /// The directory's last name: `ml-100k`.
    public let name: String
    public let interactions: ByteSource
    /// `nil` when the directory describes no items.
    public let items: ByteSource?
    /// `nil` when the directory describes no users.
    public let users: ByteSource?

    /// Looks what a directory holds.
    ///
    /// - Throws: ``DatasetDirectoryError`` when it has no interactions.
    public init(path: String) throws(DatasetDirectoryError) {
        func source(_ name: String) -> ByteSource? {
            [".csv", ".csv.gz"].map { ByteSource.file("\(path)/\(name)\($0)") }.first { $0.exists }
        }
        guard ByteSource.file(path).exists else { throw .missing(path: path) }
        guard let interactions = source("interactions") else { throw .noInteractions(path: path) }
        name = path.split(separator: "/").last.map(String.init) ?? path
        self.interactions = interactions
        items = source("items")
        users = source("users")
    }
}

/// Why a path is no ``DatasetDirectory``.
public enum DatasetDirectoryError: Error, Equatable, CustomStringConvertible {
    case missing(path: String)
    case noInteractions(path: String)

    public var description: String {
        switch self {
        case .missing(let path):
            "There is no directory \(path). Check the path, or fetch a data set with tools/datasets."
        case .noInteractions(let path):
            """
            \(path) has no interactions.csv or interactions.csv.gz. \
            Give a directory that holds one, with the columns user_id and item_id.
            """
        }
    }
}
