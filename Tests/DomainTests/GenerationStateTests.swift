import Domain
import Testing

@Suite("A generation's state")
struct GenerationStateTests {
    @Test("leads from registered to dropped by the one way there is")
    func path() {
        let path: [GenerationState] = [
            .registered, .building, .built, .verified, .shadow, .active, .retired, .dropped,
        ]
        #expect(path == GenerationState.allCases)
        for (state, next) in zip(path, path.dropFirst()) { #expect(state.successors.contains(next)) }
        #expect(GenerationState.active.predecessors == [.verified, .shadow, .retired])
        #expect(GenerationState.dropped.successors.isEmpty)
        #expect(GenerationState.allCases.filter(\.holdsEmbeddings).count == 6)
    }
}
