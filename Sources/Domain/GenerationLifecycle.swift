/// Moves generations through their life, as ``GenerationState/successors`` allows.
///
/// ``GenerationPublisher/activate(_:)`` makes one serve. Conformers: the product's PostgreSQL store, and a store in memory.
public protocol GenerationLifecycle: Sendable {
    /// Moves a generation on; not for ``GenerationState/active`` and ``GenerationState/dropped``, which mean more than a word.
    ///
    /// - Throws: ``GenerationError`` where it does not stand right before `state`.
    func move(_ generation: GenerationNumber, to state: GenerationState) async throws
    /// Makes the generation serve that served before the one that does; that one is retired, in the same transaction.
    ///
    /// - Returns: Which serves now. The next call goes one further back.
    /// - Throws: ``GenerationError`` where there is none to go back to.
    func rollback() async throws -> GenerationNumber
    /// Deletes a generation's embeddings and model; its record stays.
    ///
    /// - Throws: ``GenerationError`` where it serves or is dropped already.
    func drop(_ generation: GenerationNumber) async throws
    /// The generation that served before the one that does, if it can serve again.
    func rollbackTarget() async throws -> GenerationNumber?
}
