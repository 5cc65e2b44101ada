import Postgres
import TestSupport
import Testing

@Suite("Notifications")
struct NotificationTests {
    @Test("arrive in the order in which they were sent, on the channels listened to")
    func arrive() async throws {
        try await PostgresTesting.withTemporaryDatabase { pool in
            let listener = try await Connection.open(pool.settings)
            let notifications = try await listener.notifications(on: "items", "Odd name")
            try await pool.withConnection { connection in
                for (channel, payload) in [("items", "1"), ("elsewhere", "2"), ("Odd name", "3"), ("items", "4")] {
                    try await connection.query("SELECT pg_notify($1, $2)", channel, payload)
                }
            }
            var payloads: [String] = []
            for try await notification in notifications {
                payloads.append("\(notification.channel) \(notification.payload)")
                if payloads.count == 3 { break }
            }
            #expect(payloads == ["items 1", "Odd name 3", "items 4"])
            await listener.close()
        }
    }

    @Test("wake one who waits for them already")
    func wake() async throws {
        try await PostgresTesting.withTemporaryDatabase { pool in
            let listener = try await Connection.open(pool.settings)
            let notifications = try await listener.notifications(on: "items")
            let payload = try await withThrowingTaskGroup(of: String?.self) { group in
                group.addTask { try await notifications.first { _ in true }?.payload }
                _ = try await pool.withConnection { try await $0.query("SELECT pg_notify('items', 'now')") }
                return try await group.next() ?? nil
            }
            #expect(payload == "now")
            await listener.close()
        }
    }

    @Test("end with an error when the task is cancelled")
    func cancelled() async throws {
        try await PostgresTesting.withTemporaryDatabase { pool in
            let listener = try await Connection.open(pool.settings)
            let notifications = try await listener.notifications(on: "items")
            let error = await withTaskGroup(of: PostgresError?.self) { group in
                group.addTask {
                    do throws(PostgresError) {
                        var iterator = notifications.makeAsyncIterator()
                        _ = try await iterator.next()
                        return nil
                    } catch {
                        return error
                    }
                }
                group.cancelAll()
                return await group.next() ?? nil
            }
            #expect(error?.kind == .cancelled)
        }
    }
}
