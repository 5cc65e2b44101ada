import Domain
import Hummingbird
import JSON
import Observability
import Serving

extension API {
    var eventRoutes: [Route] {
        [
            Route(
                .post, "/v1/events",
                Operation(
                    id: "recordEvents", summary: "Stores what users did; answers when it is durable.", tag: "events",
                    body: "Events", status: 202, answer: .json("EventsAccepted"), problems: [413, 415, 503])
            ) { call in
                try call.refuseQuery()
                let events = try await call.body(Interaction.batchField(now: now()))
                let new = try await service.record(events)
                metrics.recordEvents(new: new, known: events.count - new)
                return .json(["accepted": .integer(events.count), "new": .integer(new)], status: .accepted)
            }
        ]
    }

    var itemRoutes: [Route] {
        [
            Route(
                .put, "/v1/items/{id}",
                Operation(
                    id: "putItem", summary: "Creates or replaces an item.", tag: "catalogue", body: "ItemBody",
                    parameters: ["ItemID"], status: 204, answer: .nothing, problems: [413, 415, 503])
            ) { call in
                try call.refuseQuery()
                try await service.upsert([try await call.body(CatalogueItem.field(id: try call.id()))])
                return .noContent
            },
            Route(
                .delete, "/v1/items/{id}",
                Operation(
                    id: "deleteItem", summary: "Takes an item out of the catalogue.", tag: "catalogue",
                    parameters: ["ItemID"], status: 204, answer: .nothing, problems: [404, 503])
            ) { call in
                try call.refuseQuery()
                guard try await service.delete(item: try call.id()) else { throw RouteFault.noSuchThing("item") }
                return .noContent
            },
            Route(
                .post, "/v1/items",
                Operation(
                    id: "putItems", summary: "Creates or replaces items.", tag: "catalogue", body: "Items",
                    status: 200, answer: .json("Stored"), problems: [413, 415, 503])
            ) { call in
                try call.refuseQuery()
                let items = try await call.body(CatalogueItem.batchField)
                try await service.upsert(items)
                return .json(["stored": .integer(items.count)])
            },
        ]
    }

    var userRoutes: [Route] {
        [
            Route(
                .put, "/v1/users/{id}",
                Operation(
                    id: "putUser", summary: "Creates or replaces a user.", tag: "catalogue", body: "UserBody",
                    parameters: ["UserID"], status: 204, answer: .nothing, problems: [413, 415, 503])
            ) { call in
                try call.refuseQuery()
                try await service.upsert([try await call.body(CatalogueUser.field(id: try call.id()))])
                return .noContent
            },
            Route(
                .delete, "/v1/users/{id}",
                Operation(
                    id: "deleteUser", summary: "Forgets a user: attributes, events and embeddings.",
                    tag: "catalogue", parameters: ["UserID"], status: 204, answer: .nothing, problems: [404, 503])
            ) { call in
                try call.refuseQuery()
                guard try await service.delete(user: try call.id()) else { throw RouteFault.noSuchThing("user") }
                return .noContent
            },
            Route(
                .post, "/v1/users",
                Operation(
                    id: "putUsers", summary: "Creates or replaces users.", tag: "catalogue", body: "Users",
                    status: 200, answer: .json("Stored"), problems: [413, 415, 503])
            ) { call in
                try call.refuseQuery()
                let users = try await call.body(CatalogueUser.batchField)
                try await service.upsert(users)
                return .json(["stored": .integer(users.count)])
            },
        ]
    }
}
