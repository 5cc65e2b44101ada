import ExperimentStatistics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Users who look at positions with a chance that falls with depth, and click what they look at and like: the position-based
/// model (Craswell, Zoeter, Taylor, Ramsey, WSDM 2008).
///
/// Requests differ in how much there is to like.
struct ClickModel {
    /// Chance of being looked at, by position.
    static let examined = (1...10).map { 1 / log2(Double($0 + 1)) }
    static let items = 20

    /// What a request's user would click when looking: of twenty items a few are liked, by an amount of the user's own.
    static func attraction(using generator: inout some RandomNumberGenerator) -> [Double] {
        let mood = 0.1 + 0.7 * generator.uniform() * generator.uniform()
        return (0..<items).map { _ in generator.uniform() < 0.25 ? mood : 0.02 }
    }

    /// Two rankings by attraction seen through noise, best first: what both get wrong, as two tiers of one model do, and
    /// what each gets wrong besides.
    static func rankings(
        of attraction: [Double], noise: Double, more: (control: Double, treatment: Double),
        using generator: inout some RandomNumberGenerator
    ) -> (control: [Int], treatment: [Int]) {
        let common = attraction.map { $0 + noise * generator.normal() }
        let control = common.map { $0 + more.control * generator.normal() }
        let treatment = common.map { $0 + more.treatment * generator.normal() }
        return (
            attraction.indices.sorted { control[$0] > control[$1] },
            attraction.indices.sorted { treatment[$0] > treatment[$1] }
        )
    }

    /// Clicked items of a shown list.
    static func clicks(
        on list: [Int], attraction: [Double], using generator: inout some RandomNumberGenerator
    ) -> Set<Int> {
        Set(zip(list, examined).filter { generator.uniform() < $1 * attraction[$0] }.map(\.0))
    }
}
