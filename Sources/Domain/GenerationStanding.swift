/// Where a generation stands, as serving nodes follow it.
public struct GenerationStanding: Hashable, Sendable {
    public let number: GenerationNumber
    public let state: GenerationState

    public init(number: GenerationNumber, state: GenerationState) {
        self.number = number
        self.state = state
    }
}
