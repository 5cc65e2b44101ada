public import Domain

/// Chooses what a request will do: the best plan that its budget pays for.
///
/// Pure: the same budget, shape and ladder give the same plan, whatever the clock or the load.
public struct Planner: Sendable {
    /// Plans from cheap to dear; each finds at least as much as the one before.
    public let templates: [PlanTemplate]
    public let model: CostModel

    /// Creates a planner.
    ///
    /// - Parameters:
    ///   - templates: At least one plan, cheapest first.
    ///   - model: Prices of work.
    public init(templates: [PlanTemplate] = PlanTemplate.shipped, model: CostModel = .shipped) {
        precondition(!templates.isEmpty, "A planner needs a plan.")
        self.templates = templates
        self.model = model
    }

    /// A plan with its price, as the request will carry it out.
    public struct Choice: Hashable, Sendable {
        /// Position in ``Planner/templates``.
        public let template: Int
        public let plan: ServingPlan
        /// What the plan costs: in the mean where that was measured, else at most.
        public let planned: CostUnits
        /// The most that the request may spend.
        public let ceiling: CostUnits
        /// What making the mask and finding candidates can cost: the query, whose tower may have to read more than as a rule,
        /// must leave as much.
        public let reserve: CostUnits
        /// Mean recall of the plan against the full-vector answer, 0 to 1, where that was measured.
        public let expectedRecall: Double?
        /// Estimated recall at which the rerank ends; `nil` for a plan that goes all the way.
        public let target: Double?
        /// Tells recall from scores, where that was measured.
        public let predictor: RecallPredictor?

        init(
            template: Int, plan: ServingPlan, planned: CostUnits, ceiling: CostUnits, reserve: CostUnits,
            expectedRecall: Double? = nil, target: Double? = nil, predictor: RecallPredictor? = nil
        ) {
            self.template = template
            self.plan = plan
            self.planned = planned
            self.ceiling = ceiling
            self.reserve = reserve
            self.expectedRecall = expectedRecall
            self.target = target
            self.predictor = predictor
        }
    }

    /// The dearest plan from `floor` to `ceiling` that `limit` pays for.
    ///
    /// - Parameters:
    ///   - range: Positions in ``templates`` that the tier allows.
    ///   - limit: Ceiling in cost units; `nil` allows the last of the range.
    ///   - count: Items wanted.
    ///   - shape: The request's counted size.
    ///   - ladder: The generation's ladder.
    /// - Returns: The plan and its price.
    /// - Throws: ``PlanError/budgetTooSmall(budget:floor:plan:)`` when not even the first of the range is paid for.
    /// - Complexity: O(plans in the range); no allocation.
    public func choice(
        in range: ClosedRange<Int>, limit: CostUnits?, count: Int, shape: RequestShape, ladder: PrefixLadder
    ) throws(PlanError) -> Choice {
        precondition(templates.indices.contains(range.upperBound), "There is no plan \(range.upperBound).")
        for position in range.reversed() {
            let plan = templates[position].plan(on: ladder, count: count, lists: shape.lists?.count ?? 0)
            let planned = model.cost(of: plan, for: shape, count: count)
            if limit.map({ planned <= $0 }) ?? true {
                return Choice(
                    template: position, plan: plan, planned: planned,
                    ceiling: limit ?? planned + model.unusual(for: shape),
                    reserve: model.mask(for: shape) + model.scan(by: plan, of: shape, count: count))
            }
            if let limit, position == range.lowerBound {
                throw .budgetTooSmall(budget: limit, floor: planned, plan: plan)
            }
        }
        preconditionFailure("The range \(range) holds no plan.")
    }
}

/// Why no plan could be chosen.
public enum PlanError: Error, Equatable, CustomStringConvertible {
    case budgetTooSmall(budget: CostUnits, floor: CostUnits, plan: ServingPlan)

    public var description: String {
        switch self {
        case .budgetTooSmall(let budget, let floor, let plan):
            "The budget is \(budget) units; the cheapest plan allowed, \(plan), costs \(floor). Allow at least "
                + "\(floor.wholeUnits)."
        }
    }
}
