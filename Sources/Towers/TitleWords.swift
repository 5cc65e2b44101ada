/// Splits titles into words and hashes them into a fixed number of buckets.
///
/// Weinberger et al., "Feature Hashing for Large Scale Multitask Learning", ICML 2009 (arXiv:0902.2206), without the sign.
package enum TitleWords {
    /// Lower-cased runs of letters and digits, in the title's order.
    package static func words(of title: String) -> [String] {
        title.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
    }

    /// 64-bit FNV-1a of a word's UTF-8 bytes.
    package static func hash(_ word: String) -> UInt64 {
        word.utf8.reduce(14_695_981_039_346_656_037) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
    }

    /// The words' buckets, in the title's order; none when there are no buckets.
    package static func buckets(of title: String, count: Int) -> [Int32] {
        guard count > 0 else { return [] }
        return words(of: title).map { Int32(hash($0) % UInt64(count)) }
    }
}
