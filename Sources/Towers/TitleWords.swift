/// Splits titles into words and hashes them into a fixed number of buckets.
///
/// Weinberger et al., "Feature Hashing for Large Scale Multitask Learning", ICML 2009 (arXiv:0902.2206), without the sign.
package enum TitleWords {
    /// Lower-cased runs of letters and digits, in the title's order.
    package static func words(of title: String) -> [String] {
        title.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
    }

    /// 64-bit FNV-1a of a word's UTF-8 bytes.
    package static func hash(_ word: String) -> UInt64 { word.utf8.reduce(hashOfNothing) { hash($0, $1) } }

    /// The words' buckets, in the title's order; none when there are no buckets.
    package static func buckets(of title: String, count: Int) -> [Int32] {
        guard count > 0 else { return [] }
        guard title.utf8.allSatisfy({ $0 < 0x80 }) else {
            return words(of: title).map { Int32(hash($0) % UInt64(count)) }
        }
        return bucketsOfASCII(title, count: count)
    }

    /// The same for a title without letters beyond ASCII, from its bytes: a fifth of a node's loading went into asking Unicode
    /// what is a letter.
    private static func bucketsOfASCII(_ title: String, count: Int) -> [Int32] {
        var buckets: [Int32] = []
        var word: UInt64?
        for byte in title.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                word = hash(word ?? hashOfNothing, byte)
            case UInt8(ascii: "A")...UInt8(ascii: "Z"):
                word = hash(word ?? hashOfNothing, byte | 0x20)
            default:
                if let word { buckets.append(Int32(word % UInt64(count))) }
                word = nil
            }
        }
        if let word { buckets.append(Int32(word % UInt64(count))) }
        return buckets
    }

    private static let hashOfNothing: UInt64 = 14_695_981_039_346_656_037

    private static func hash(_ sofar: UInt64, _ byte: UInt8) -> UInt64 { (sofar ^ UInt64(byte)) &* 1_099_511_628_211 }
}
