import Domain
import Experiments
import Ranking
import Retrieval

extension RecommendationService {
    /// The request for more items, where rules are to choose among them.
    func widened(
        _ request: RecommendationRequest, for rules: TierRules?, in snapshot: ServingSnapshot
    ) -> RecommendationRequest {
        guard let rules, !rules.isEmpty else { return request }
        var wide = request
        let most = min(snapshot.index.liveCount, RecommendationRequest.counts.upperBound)
        wide.count = max(request.count, min(request.count * Self.choice, most))
        return wide
    }

    /// Items that rules choose among, for each that is wanted.
    private static let choice = 5

    /// Ranked candidates as a tier's rules want them.
    func follow(_ rules: TierRules?, _ ranked: [Candidate], count: Int, in index: IndexSnapshot) -> [Candidate] {
        guard let rules, !rules.isEmpty else { return Array(ranked.prefix(count)) }
        var factors: [Int: Double] = [:]
        for boost in rules.boosts {
            let facet =
                switch boost.condition {
                case .category(let name): index.facet(ofCategory: name)
                case .attribute(let name, let value): index.facet(ofAttribute: name, value: value)
                }
            if let facet { factors[facet, default: 1] *= boost.factor }
        }
        let categories = rules.maximumPerCategory == nil ? [] : index.categoryFacets
        return ListRules(mostOfCategory: rules.maximumPerCategory, factors: factors)
            .ordered(ranked, count: count, facets: index.facets(ofRow:), isCategory: categories.contains)
    }
}
