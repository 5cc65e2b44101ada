import ArgumentParser

/// Finds a subcommand that is misspelt or left out, and says so better than the parser would.
enum CommandNames {
    /// Follows `arguments` down the tree of commands.
    ///
    /// - Throws: ``CommandNameError``; flags and values are the parser's to judge.
    static func check(_ arguments: [String]) throws(CommandNameError) {
        var command: any ParsableCommand.Type = LindenCommand.self
        var path = LindenCommand._commandName
        var words = arguments[...]
        if words.first == "help" { words.removeFirst() }
        let wantsHelp = arguments.isEmpty || arguments.contains { ["help", "-h", "--help", "--version"].contains($0) }
        while !command.configuration.subcommands.isEmpty {
            let known = command.configuration.subcommands
            let shown = known.filter { $0.configuration.shouldDisplay }
            guard let word = words.popFirst(), !word.hasPrefix("-") else {
                guard wantsHelp else { throw .missing(of: path, known: shown.map { $0._commandName }) }
                return
            }
            guard let next = known.first(where: { $0._commandName == word }) else {
                throw .unknown(word, of: path, known: shown.map { $0._commandName })
            }
            command = next
            path += " " + word
        }
    }
}

/// Why a command cannot be told from the arguments.
enum CommandNameError: Error, CustomStringConvertible {
    case unknown(String, of: String, known: [String])
    case missing(of: String, known: [String])

    var description: String {
        switch self {
        case .unknown(let word, let path, let known):
            "\(path) has no command '\(word)'. "
                + (known.first { Self.areNear($0, word) }.map { "Did you mean '\($0)'?" } ?? Self.choices(known))
        case .missing(let path, let known):
            "\(path) needs a command. " + Self.choices(known)
        }
    }

    private static func choices(_ known: [String]) -> String { "Use one of \(known.joined(separator: ", "))." }

    /// Whether one word is the other but for two letters at most, added, left out, changed or moved.
    private static func areNear(_ left: String, _ right: String) -> Bool {
        let change = Array(left).difference(from: Array(right.lowercased()))
        return left.hasPrefix(right) || max(change.insertions.count, change.removals.count) <= min(2, left.count / 2)
    }
}
