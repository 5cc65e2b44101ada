/// What a request says of itself, for targeting.
public struct AssignmentContext: Equatable, Sendable {
    /// Something that a request says of itself.
    public struct Attribute: Equatable, Sendable {
        public let name: String
        public let value: AttributeValue

        public init(name: String, value: AttributeValue) {
            self.name = name
            self.value = value
        }
    }

    /// Where the items will be shown; chooses the tier without experiments, and is the attribute `scene`.
    public let scene: String?
    /// Few, as they are looked through one by one; of two with one name the first counts.
    public let attributes: [Attribute]

    public init(scene: String? = nil, attributes: [Attribute] = []) {
        self.scene = scene
        self.attributes = attributes
    }

    /// The value of an attribute, whose name is compared by its bytes; `nil` where the request does not say.
    public subscript(name: String) -> AttributeValue? {
        if let scene, name.utf8.elementsEqual("scene".utf8) { return .text(scene) }
        return attributes.first { $0.name.utf8.elementsEqual(name.utf8) }?.value
    }
}

/// The value of an attribute.
///
/// Texts are equal when their bytes are; values of two kinds never are.
public enum AttributeValue: Sendable {
    case text(String)
    case number(Double)
    case bool(Bool)
}

extension AttributeValue: Equatable {
    public static func == (left: Self, right: Self) -> Bool {
        switch (left, right) {
        case (.text(let left), .text(let right)): left.utf8.elementsEqual(right.utf8)
        case (.number(let left), .number(let right)): left == right
        case (.bool(let left), .bool(let right)): left == right
        default: false
        }
    }
}

/// What a request is assigned by: the units of its layers.
public struct AssignmentUnits: Equatable, Sendable {
    /// The user's id in UTF-8; `nil` for a request without one.
    public let user: [UInt8]?
    /// The session's id in UTF-8; `nil` for a request without one.
    public let session: [UInt8]?

    public init(user: [UInt8]? = nil, session: [UInt8]? = nil) {
        self.user = user
        self.session = session
    }

    /// The unit of a layer's kind.
    public subscript(kind: ExperimentLayer.Unit) -> [UInt8]? {
        switch kind {
        case .user: user
        case .session: session
        }
    }
}
