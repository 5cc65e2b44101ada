import ByteStreams
import Domain
import Experiments
public import Logging

/// The last revision of tiers that a node has served by, kept on its disk: what it starts with when the store is away.
///
/// It has no expiry; how old it is the metrics say. The first line is the revision's number, the rest its configuration.
public struct TierFile: Sendable {
    private let path: String
    private let logger: Logger

    /// Names the file; it is created, with its folder, by the first revision.
    public init(path: String, logger: Logger) {
        (self.path, self.logger) = (path, logger)
    }

    /// Keeps a revision in the place of the one before; trouble with it is logged, and stops nothing.
    func keep(_ tiers: TiersInForce) {
        guard let revision = tiers.revision else { return }
        do throws(ByteStreamError) {
            let file = try ReplacementFile(replacing: path)
            let bytes = Array("\(revision)\n".utf8) + tiers.configuration.canonicalBytes
            try file.write(bytes.span)
            try file.commit()
        } catch {
            logger.warning("The tiers of revision \(revision) are not kept for a start without the database: \(error)")
        }
    }

    private func bytes() throws(ByteStreamError) -> [UInt8] {
        let reader = try ByteReader(.file(path))
        var (bytes, block) = ([UInt8](), [UInt8](repeating: 0, count: 1 << 16))
        while true {
            let count = try reader.read(into: &block)
            guard count > 0 else { return bytes }
            bytes += block[..<count]
        }
    }

    /// The revision that is kept; `nil` when there is none, or none that can be read, which is logged.
    public func kept() -> TiersInForce? {
        do {
            let bytes = try bytes()
            let parts = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 1)
            guard parts.count == 2, let revision = TierRevisionNumber(String(decoding: parts[0], as: UTF8.self)) else {
                logger.warning("The tiers kept in \(path) cannot be read, and are not served.")
                return nil
            }
            return TiersInForce(try TierConfiguration(parsing: Array(parts[1])), revision: revision)
        } catch ByteStreamError.missing {
            return nil
        } catch {
            logger.warning("The tiers kept in \(path) are not served: \(error)")
            return nil
        }
    }
}
