import ArgumentParser
import Domain

extension PrefixLadder {
    /// Reads a ladder as `--ladder` takes it: `16,32,64`.
    ///
    /// - Throws: `ValidationError` for what are no numbers, ``Domain/PrefixLadderError`` for numbers that make no ladder.
    init(argument: String) throws {
        let rungs = argument.split(separator: ",").map { Int($0.filter { $0 != " " }) }
        guard !rungs.contains(nil) else {
            throw ValidationError("'\(argument)' is not a ladder. Give lengths such as 16,32,64,128,256.")
        }
        try self.init(rungs.compactMap(\.self))
    }
}
