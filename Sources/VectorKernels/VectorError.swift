/// Why a vector was refused at the door, before it could spoil a ranking.
public enum VectorError: Error, Equatable, CustomStringConvertible {
    case wrongLength(expected: Int, found: Int)
    case notFinite
    case zeroNorm

    public var description: String {
        switch self {
        case .wrongLength(let expected, let found):
            "The vector has \(found) dimensions. Give \(expected)."
        case .notFinite:
            "The vector holds a value that is not finite, or too large to square. Give finite values."
        case .zeroNorm:
            "The vector, or the prefix of it that is asked for, is zero and has no direction. Leave it out."
        }
    }
}
