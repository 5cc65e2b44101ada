import ArgumentParser
import Domain

extension Timestamp {
    /// Reads a moment as `--until` takes it.
    ///
    /// - Throws: `ValidationError` for what is no moment.
    init(argument: String) throws {
        do {
            let bytes = Array(argument.utf8)
            try self.init(text: bytes.span)
        } catch {
            throw ValidationError(
                "'\(argument)' is no moment since 1970. Give one such as 2026-01-31T00:00:00Z, or seconds since 1970.")
        }
    }
}
