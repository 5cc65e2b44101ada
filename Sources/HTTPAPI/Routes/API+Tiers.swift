import Domain
import Experiments
import HTTPTypes
import Hummingbird
import JSON
import Serving

extension API {
    /// Tiers and experiments: what they are, and how they are changed.
    var tierRoutes: [Route] {
        [
            Route(
                .get, "/v1/tiers",
                Operation(
                    id: "getTiers",
                    summary:
                        "The serving tiers that this node serves by, and the whole configuration with its revision.",
                    tag: "operation", status: 200, answer: .json("Tiers"))
            ) { call in
                try call.refuseQuery()
                let tiers = service.tiers
                var response = Response.json(service.json(of: tiers))
                response.headers[.eTag] = "\"\(tiers.revision ?? 0)\""
                return response
            },
            Route(
                .put, "/v1/tiers",
                Operation(
                    id: "putTiers",
                    summary: "Publishes a whole configuration as a new revision, written for the one in If-Match.",
                    tag: "operation", body: "TierDocument", parameters: ["If-Match", "actor", "reason"], status: 200,
                    answer: .json("TiersPublished"), problems: [409, 412, 413, 415, 428, 503])
            ) { call in
                let (actor, reason) = try QueryParameters(call.query).read { parameters in
                    (
                        parameters.optional("actor", .text(bytes: 1...256)) ?? "http",
                        parameters.optional("reason", .text(bytes: 0...4_096)) ?? ""
                    )
                }
                let parent = try call.matchedRevision()
                let document = try await call.document()
                let configuration = try TierConfiguration(parsing: document)
                let publisher = service.tierPublisher
                let proposal = try await publisher.proposal(
                    configuration, document: String(decoding: document, as: UTF8.self), parent: parent)
                let revision = try await publisher.publish(proposal, actor: actor, reason: reason)
                try await service.followTiers()
                var response = Response.json(proposal.json(published: revision))
                response.headers[.eTag] = "\"\(revision.number)\""
                return response
            },
        ]
    }

    var experimentRoutes: [Route] {
        [
            Route(
                .get, "/v1/experiments",
                Operation(
                    id: "listExperiments", summary: "The experiments of the configuration that this node serves by.",
                    tag: "operation", status: 200, answer: .json("Experiments"))
            ) { call in
                try call.refuseQuery()
                let tiers = service.tiers
                return .json([
                    "config_revision": tiers.revision.map { .integer(Int($0)) } ?? .null,
                    "kill_switch": .bool(tiers.configuration.killSwitch),
                    "experiments": tiers.configuration.canonical["experiments"] ?? .array([]),
                ])
            },
            Route(
                .get, "/v1/experiments/{key}/report",
                Operation(
                    id: "getReport", summary: "What an experiment has brought so far, in the order to read it in.",
                    tag: "operation", parameters: ["ExperimentKey"], status: 200, answer: .json("Report"),
                    problems: [404, 503])
            ) { call in
                try call.refuseQuery()
                return .json(try await service.reading(of: String(decoding: call.parameters[0], as: UTF8.self)).json)
            },
            Route(
                .get, "/v1/experiments/{key}/assignments/{id}",
                Operation(
                    id: "getAssignment", summary: "What an experiment's layer makes of a user, and why.",
                    tag: "operation", parameters: ["ExperimentKey", "UserID"], status: 200,
                    answer: .json("Assignment"), problems: [404])
            ) { call in
                try call.refuseQuery()
                let key = String(decoding: call.parameters[0], as: UTF8.self)
                return .json(try service.tiers.assignment(of: call.parameters[1], in: key).json)
            },
        ]
    }
}

extension Call {
    /// The revision that `If-Match` names: 0 for none yet.
    fileprivate func matchedRevision() throws(RouteFault) -> TierRevisionNumber {
        guard let text = request.headers[.ifMatch] else { throw .preconditionRequired }
        let digits =
            text.hasPrefix("\"") && text.hasSuffix("\"") && text.count > 2 ? text.dropFirst().dropLast() : text[...]
        guard let revision = TierRevisionNumber(digits), revision >= 0 else { throw .preconditionRequired }
        return revision
    }
}
