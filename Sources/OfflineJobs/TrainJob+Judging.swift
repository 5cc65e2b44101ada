import Domain
import Towers
import Training

extension TrainJob {
    /// The model of the generation that serves; `nil` when there is none, none that this program can read, or one whose
    /// vectors came from elsewhere: nobody here knows what those were made of.
    func activeModel(_ report: @Sendable (Step) -> Void) async throws -> GenerationGate.Active? {
        guard let number = try await store.activeGeneration() else { return nil }
        let artefact = try await store.artefact(of: number)
        do {
            let model = try TwoTowerModel(decoding: artefact)
            guard !model.isImported else {
                report(.notJudged(against: number, reason: "its vectors came from elsewhere, made of unknown data."))
                return nil
            }
            let run = try await store.trainingRuns().first { $0.end.outcome.generation == number }
            return GenerationGate.Active(number: number, model: model, cut: run?.start.cut)
        } catch let error as ModelArtefactError {
            report(.notJudged(against: number, reason: error.description))
            return nil
        }
    }

    /// The new model beside the active one; `nil` when too few users could tell them apart.
    func judge(
        _ trained: TrainedModel, _ active: GenerationGate.Active, on heldOut: GateHoldOut, _ cut: DataCut,
        _ items: [ItemContent], _ report: @Sendable (Step) -> Void
    ) -> GenerationComparison? {
        report(.judging(against: active.number))
        do throws(GenerationGateError) {
            return try options.generationGate.comparison(
                of: trained.model, with: active, on: heldOut, cut: cut, items: items, k: configuration.validationK,
                threads: configuration.threads, seed: configuration.seed)
        } catch {
            report(.notJudged(against: active.number, reason: error.description))
            return nil
        }
    }
}

extension TrainingOutcome {
    /// The generation that the run published, whether it was activated by it or not.
    fileprivate var generation: GenerationNumber? {
        switch self {
        case .published(let generation): generation
        case .refused(let generation, _): generation
        case .unfinished, .interrupted, .failed: nil
        }
    }
}
