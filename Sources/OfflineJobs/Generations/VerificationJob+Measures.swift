import Domain
import Towers
import Training
import VectorKernels

extension VerificationJob {
    func itemMeasures(
        _ vectors: GenerationVectors, _ generation: Generation, _ model: TwoTowerModel
    ) -> [GateMeasure] {
        var faults = VectorFaults()
        for row in vectors.items.indices {
            faults.add(
                vectors.bits.span.extracting(row * vectors.dimensions..<(row + 1) * vectors.dimensions),
                shortest: generation.ladder.rungs[0])
        }
        let (count, missing) = (vectors.items.count, model.isImported ? 0 : vectors.missing.count)
        let live = count + missing
        var measures = [
            GateMeasure(
                "coverage", live == 0 ? 0 : Double(count) / Double(live), .atLeast, 1, "\(count) of \(live) items"),
            GateMeasure("non_finite", Double(faults.nonFinite), .atMost, 0, "of \(count) items"),
            GateMeasure("zero_vectors", Double(faults.zero), .atMost, 0, "of \(count) items, at the shortest rung"),
        ]
        if !model.isImported {
            measures.append(
                GateMeasure("norms", faults.normError, .atMost, Self.normTolerance, "furthest from 1 of \(count) items")
            )
        }
        if faults.nonFinite == 0, count > 1 { measures.append(spread(vectors)) }
        return measures
    }

    /// The mean cosine of pairs of items: where all are alike, none can be told from another.
    private func spread(_ vectors: GenerationVectors) -> GateMeasure {
        let rows = vectors.sample(Self.sample).map { vectors.row($0) }
        var sum = 0.0
        for index in rows.indices { sum += cosine(rows[index], rows[(index + max(1, rows.count / 2)) % rows.count]) }
        return GateMeasure(
            "spread", sum / Double(rows.count), .atMost, 0.98, "mean cosine of \(rows.count) pairs of items")
    }

    /// Whether the vectors are those that the model makes of these items, and no others'.
    func agreement(_ vectors: GenerationVectors, _ model: TwoTowerModel) -> GateMeasure {
        let sample = vectors.sample(Self.sample)
        let agreeing = sample.count { row in
            let made = model.itemEmbedding(model.features(of: ItemContent(vectors.items[row].item)))
            return !made.isEmpty && cosine(made, vectors.row(row)) > 0.999
        }
        return GateMeasure(
            "agreement", Double(agreeing) / Double(max(1, sample.count)), .atLeast, 0.99,
            "share of \(sample.count) items whose vector is the one that the model makes")
    }

    func prefixMeasures(
        _ vectors: GenerationVectors, _ generation: Generation, _ asked: EmbeddingTable
    ) -> [GateMeasure] {
        let own = vectors.sample(Self.sample)
        let isOfUsers = asked.count > 0
        let queries =
            isOfUsers
            ? asked : EmbeddingTable(dimensions: vectors.dimensions, elements: own.flatMap { vectors.row($0) })
        let measurement = RungMeasurement(
            ladder: generation.ladder, items: vectors.bits, queries: queries,
            excluded: isOfUsers ? (0..<queries.count).map { _ in nil } : own.map { $0 }, shortestWhole: 1,
            threads: options.threads)
        return measurement.rungs.dropLast().map { rung in
            GateMeasure(
                "prefix_recall_\(rung.dimensions)", rung.reranked.last ?? 0, .atLeast, options.prefixRecall,
                "recall@\(measurement.k) of a shortlist of \(measurement.shortlists.last ?? 0) against exact search, "
                    + "\(measurement.queries) \(isOfUsers ? "users" : "items") asked")
        }
    }

    func memoryMeasure(_ vectors: GenerationVectors, artefact: Int) -> [GateMeasure] {
        // As the README reckons a node: vectors, planes, norms and lists, ids and titles, and the model.
        let need = (vectors.items.count) * (2 * vectors.dimensions + 85 + 130) + artefact
        guard let budget = options.memory ?? AvailableMemory()?.bytes else { return [] }
        return [
            GateMeasure(
                "memory", Double(need) / 1e6, .atMost, Double(budget) / 1e6,
                "MB of a serving node; \(options.memory == nil ? "free on this machine" : "the budget") is the bound")
        ]
    }
}

/// The cosine of two vectors; not a number where one is none.
func cosine(_ left: [Float], _ right: [Float]) -> Double {
    var (dot, first, second) = (0.0, 0.0, 0.0)
    for (a, b) in zip(left, right) {
        dot += Double(a) * Double(b)
        first += Double(a) * Double(a)
        second += Double(b) * Double(b)
    }
    return dot / (first * second).squareRoot()
}
