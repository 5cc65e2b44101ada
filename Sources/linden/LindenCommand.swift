import ArgumentParser

/// `linden`: recommendations that spend on a request what the request is worth.
@main
struct LindenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "linden",
        abstract: "A recommendation engine that spends on each request what the request is worth.",
        version: "0.1.0",
        subcommands: []
    )
}
