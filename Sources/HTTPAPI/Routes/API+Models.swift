import Domain
import Hummingbird
import JSON
import Serving

extension API {
    /// Generations, and which of them serves.
    var modelRoutes: [Route] {
        [
            Route(
                .get, "/v1/models",
                Operation(
                    id: "listModels", summary: "All generations, newest first, and those that this node holds.",
                    tag: "operation", status: 200, answer: .json("Models"), problems: [503])
            ) { call in
                try call.refuseQuery()
                let held = service.heldGenerations.map { JSONValue.string($0.number.description) }
                return .json([
                    "models": .array(try await service.generations().map(\.json)),
                    "node": .object(["active": held.first ?? .null, "held": .array(held)]),
                ])
            },
            Route(
                .post, "/v1/models/{id}/activate",
                Operation(
                    id: "activateModel",
                    summary: "Makes a generation the one that serves; nodes change over by themselves.",
                    tag: "operation", body: "Nothing", parameters: ["Generation"], status: 200,
                    answer: .json("Active"), problems: [404, 409, 413, 415, 503])
            ) { call in
                let generation = try await call.switched()
                try await service.activate(generation)
                return .json(["active": .string(generation.description)])
            },
            Route(
                .post, "/v1/models/{id}/rollback",
                Operation(
                    id: "rollBackModel",
                    summary: "Makes the generation serve that served before this one, which must be the active one.",
                    tag: "operation", body: "Nothing", parameters: ["Generation"], status: 200,
                    answer: .json("Active"), problems: [404, 409, 413, 415, 503])
            ) { call in
                let before = try await service.rollBack(from: try await call.switched())
                return .json(["active": .string(before.description)])
            },
        ]
    }
}

extension Call {
    /// The generation that the path names, of a request whose body is `{}`.
    ///
    /// A body is asked for because browsers do not send JSON across sites without asking.
    fileprivate func switched() async throws -> GenerationNumber {
        try refuseQuery()
        try await body(Field<Void>.nothing)
        guard let number = GenerationNumber(name: String(decoding: parameters[0], as: UTF8.self)) else {
            throw RouteFault.noSuchThing("generation")
        }
        return number
    }
}
