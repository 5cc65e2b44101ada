public import Training

/// What a training will take, beside what there is: said before it begins.
public struct MemoryNeed: Hashable, Sendable, CustomStringConvertible {
    public let training: TrainingMemory
    /// Bytes that the process holds already, the data among them; `nil` where the system does not say.
    public let held: Int?
    /// Bytes that it may still take; `nil` where the system does not say.
    public let available: Int?

    /// Compares a need with what there is.
    public init(_ training: TrainingMemory, held: Int?, available: Int?) {
        self.training = training
        self.held = held
        self.available = available
    }

    /// Asks the system what there is.
    init(_ configuration: TrainingConfiguration, _ data: TrainingData) {
        var held: Int?
        // Where the system does not say, the line says less.
        do { held = try ProcessMemory.residentBytes() } catch { held = nil }
        self.init(TrainingMemory(configuration, data), held: held, available: AvailableMemory()?.bytes)
    }

    /// Refuses a training for which there is not enough, as far as the system says.
    ///
    /// - Throws: ``MemoryNeedError``.
    public func check() throws(MemoryNeedError) {
        guard let available, training.total > available else { return }
        throw MemoryNeedError(needed: training.total, available: available)
    }

    public var description: String {
        let parts = [
            ("histories", training.histories), ("tables", training.tables), ("optimiser", training.optimiser),
            ("models", training.models), ("the teacher", training.teacher), ("a step", training.step),
            ("judging", training.validation),
        ].filter { $0.1 > 0 }
        return "Training needs about \(Self.text(training.total))"
            + (held.map { " beside the \(Self.text($0)) in use" } ?? "") + ": "
            + parts.map { "\($0.0) \(Self.text($0.1))" }.joined(separator: ", ")
            + (available.map { "; \(Self.text($0)) are free." } ?? ".")
    }

    /// `410 MB`, `12.3 GB`.
    static func text(_ bytes: Int) -> String {
        let megabytes = (bytes + 500_000) / 1_000_000
        guard megabytes >= 10_000 else { return "\(megabytes) MB" }
        return "\(megabytes / 1_000).\(megabytes % 1_000 / 100) GB"
    }
}

/// A training that would end for want of memory.
public struct MemoryNeedError: Error, Equatable, CustomStringConvertible {
    /// Bytes that training takes beside what is in use.
    public let needed: Int
    /// Bytes that there are.
    public let available: Int

    public var description: String {
        "Training needs about \(MemoryNeed.text(needed)) of memory, and \(MemoryNeed.text(available)) are free. "
            + "Train shorter vectors (--ladder 16,32,64), or on fewer interactions, or on a larger machine; "
            + "--any-memory tries all the same."
    }
}
