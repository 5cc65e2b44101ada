/// A version as semver.org 2.0.0 writes and orders it, without its build metadata: `1.12.0-rc.1`.
public struct SemanticVersion: Hashable, Sendable {
    /// How two versions must stand to each other.
    public enum Comparison: String, CaseIterable, Sendable {
        case lessOrEqual = "<="
        case greaterOrEqual = ">="
        case less = "<"
        case greater = ">"
        case equal = "="

        /// Whether `left` stands so to `right`.
        public func holds(_ left: SemanticVersion, _ right: SemanticVersion) -> Bool {
            switch self {
            case .lessOrEqual: left <= right
            case .greaterOrEqual: left >= right
            case .less: left < right
            case .greater: left > right
            case .equal: left == right
            }
        }
    }

    /// Longest version that is read, in bytes.
    public static let maximumLength = 128

    /// Major, minor and patch: digits without a leading zero, of any number.
    private let core: [[UInt8]]
    private let preRelease: [[UInt8]]

    /// Reads a version; `nil` for any other text.
    public init?(_ text: String) {
        guard text.utf8.count <= Self.maximumLength else { return nil }
        let (version, build) = Self.cut(Array(text.utf8)[...], at: UInt8(ascii: "+"))
        let (numbers, identifiers) = Self.cut(version, at: UInt8(ascii: "-"))
        core = Self.parts(numbers)
        preRelease = identifiers.map(Self.parts) ?? []
        guard core.count == 3, core.allSatisfy(Self.isNumber) else { return nil }
        guard preRelease.allSatisfy({ Self.isIdentifier($0) && (!Self.isDigits($0) || Self.isNumber($0)) }) else {
            return nil
        }
        if let build, !Self.parts(build).allSatisfy(Self.isIdentifier) { return nil }
    }

    private static func cut(_ bytes: ArraySlice<UInt8>, at mark: UInt8) -> (ArraySlice<UInt8>, ArraySlice<UInt8>?) {
        guard let place = bytes.firstIndex(of: mark) else { return (bytes, nil) }
        return (bytes[..<place], bytes[(place + 1)...])
    }

    private static func parts(_ bytes: ArraySlice<UInt8>) -> [[UInt8]] {
        bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).map(Array.init)
    }

    private static func isDigits(_ bytes: [UInt8]) -> Bool {
        bytes.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    private static func isNumber(_ bytes: [UInt8]) -> Bool {
        !bytes.isEmpty && isDigits(bytes) && (bytes.count == 1 || bytes[0] != UInt8(ascii: "0"))
    }

    private static func isIdentifier(_ bytes: [UInt8]) -> Bool {
        let letters = bytes.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        return letters && !bytes.isEmpty
    }

    /// Numbers by their value, below texts; texts by their bytes.
    private static func precedes(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        let (isLeftNumber, isRightNumber) = (isDigits(left), isDigits(right))
        if isLeftNumber != isRightNumber { return isLeftNumber }
        if isLeftNumber, left.count != right.count { return left.count < right.count }
        return left.lexicographicallyPrecedes(right)
    }
}

extension SemanticVersion: Comparable {
    public static func < (left: Self, right: Self) -> Bool {
        if left.core != right.core { return left.core.lexicographicallyPrecedes(right.core, by: precedes) }
        // A release comes after its pre-releases.
        if left.preRelease.isEmpty || right.preRelease.isEmpty {
            return !left.preRelease.isEmpty && right.preRelease.isEmpty
        }
        return left.preRelease.lexicographicallyPrecedes(right.preRelease, by: precedes)
    }
}

extension SemanticVersion: CustomStringConvertible {
    public var description: String {
        let text = { (parts: [[UInt8]]) in parts.map { String(decoding: $0, as: UTF8.self) }.joined(separator: ".") }
        return text(core) + (preRelease.isEmpty ? "" : "-" + text(preRelease))
    }
}
