import Domain
import HTTPAPI
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import JSON
import Logging
import ServiceLifecycle
import Synchronization
import Testing

@Suite("The HTTP application")
struct HTTPApplicationTests {
    @Test("starts, answers over a socket, and stops")
    func live() async throws {
        try await ServedCatalogue().application.test(.live) { client in
            let response = try await client.send(.post, "/v1/recommendations", #"{"user_id": "u1", "n": 3}"#)
            #expect(response.status == .ok)
            #expect(try response.json["items"]?.elements?.count == 3)
            let missing = try await client.get("/nowhere")
            #expect(missing.status == .notFound)
        }
    }

    @Test("refuses more than 100 headers, and more than 16 KiB of them", arguments: [(101, 1), (4, 8_000)])
    func headerLimits(count: Int, length: Int) async throws {
        try await ServedCatalogue(isReady: false).application.test(.live) { client in
            var headers = HTTPFields()
            for index in 0..<count {
                let name = try #require(HTTPField.Name("X-\(index)"))
                headers[name] = String(repeating: "x", count: length)
            }
            let response = try await client.get("/health/live", headers: headers)
            #expect(response.status == .badRequest)
        }
    }

    @Test("lets a request under way finish when it is told to stop, and then frees its port")
    func gracefulStop() async throws {
        let gate = GatedEvents()
        let (ports, portSource) = AsyncStream.makeStream(of: Int.self)
        let application = try await ServedCatalogue(isReady: false).application(
            events: gate, configuration: HTTPConfiguration(port: 0)
        ) { portSource.yield($0) }
        let group = ServiceGroup(
            services: [application], logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        try await withThrowingTaskGroup { tasks in
            tasks.addTask { try await group.run() }
            let port = try #require(await ports.first { _ in true })
            try await TestClient.withClient(host: "127.0.0.1", port: port) { client in
                let body = #"{"events": [{"event_id": "e", "user_id": "u", "item_id": "i", "type": "view"}]}"#
                async let response = client.post(
                    "/v1/events", headers: [.contentType: "application/json"], body: ByteBuffer(string: body))
                await gate.waitForRequest()
                await group.triggerGracefulShutdown()
                gate.open()
                let answered = try await response
                #expect(answered.status == .accepted)
            }
            try await tasks.waitForAll()
        }
    }

    @Test("says that a port is taken, and what to do")
    func portTaken() async throws {
        let (ports, portSource) = AsyncStream.makeStream(of: Int.self)
        let served = try await ServedCatalogue(isReady: false)
        let first = served.application(events: served.store, configuration: HTTPConfiguration(port: 0)) {
            portSource.yield($0)
        }
        let group = ServiceGroup(services: [first], logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        try await withThrowingTaskGroup { tasks in
            tasks.addTask { try await group.run() }
            let port = try #require(await ports.first { _ in true })
            let second = served.application(events: served.store, configuration: HTTPConfiguration(port: port))
            let error = await #expect(throws: HTTPServerError.self) { try await second.run() }
            #expect(error == .portTaken(port))
            #expect(
                error?.description
                    == "Port \(port) is taken. Stop what listens there, or choose another with --port.")
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }
}

/// A store of events that answers only when it is let.
private final class GatedEvents: EventStore {
    private let arrived = AsyncStream.makeStream(of: Void.self)
    private let opened = AsyncStream.makeStream(of: Void.self)

    func append(_ interactions: [Interaction]) async throws -> Int {
        arrived.continuation.finish()
        for await _ in opened.stream {}
        return interactions.count
    }

    func waitForRequest() async {
        for await _ in arrived.stream {}
    }

    func open() { opened.continuation.finish() }
}
