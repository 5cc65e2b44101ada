/// Settings of which generations a node holds, and what they are for.
enum GenerationSetting {
    /// Reads `keep_generations`: 1 where nothing is said.
    static func kept(_ text: String?) throws(GenerationSettingError) -> Int {
        guard let text else { return 1 }
        guard let number = Int(text), (0...100).contains(number) else { throw .notACount(text) }
        return number
    }

    /// Reads `shadow_share`: a hundredth where nothing is said.
    static func shadowShare(_ text: String?) throws(GenerationSettingError) -> Double {
        guard let text else { return 0.01 }
        guard let share = Double(text), (0...1).contains(share) else { throw .notAShare(text) }
        return share
    }

    /// Reads `scan_depth`: the ladder's own where nothing is said.
    static func scanDepth(_ text: String?) throws(GenerationSettingError) -> Int? {
        guard let text else { return nil }
        guard let depth = Int(text), depth > 0 else { throw .notADepth(text) }
        return depth
    }
}

/// Why such a setting was refused.
enum GenerationSettingError: Error, Equatable, CustomStringConvertible {
    case notACount(String)
    case notAShare(String)
    case notADepth(String)

    var description: String {
        switch self {
        case .notACount(let text):
            "The number of generations to keep is '\(text)'. Give a whole number from 0 to 100, such as 1."
        case .notAShare(let text):
            "The share of requests for generations in the shadow is '\(text)'. Give a number from 0 to 1, such as 0.01."
        case .notADepth(let text):
            "The scan depth is '\(text)'. Give a prefix length of the ladder, such as 128, or leave it out."
        }
    }
}
