/// A way to embeddings of several lengths.
public enum ShorteningMethod: String, CaseIterable, Sendable {
    /// One model trained for all lengths at once, its embeddings cut.
    case matryoshka
    /// A model of its own for each length.
    case separate
    /// One model trained for the full length alone, its embeddings cut.
    case cut
    /// The same, its embeddings turned to the principal axes of its items before they are cut.
    ///
    /// Turned about the origin and not about the mean, so that at full length every score stays the cosine that it was:
    /// ``VectorKernels/PrincipalAxes``.
    case principalAxes = "principal_axes"

    /// What tables and plots call it.
    public var name: String {
        switch self {
        case .matryoshka: "Matryoshka, cut"
        case .separate: "a model each"
        case .cut: "ordinary, cut"
        case .principalAxes: "ordinary, PCA, cut"
        }
    }
}
