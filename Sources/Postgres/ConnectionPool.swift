import Synchronization

/// A bounded set of connections, each lent to one closure at a time.
///
/// ```swift
/// let count = try await pool.withConnection(deadline: .seconds(1)) { connection in
///     try await connection.query("SELECT count(*) FROM item").first?.decode(Int64.self)
/// }
/// ```
/// There is no task in the background: who borrows opens, checks and waits by itself, and is served in order of
/// arrival. No thread is blocked meanwhile.
public final class ConnectionPool: Sendable {
    public let settings: ConnectionSettings
    public let limits: PoolLimits

    private let shared: Mutex<PoolBook>
    private let jitter: @Sendable () -> Double
    private let start = ContinuousClock.now

    /// Creates a pool; nothing is opened before somebody borrows.
    ///
    /// - Parameters:
    ///   - settings: Where, and as whom.
    ///   - limits: How many connections, and how they are treated.
    ///   - jitter: Random numbers from 0 up to 1, for the pauses between attempts to connect.
    public init(
        _ settings: ConnectionSettings, limits: PoolLimits = PoolLimits(size: 8),
        jitter: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }
    ) {
        self.settings = limits.needsWrites ? settings.requiringWrites() : settings
        self.limits = limits
        self.jitter = jitter
        shared = Mutex(PoolBook(limits: limits))
    }

    /// Lends a connection to `body`.
    ///
    /// A connection that `body` leaves broken or inside a transaction is closed, not lent again.
    ///
    /// - Parameters:
    ///   - deadline: For getting the connection; the settings' ``ConnectionSettings/connectDeadline`` from now when
    ///     not given. Statements have their own.
    ///   - body: Gets the connection.
    /// - Returns: What `body` returns.
    /// - Throws: ``PostgresError`` of kind `poolExhausted` when none came free, of kind `connection` when none could
    ///   be opened, or `closed`; what `body` throws.
    @discardableResult
    public func withConnection<Value>(
        deadline: Deadline? = nil, _ body: (Connection) async throws -> Value
    ) async throws -> Value {
        let (slot, connection) = try await borrow(deadline ?? .after(settings.connectDeadline))
        do {
            let value = try await body(connection)
            await giveBack(slot, usable: connection.state == .idle)
            return value
        } catch {
            let isDead = (error as? PostgresError)?.endsConnection ?? false
            await giveBack(slot, usable: !isDead && connection.state == .idle)
            throw error
        }
    }

    /// What the pool has done and has now.
    public var counters: PoolCounters {
        shared.withLock { $0.currentCounters }
    }

    /// Refuses new borrowers, closes what is unused, and waits until all that is lent has come back.
    public func close() async {
        await shared.withLock { $0.carryOut($0.state.close()) }.finish()
        await withCheckedContinuation { continuation in
            shared.withLock { $0.waitUntilDrained(continuation) }.resume()
        }
    }

    private var now: Duration { start.duration(to: .now) }

    private func borrow(_ deadline: Deadline) async throws(PostgresError) -> (PoolState.Slot, Connection) {
        let (borrower, deeds) = shared.withLock { book in
            let borrower = book.newBorrower()
            return (borrower, book.carryOut(book.state.borrow(borrower, at: now)))
        }
        await deeds.finish()
        var turn = await turn(of: borrower, deadline)
        while true {
            switch turn {
            case .use(let slot, let connection, let check):
                if try await isAlive(connection, slot, check: check) {
                    shared.withLock { $0.counters.lent += 1 }
                    return (slot, connection)
                }
                let deeds = shared.withLock { $0.foundDead(slot, by: borrower, at: now) }
                await deeds.finish()
                turn = await self.turn(of: borrower, deadline)
            case .open(let slot, let pause):
                let connection = try await open(slot, after: pause, deadline)
                shared.withLock { $0.counters.lent += 1 }
                return (slot, connection)
            case .poolClosed:
                throw PostgresError(kind: .closed, message: "The connection pool is closed: the program is stopping.")
            case .gaveUp:
                throw Task.isCancelled ? .cancelledWhileWaiting : noneCameFree
            }
        }
    }

    /// Waits in line until the borrower has a turn, the deadline passes or the task is cancelled.
    private func turn(of borrower: PoolState.Borrower, _ deadline: Deadline) async -> PoolTurn {
        if let turn = shared.withLock({ $0.takeTurn(of: borrower) }) { return turn }
        return await withTaskGroup(of: Void.self) { group in
            group.addTask {
                // Ends early when the caller is cancelled, or has its turn; leaving the line then changes nothing.
                do { try await deadline.sleep() } catch {}
                self.shared.withLock { $0.leave(borrower) }.resume()
            }
            let turn = await withCheckedContinuation { continuation in
                shared.withLock { $0.wait(borrower, continuation) }.resume()
            }
            group.cancelAll()
            return turn
        }
    }

    /// Whether a connection that lay unused still works, and takes writes if it has to.
    private func isAlive(
        _ connection: Connection, _ slot: PoolState.Slot, check: Bool
    ) async throws(PostgresError) -> Bool {
        guard check else { return connection.state == .idle }
        do throws(PostgresError) {
            let answer = try await connection.query(
                "SHOW transaction_read_only", deadline: .after(limits.checkDeadline))
            let readOnly = try answer.first?.decode(String.self, at: 0)
            return !limits.needsWrites || readOnly == "off"
        } catch  where error.kind == .cancelled {
            await giveBack(slot, usable: connection.state == .idle)
            throw error
        } catch {
            return false
        }
    }

    /// Opens a connection for the slot, trying again with pauses for as long as that may help.
    private func open(
        _ slot: PoolState.Slot, after firstPause: Duration, _ deadline: Deadline
    ) async throws(PostgresError) -> Connection {
        var pause = firstPause
        var refusal: PostgresError?
        do throws(PostgresError) {
            while true {
                guard Deadline.after(pause) < deadline else { throw refusal ?? noneCameFree }
                try await cancellableSleep(pause)
                do throws(PostgresError) {
                    let limit = min(deadline, .after(settings.connectDeadline))
                    let connection = try await Connection.open(settings, deadline: limit)
                    shared.withLock { $0.opened(slot, connection, at: now) }
                    return connection
                } catch  where ConnectionRefusal.isTransient(error) {
                    refusal = error
                    pause = shared.withLock { $0.openFailed(slot, at: now, jitter: jitter()) }
                }
            }
        } catch {
            await giveBack(slot, usable: false)
            throw error
        }
    }

    private var noneCameFree: PostgresError {
        PostgresError(
            kind: .poolExhausted,
            message: "All \(limits.size) connections of the pool were in use until the deadline. "
                + "Make the pool larger, allow more time, or find what holds them (pg_stat_activity).")
    }

    private func giveBack(_ slot: PoolState.Slot, usable: Bool) async {
        let deeds = shared.withLock { $0.carryOut($0.state.giveBack(slot, usable: usable, at: now)) }
        await deeds.finish()
    }
}
