/// The caller's own name for a user, an item or an event: 1 to 256 bytes of UTF-8 without U+0000.
///
/// Two ids are equal when their bytes are: "café" composed and decomposed are two ids, as they are for PostgreSQL, though
/// Swift's `String` holds them equal. Ids are ordered by their bytes, like `COLLATE "C"`.
///
/// The phantom type `Subject` keeps a user's id from being passed where an item's is wanted.
public struct ExternalID<Subject>: Hashable, Sendable {
    /// The id's UTF-8 bytes.
    public let bytes: [UInt8]

    /// Longest id, in bytes.
    public static var maximumLength: Int { 256 }

    /// Creates an id from text, keeping its bytes as they are.
    ///
    /// - Throws: ``ExternalIDError`` when the text is empty, longer than 256 bytes, or holds U+0000.
    public init(_ text: some StringProtocol) throws(ExternalIDError) {
        try self.init(utf8: Array(text.utf8))
    }

    /// Creates an id from bytes that come from a file or the wire.
    ///
    /// - Throws: ``ExternalIDError`` when the bytes are none, more than 256, not UTF-8, or hold a zero.
    public init(utf8 bytes: [UInt8]) throws(ExternalIDError) {
        guard !bytes.isEmpty else { throw .empty }
        guard bytes.count <= Self.maximumLength else { throw .tooLong(bytes: bytes.count) }
        guard !bytes.contains(0) else { throw .containsNull }
        guard String(validating: bytes, as: UTF8.self) != nil else { throw .notUTF8 }
        self.bytes = bytes
    }

    /// The id as text; equal ids have equal text, but not always the other way round.
    public var text: String { String(decoding: bytes, as: UTF8.self) }
}

extension ExternalID: Comparable {
    public static func < (left: Self, right: Self) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }
}

extension ExternalID: CustomStringConvertible {
    public var description: String { text }
}

/// What an ``ItemID`` names.
public enum ItemSubject: Sendable {}

/// What a ``UserID`` names.
public enum UserSubject: Sendable {}

/// What an ``EventID`` names.
public enum EventSubject: Sendable {}

/// The caller's name for an item.
public typealias ItemID = ExternalID<ItemSubject>

/// The caller's name for a user.
public typealias UserID = ExternalID<UserSubject>

/// The caller's name for an event; the same event sent twice is stored once.
public typealias EventID = ExternalID<EventSubject>

/// Why a text cannot be an id.
public enum ExternalIDError: Error, Equatable, CustomStringConvertible {
    case empty
    case tooLong(bytes: Int)
    case containsNull
    case notUTF8

    public var description: String {
        switch self {
        case .empty:
            "The id is empty. Give 1 to 256 bytes of UTF-8."
        case .tooLong(let bytes):
            "The id has \(bytes) bytes. Give at most 256."
        case .containsNull:
            "The id holds U+0000. Leave it out."
        case .notUTF8:
            "The id is not UTF-8. Encode it as UTF-8."
        }
    }
}
