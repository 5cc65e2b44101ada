/// Random numbers that are the same for the same seed everywhere: xoshiro256**, seeded by SplitMix64.
///
/// Blackman and Vigna, "Scrambled Linear Pseudorandom Number Generators", ACM TOMS 47(4), 2021 (arXiv:1805.01407).
package struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: (UInt64, UInt64, UInt64, UInt64)

    package init(seed: UInt64) {
        var word = seed
        func mixed() -> UInt64 {
            word &+= 0x9E37_79B9_7F4A_7C15
            var z = word
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
        state = (mixed(), mixed(), mixed(), mixed())
    }

    /// Goes on where a generator stood; `nil` for words that none has.
    init?(words: [UInt64]) {
        guard words.count == 4, words.contains(where: { $0 != 0 }) else { return nil }
        state = (words[0], words[1], words[2], words[3])
    }

    /// Where it stands.
    var words: [UInt64] { [state.0, state.1, state.2, state.3] }

    package mutating func next() -> UInt64 {
        let product = state.1 &* 5
        let result = ((product << 7) | (product >> 57)) &* 9
        let shifted = state.1 << 17
        state.2 ^= state.0
        state.3 ^= state.1
        state.1 ^= state.2
        state.0 ^= state.3
        state.2 ^= shifted
        state.3 = (state.3 << 45) | (state.3 >> 19)
        return result
    }

    /// A number from 0 to below 1.
    package mutating func unit() -> Float { Float(next() >> 40) * 0x1p-24 }

    /// About normally distributed, mean 0 and deviation 1: the sum of twelve uniform numbers less 6.
    package mutating func normal() -> Float { (0..<12).reduce(-6) { sum, _ in sum + unit() } }

    /// An index from 0 to below `count`.
    package mutating func index(below count: Int) -> Int { Int(next().multipliedFullWidth(by: UInt64(count)).high) }

    /// Moves `count` random elements to the front, in random order.
    package mutating func drawToFront<Element>(_ count: Int, of elements: inout [Element]) {
        for position in 0..<min(count, elements.count) {
            elements.swapAt(position, position + index(below: elements.count - position))
        }
    }
}
