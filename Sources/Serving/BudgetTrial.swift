package import Domain
import Experiments
import Planning
import Retrieval
import VectorKernels

/// Asks a service for anything, with any budget, and holds each answer to it.
///
/// Requests are drawn from a generator: of users, items, sessions and vectors, filtered or not, for one item or many.
package struct BudgetTrial {
    /// What came of it.
    package struct Report: Hashable, Sendable {
        package internal(set) var answered = 0
        /// Of those answered, with popular items because no scan was paid for.
        package internal(set) var atFloor = 0
        package internal(set) var refused = 0
        /// Answers that cost more than their budget, or more or less than their stages.
        package internal(set) var overspent = 0
        /// Answers with fewer items than were asked for and are allowed, or with one that is not.
        package internal(set) var invalid = 0
        /// Refusals that say a floor that the budget pays for.
        package internal(set) var wronglyRefused = 0
        /// Spent beside planned, less 1, of measured plans.
        var deviations: [Float] = []

        package init() {}

        /// The share of the planned cost by which half of the answers of measured plans miss it, at most.
        package var medianDeviation: Double? {
            let sorted = deviations.map { abs($0) }.sorted()
            return sorted.isEmpty ? nil : Double(sorted[sorted.count / 2])
        }

        /// The median of what was spent of what was planned, of measured plans.
        package var medianRatio: Double? {
            let sorted = deviations.sorted()
            return sorted.isEmpty ? nil : 1 + Double(sorted[sorted.count / 2])
        }
    }

    /// Users whom requests may be for, each with the rows that it has seen; one of no store asks too.
    private let users: [(id: UserID, seen: Set<ItemID>)]
    private let items: [ItemID]
    private let categories: [String]
    private let service: RecommendationService
    private let mostItems: Int

    /// Prepares a trial.
    ///
    /// - Parameters:
    ///   - service: It serves a generation.
    ///   - users: Whom requests may be for.
    ///   - categories: What filters may ask for.
    ///   - mostItems: Items of an answer, at most.
    /// - Throws: ``RequestError/noGeneration``, or what the store throws.
    package init(
        _ service: RecommendationService, users: [UserID], categories: [String], mostItems: Int = 20
    ) async throws {
        guard let snapshot = service.current else { throw RequestError.noGeneration }
        var known: [(id: UserID, seen: Set<ItemID>)] = [(try UserID("nobody knows"), [])]
        for user in users {
            let seen = try await service.history(of: user, limit: RecommendationRequest.excludedItemLimit)
            known.append((user, Set(seen ?? [])))
        }
        self.users = known
        let servable = try snapshot.index.mask()
        items = (0..<snapshot.index.count).lazy.filter { snapshot.index.allows($0, in: servable) }.prefix(2_000)
            .map { snapshot.items[$0].id }
        self.categories = categories
        self.service = service
        self.mostItems = mostItems
    }

    /// Asks so many requests, some at once.
    ///
    /// - Parameters:
    ///   - cases: Requests.
    ///   - atOnce: Requests under way together.
    ///   - generator: Draws them, in order.
    ///   - progress: Told how many are done.
    /// - Returns: The same for the same generator, whatever is asked at once.
    /// - Throws: What a request throws besides refusals of its budget.
    package func run(
        cases: Int, atOnce: Int = 16, using generator: inout some RandomNumberGenerator,
        progress: (_ done: Int) -> Void = { _ in }
    ) async throws -> Report {
        var report = Report()
        for start in stride(from: 0, to: cases, by: 1_000) {
            let requests = try (start..<min(start + 1_000, cases)).map { _ in try request(using: &generator) }
            try await withThrowingTaskGroup(of: Report.self) { group in
                for task in 0..<atOnce {
                    group.addTask {
                        var part = Report()
                        for place in stride(from: task, to: requests.count, by: atOnce) {
                            try await ask(requests[place].request, seen: requests[place].seen, &part)
                        }
                        return part
                    }
                }
                for try await part in group { report.add(part) }
            }
            progress(start + requests.count)
        }
        return report
    }

    /// Draws requests, as ``run(cases:atOnce:using:progress:)`` does.
    package func requests(
        _ count: Int, using generator: inout some RandomNumberGenerator
    ) throws -> [RecommendationRequest] {
        try (0..<count).map { _ in try request(using: &generator).request }
    }

    private func request(
        using generator: inout some RandomNumberGenerator
    ) throws -> (request: RecommendationRequest, seen: Set<ItemID>) {
        var (request, seen) = (RecommendationRequest(), Set<ItemID>())
        switch Int.random(in: 0..<6, using: &generator) {
        case 0, 1:
            guard let user = users.randomElement(using: &generator) else { break }
            (request.userID, seen) = (user.id, user.seen)
        case 2: request.itemID = items.randomElement(using: &generator)
        case 3: request.sessionItemIDs = Array(items.shuffled(using: &generator).prefix(3))
        case 4:
            let length = service.generation?.ladder.fullLength ?? 0
            request.embedding = (0..<length).map { _ in Float.random(in: -1...1, using: &generator) }
        default: break
        }
        if Bool.random(using: &generator), let category = categories.randomElement(using: &generator) {
            request.filter = ItemFilter(categories: [category])
        }
        if Bool.random(using: &generator) {
            request.excludedItemIDs = (0..<5).compactMap { _ in items.randomElement(using: &generator) }
        }
        request.excludesSeen = Int.random(in: 0..<4, using: &generator) > 0
        request.count = Int.random(in: 1...mostItems, using: &generator)
        request.tier = (service.tiers.fromCheapest.map(\.name) + [nil]).randomElement(using: &generator) ?? nil
        // As many small budgets as large ones, and many about the price of a request by itself.
        let exponent = Double.random(in: 0...14, using: &generator)
        let whole = Double(1 << Int(exponent)) * (1 + exponent.truncatingRemainder(dividingBy: 1))
        let close = service.planner.model.request.units + Double.random(in: -0.01...0.05, using: &generator)
        request.maxCost = CostUnits(units: Int.random(in: 0..<4, using: &generator) == 0 ? max(0, close) : whole)
        return (request, seen)
    }

    private func ask(_ request: RecommendationRequest, seen: Set<ItemID>, _ report: inout Report) async throws {
        guard let snapshot = service.current, let budget = request.maxCost else { return }
        do {
            let answer = try await service.recommend(request)
            report.answered += 1
            let isAtFloor = answer.degradation.contains(.budgetFloor)
            if isAtFloor { report.atFloor += 1 }
            let cost = answer.cost
            if cost.spent > cost.budget || cost.budget > budget || cost.planned > cost.budget
                || cost.stages.reduce(.zero, { $0 + $1.cost }) != cost.spent
            {
                report.overspent += 1
            }
            if try !isValid(answer, request, seen, in: snapshot) { report.invalid += 1 }
            if answer.plan != RecommendationService.popularPlan, !answer.degradation.contains(.uncalibrated) {
                report.deviations.append(Float(cost.spent.units / cost.planned.units - 1))
            }
        } catch RequestError.budgetTooSmall(let named, let floor, _) {
            report.refused += 1
            if named != budget || floor <= budget { report.wronglyRefused += 1 }
        }
    }

    /// Whether an answer has all items that were asked for and are allowed, and no others.
    private func isValid(
        _ answer: RecommendationResponse, _ request: RecommendationRequest, _ seen: Set<ItemID>,
        in snapshot: ServingSnapshot
    ) throws -> Bool {
        var barred = Set(request.excludedItemIDs)
        if let item = request.itemID { barred.insert(item) }
        if request.excludesSeen { barred.formUnion(request.sessionItemIDs) }
        // Where the user's rows are not paid for, nobody knows what the user has seen.
        let knowsSeen = !answer.degradation.contains(.budgetFloor) || !answer.degradation.contains(.budgetCut)
        if request.excludesSeen, knowsSeen { barred.formUnion(seen) }
        let rows = barred.compactMap { snapshot.items.row(of: $0) }
        let mask = try snapshot.index.mask(for: request.filter, excludedRows: rows)
        let given = answer.items.compactMap { snapshot.items.row(of: $0.itemID) }
        return given.count == min(request.count, mask.count) && Set(given).count == given.count
            && given.allSatisfy { snapshot.index.allows($0, in: mask) }
    }
}

extension BudgetTrial.Report {
    fileprivate mutating func add(_ other: Self) {
        answered += other.answered
        atFloor += other.atFloor
        refused += other.refused
        overspent += other.overspent
        invalid += other.invalid
        wronglyRefused += other.wronglyRefused
        deviations += other.deviations
    }
}
