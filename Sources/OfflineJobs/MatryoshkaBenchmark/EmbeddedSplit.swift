import Domain
import VectorKernels

/// All items and the test users, as one model embeds them.
struct EmbeddedSplit: Sendable {
    let items: EmbeddingTable
    /// A row for each test user; zeros for one of whom the model knows nothing.
    let users: EmbeddingTable
    /// Whether the model knows anything of each user.
    let isKnown: [Bool]

    /// The same, turned to the principal axes of the items.
    func onPrincipalAxes() -> EmbeddedSplit {
        let axes = PrincipalAxes(of: items.elements.span, dimensions: items.dimensions)
        func turned(_ table: EmbeddingTable) -> EmbeddingTable {
            EmbeddingTable(dimensions: table.dimensions, elements: axes.rotated(table.elements.span))
        }
        return EmbeddedSplit(items: turned(items), users: turned(users), isKnown: isKnown)
    }
}
