/// Why bytes are not a model.
public enum ModelArtefactError: Error, Equatable, CustomStringConvertible {
    case notAModel
    case unknownVersion(found: Int, known: Int)
    case truncated(bytes: Int)
    case damaged
    case inconsistent(String)

    public var description: String {
        switch self {
        case .notAModel:
            "These bytes are not a Linden model. Give an artefact that `linden train` made."
        case .unknownVersion(let found, let known):
            "The model has format \(found); this program reads format \(known). Use the program that made it, or train again."
        case .truncated(let bytes):
            "The model ends after \(bytes) bytes, before its parts do. Copy it again, or train again."
        case .damaged:
            "The model's checksum does not match its bytes. Copy it again, or train again."
        case .inconsistent(let what):
            "The model contradicts itself: \(what). Train again."
        }
    }
}
