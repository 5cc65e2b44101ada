import Domain
import Storage
import Testing

@Suite("A turn to measure")
struct MeasuringTurnTests {
    @Test("is one node's at a time, and the next one's when its work returns or throws")
    func turns() async throws {
        struct Fault: Error {}
        try await StoreTesting.withStore { store, pool in
            let other = PostgresStore(pool: pool)
            let outer = try await store.takingTurn {
                let inner = try await other.takingTurn { 2 }
                #expect(inner == nil)
                return 1
            }
            #expect(outer == 1)
            await #expect(throws: Fault.self) { try await store.takingTurn { () async throws -> Int in throw Fault() } }
            var next = try await other.takingTurn { 2 }
            // The server lets go of a lock a moment after its connection has closed.
            while next == nil { next = try await other.takingTurn { 2 } }
            #expect(next == 2)
        }
    }
}
