import Domain
import Experiments
import HTTPAPI
import JSON
import Serving

/// Revisions of tiers, as commands print them.
enum TierText {
    /// Publishes a proposal, and says what it changes.
    static func publish(
        _ settings: Settings, _ change: TierChangeOptions, asJSON: Bool,
        _ propose: (TierPublisher) async throws -> TierPublisher.Proposal
    ) async throws {
        let (proposal, revision) = try await Installation.with(settings) { installation in
            let publisher = try await installation.tierPublisher()
            let proposal = try await propose(publisher)
            return (
                proposal,
                try await publisher.publish(proposal, actor: change.by, reason: change.reason ?? "")
            )
        }
        show(proposal, published: revision, asJSON: asJSON)
    }

    static func show(_ proposal: TierPublisher.Proposal, published: TierRevision?, asJSON: Bool) {
        if asJSON {
            print(proposal.json(published: published))
            return
        }
        for line in proposal.diff.lines { print("  \(line)") }
        if proposal.diff.lines.isEmpty { print("  Nothing changes.") }
        let moves = proposal.moves
        print("Of \(moves.units) units, \(moves.changed) change arm.")
        for experiment in moves.experiments where experiment.switched + experiment.entered + experiment.left > 0 {
            print(
                "  \(experiment.key): \(experiment.entered) enter, \(experiment.left) leave, "
                    + "\(experiment.switched) go from one arm to another")
        }
        if let published {
            print("Revision \(published.number) holds (sha256 \(published.draft.sha256.prefix(12))).")
        }
    }

    static func line(of revision: TierRevision, isActive: Bool) -> String {
        "\(isActive ? "*" : " ") \(revision.number)  \(revision.createdAt.text)  \(revision.draft.actor)  "
            + "\(revision.draft.sha256.prefix(12))  \(revision.draft.reason)"
    }
}

extension TierRevision {
    func json(isActive: Bool) -> JSONValue {
        .object([
            "revision": .integer(Int(number)), "parent": draft.parent.map { .integer(Int($0)) } ?? .null,
            "created_at": .string(createdAt.text), "actor": .string(draft.actor),
            "reason": .string(draft.reason), "sha256": .string(draft.sha256), "is_active": .bool(isActive),
        ])
    }
}
