import Domain
import Experiments
import JSON
import Planning
package import Serving

extension RecommendationRequest {
    /// The body of `POST /v1/recommendations`.
    package static var field: Field<RecommendationRequest> {
        .object { body in
            var request = RecommendationRequest()
            request.userID = body.optional("user_id", .id())
            request.scene = body.optional("scene", .text(bytes: 1...64)) ?? request.scene
            request.count = body.optional("n", .integer(in: counts)) ?? request.count
            request.itemID = body.optional("item_id", .id())
            request.sessionItemIDs =
                body.optional("session_item_ids", .list(of: .id(), count: 0...sessionItemLimit)) ?? []
            request.embedding = body.optional("embedding", embeddingField)
            request.filter = body.optional("filter", ItemFilter.field) ?? request.filter
            request.excludedItemIDs =
                body.optional("exclude_item_ids", .list(of: .id(), count: 0...excludedItemLimit)) ?? []
            request.excludesSeen = body.optional("exclude_seen", .bool) ?? request.excludesSeen
            request.tier = body.optional("tier", .text(bytes: 1...64))
            let budget = body.optional("budget", Budget.field)
            request.maxCost = budget?.maxCost
            request.maxLatency = budget?.maxLatency
            request.value = body.optional("value", .number(in: 0...1e9))
            request.criticality =
                body.optional("criticality", .choice(Criticality.allCases.map(\.name)))
                .flatMap(Criticality.init(name:)) ?? request.criticality
            let context = body.optional(
                "context", Field<[String: AttributeValue]>.dictionary(of: .attribute, keyBytes: 1...64, count: 0...32))
            request.context = RequestContext(
                attributes: (context ?? [:]).sorted { $0.key < $1.key }.map {
                    AssignmentContext.Attribute(name: $0.key, value: $0.value)
                })
            request.explains = body.optional("explain", .bool) ?? request.explains
            return request
        }
    }

    private static var embeddingField: Field<[Float]> {
        Field<[Double]>.list(of: .number(in: -1e30...1e30), count: 1...PrefixLadder.maximumDimensions)
            .map { $0.map(Float.init) }
    }

    /// The query of `GET /v1/users/{id}/recommendations` and `GET /v1/items/{id}/similar`.
    ///
    /// - Throws: ``InvalidRequest``.
    package init(query: String?) throws(InvalidRequest) {
        self = try QueryParameters(query).read { parameters in
            var request = RecommendationRequest()
            request.count = parameters.optional("n", .integerText(in: Self.counts)) ?? request.count
            request.scene = parameters.optional("scene", .text(bytes: 1...64)) ?? request.scene
            request.tier = parameters.optional("tier", .text(bytes: 1...64))
            return request
        }
    }
}

private struct Budget {
    let maxCost: CostUnits?
    let maxLatency: Duration?

    static var field: Field<Budget> {
        .object { budget in
            Budget(
                maxCost: budget.optional("max_cost", .number(in: 0...1e12)).flatMap(CostUnits.init(units:)),
                maxLatency: budget.optional("max_latency_ms", .number(in: 1...60_000)).map(Duration.milliseconds))
        }
    }
}

extension ItemFilter {
    /// The body's `filter`; `available: false` lets items come that are not available now.
    static var field: Field<ItemFilter> {
        .object { filter in
            ItemFilter(
                categories: filter.optional("categories", .list(of: .text(bytes: 1...256), count: 1...256)),
                attributes: filter.optional("attributes", .attributes) ?? [:],
                includesUnavailable: filter.optional("available", .bool) == false)
        }
    }
}

extension Field<AttributeValue> {
    /// What a request says of itself: a text, a number, or true or false.
    static var attribute: Field {
        Field { value, context in
            switch value {
            case .string(let text):
                guard text.utf8.count <= 256 else {
                    return context.refuse("Expected a string of 0 to 256 bytes, found \(text.utf8.count).")
                }
                return .text(text)
            case .integer(let integer): return .number(Double(integer))
            case .number(let number): return .number(number)
            case .bool(let truth): return .bool(truth)
            default: return context.refuse(value, expecting: "a string, a number, true or false")
            }
        }
    }
}

extension Field<[String: [String]]> {
    /// Attributes of an item or a user: keys with their values.
    static var attributes: Field {
        .dictionary(of: .list(of: .text(bytes: 0...1_024), count: 0...256), keyBytes: 1...64, count: 0...64)
    }
}
