/// Why training cannot begin or go on.
public enum TrainingError: Error, Equatable, CustomStringConvertible {
    case noInteractions
    case tooFewItems(Int)
    case noUserWithTwoItems
    case nothingWanted
    case indexOutOfRange(what: String, index: Int, count: Int)
    case unevenColumns(what: String, found: Int, expected: Int)
    case duplicateItem(String)
    case badSetting(name: String, value: String, allowed: String)
    case diverged(epoch: Int)
    case interruptedBeforeFirstEpoch
    case foreignCheckpoint
    case noTestItems

    public var description: String {
        switch self {
        case .noInteractions:
            "There are no interactions to train on. Import some first."
        case .tooFewItems(let count):
            "The interactions name \(count) item(s); training ranks items against each other and needs 2 or more. "
                + "Import more."
        case .noUserWithTwoItems:
            "No user has two different items, so no history predicts anything. Import more interactions."
        case .nothingWanted:
            "All interactions weigh 0: users only turned items down, or merely saw them. Import what they chose, or weigh "
                + "the kinds of events otherwise (--weights)."
        case .indexOutOfRange(let what, let index, let count):
            "An interaction names \(what) \(index) of \(count). Give indices from 0 to \(count - 1)."
        case .unevenColumns(let what, let found, let expected):
            "There are \(found) \(what) for \(expected) interactions. Give one for each, or none."
        case .duplicateItem(let id):
            "The item \(id) stands twice in the catalogue. Give each item once."
        case .badSetting(let name, let value, let allowed):
            "\(name) is \(value). Give \(allowed)."
        case .diverged(let epoch):
            "The loss is no longer a number in epoch \(epoch). Lower the learning rate or raise the temperature."
        case .interruptedBeforeFirstEpoch:
            "Training was interrupted before its first epoch ended, so there is no model to keep. Start it again."
        case .foreignCheckpoint:
            "The checkpoint of this training does not hold what this program keeps in one. Remove it and start again."
        case .noTestItems:
            "The test set names no item of a user that the training set has. Give a test set of the same users and items."
        }
    }
}
