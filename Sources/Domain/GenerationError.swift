/// Why something could not be had of a generation, or done with it.
public enum GenerationError: Error, Equatable, CustomStringConvertible {
    case unknown(GenerationNumber)
    case alreadyActive(GenerationNumber)
    case cannotBecome(GenerationNumber, from: GenerationState, to: GenerationState)
    case anotherIsBuilding(GenerationNumber)
    case nothingServes
    case nothingToGoBackTo(from: GenerationNumber)
    /// The generation that served before was dropped.
    case droppedMeanwhile(GenerationNumber, from: GenerationNumber)

    public var description: String {
        switch self {
        case .unknown(let number):
            "There is no generation \(number). `linden models list` shows those there are."
        case .alreadyActive(let number):
            "\(number) serves already; nothing was changed."
        case .cannotBecome(let number, let from, let to):
            "\(number) is \(from.rawValue) and cannot become \(to.rawValue). \(Self.advice(number, from, to))"
        case .anotherIsBuilding(let number):
            "\(number) is being built, and only one generation is at a time. `linden models backfill \(number)` goes on "
                + "with it; `linden models gc \(number)` gives it up."
        case .nothingServes:
            "No generation serves, so there is none to go back from. `linden models activate` makes one serve."
        case .nothingToGoBackTo(let number):
            "No generation served before \(number), so there is none to go back to. `linden models activate` makes another "
                + "serve."
        case .droppedMeanwhile(let before, let number):
            "\(before), which served before \(number), was dropped. `linden models activate` makes another serve."
        }
    }

    /// What to do about a generation that is not where it should be.
    private static func advice(
        _ number: GenerationNumber, _ from: GenerationState, _ to: GenerationState
    ) -> String {
        switch from {
        case .registered: "`linden models backfill \(number)` embeds the catalogue for it first."
        case .building: "`linden models backfill \(number)` finishes it first."
        case .built: to == .building ? "It is written in full." : "`linden models verify \(number)` checks it first."
        case .verified, .shadow: "It has been built and checked; `linden models activate \(number)` makes it serve."
        case .active: "It serves; make another serve first with `linden models activate`."
        case .retired: "It has served before; `linden models activate \(number)` makes it serve again."
        case .dropped: "Its embeddings are gone; `linden train` makes a new one."
        }
    }
}
