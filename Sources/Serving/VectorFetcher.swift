import Domain

/// Gets the full vectors of a shortlist that are not in memory, from the store or from a cache before it.
struct VectorFetcher: Sendable {
    let source: any EmbeddingSource
    let cache: EmbeddingCache?

    var place: VectorPlace { cache == nil ? .database : .cache }

    /// The vectors of the first of `items` that are paid for.
    ///
    /// It pays for looking into the cache, for a round trip if anything is missing, and for each row that the trip brings;
    /// and it leaves enough to rerank each row that it pays for.
    ///
    /// - Parameters:
    ///   - items: Best first; each once.
    ///   - generation: The generation that made the vectors.
    ///   - rerank: Price of reranking one of them.
    ///   - model: Prices.
    ///   - limit: Longest time to wait for the store.
    ///   - meter: Pays.
    /// - Returns: Those that were paid for and are there, in any order.
    /// - Throws: ``Domain/StoreAway``.
    func vectors(
        of items: [ItemNumber], generation: GenerationNumber, rerank: CostUnits, model: CostModel,
        within limit: Duration?, paying meter: inout CostMeter
    ) async throws -> HalfEmbeddings {
        guard let cache else {
            let paid = pay(for: items.count, cached: 0, rerank, model, &meter)
            guard paid > 0 else { return HalfEmbeddings(dimensions: 1) }
            return try await source.embeddings(
                of: Array(items.prefix(paid)), generation: generation, within: limit)
        }
        let looked = meter.buy(
            min(items.count, meter.affordable(model.cachedRow + rerank)), each: model.cachedRow, for: .fetch)
        let (found, fetch) = cache.embeddings(of: Array(items.prefix(looked)), generation: generation)
        let known = Set(found.numbers)
        let missing = items.prefix(looked).filter { !known.contains($0.rawValue) }
        meter.miss(items.count - looked, for: .fetch)
        let paid = missing.isEmpty ? 0 : pay(for: missing.count, cached: found.count, rerank, model, &meter)
        guard paid > 0 else {
            cache.insert(nil, of: generation, fetchedUnder: fetch)
            return found
        }
        do {
            var fetched = try await source.embeddings(
                of: Array(missing.prefix(paid)), generation: generation, within: limit)
            cache.insert(fetched, of: generation, fetchedUnder: fetch)
            guard found.count > 0 else { return fetched }
            guard fetched.count > 0 else { return found }
            fetched.numbers += found.numbers
            fetched.bits += found.bits
            return fetched
        } catch {
            cache.insert(nil, of: generation, fetchedUnder: fetch)
            throw error
        }
    }

    /// Pays for a round trip and as many rows as can be reranked afterwards, beside those that were found already.
    private func pay(
        for rows: Int, cached: Int, _ rerank: CostUnits, _ model: CostModel, _ meter: inout CostMeter
    ) -> Int {
        let spoken = model.fetchRoundTrip + cached * rerank
        let left = max(0, meter.remaining.microunits - spoken.microunits)
        let paid = min(rows, left / max(1, (model.fetchedRow + rerank).microunits))
        meter.miss(rows - paid, for: .fetch)
        guard paid > 0 else { return 0 }
        _ = meter.buy(1, each: model.fetchRoundTrip, for: .fetch)
        return meter.buy(paid, each: model.fetchedRow, for: .fetch)
    }
}
