/// What a pool keeps behind its lock: what ``PoolState`` decides by numbers, here with the things themselves.
struct PoolBook {
    var state: PoolState
    var counters = PoolCounters()
    private var connections: [PoolState.Slot: Connection] = [:]
    private var waiting: [PoolState.Borrower: CheckedContinuation<PoolTurn, Never>] = [:]
    /// Turns that their borrowers have not come for yet.
    private var turns: [PoolState.Borrower: PoolTurn] = [:]
    private var closing: [CheckedContinuation<Void, Never>] = []
    private var borrowers = 0

    init(limits: PoolLimits) {
        state = PoolState(limits: limits)
    }

    var currentCounters: PoolCounters {
        var counters = counters
        counters.inUse = state.inUseCount
        counters.idle = state.idleCount
        counters.waiting = state.waitingCount
        return counters
    }

    mutating func newBorrower() -> PoolState.Borrower {
        borrowers += 1
        return borrowers
    }

    /// Carries out what can be done under the lock, and returns what has to be done outside.
    mutating func carryOut(_ actions: [PoolState.Action]) -> PoolDeeds {
        var deeds = PoolDeeds()
        for action in actions {
            switch action {
            case .lend(let slot, let borrower, let check):
                guard let connection = connections[slot] else {
                    preconditionFailure("Slot \(slot) was lent without a connection.")
                }
                hand(.use(slot, connection, check: check), to: borrower, &deeds)
            case .open(let slot, let borrower, let pause):
                hand(.open(slot, after: pause), to: borrower, &deeds)
            case .wait:
                counters.waited += 1
            case .close(let slot, let reason):
                count(reason)
                if let connection = connections.removeValue(forKey: slot) { deeds.closed.append(connection) }
            case .refuse(let borrower):
                hand(.poolClosed, to: borrower, &deeds)
            case .drained:
                deeds.drained += closing
                closing = []
            }
        }
        return deeds
    }

    mutating func opened(_ slot: PoolState.Slot, _ connection: Connection, at now: Duration) {
        counters.opened += 1
        connections[slot] = connection
        state.opened(slot, at: now)
    }

    mutating func openFailed(_ slot: PoolState.Slot, at now: Duration, jitter: Double) -> Duration {
        counters.openFailures += 1
        return state.openFailed(slot, at: now, jitter: jitter)
    }

    mutating func foundDead(_ slot: PoolState.Slot, by borrower: PoolState.Borrower, at now: Duration) -> PoolDeeds {
        counters.foundDead += 1
        return carryOut(state.foundDead(slot, by: borrower, at: now))
    }

    /// Takes the borrower's turn, if it has come.
    mutating func takeTurn(of borrower: PoolState.Borrower) -> PoolTurn? {
        turns.removeValue(forKey: borrower)
    }

    /// Lays the borrower down to wait, unless its turn has come meanwhile.
    mutating func wait(_ borrower: PoolState.Borrower, _ continuation: CheckedContinuation<PoolTurn, Never>)
        -> PoolDeeds
    {
        waiting[borrower] = continuation
        var deeds = PoolDeeds()
        if let turn = takeTurn(of: borrower) { hand(turn, to: borrower, &deeds) }
        return deeds
    }

    /// Takes the borrower out of the line, if it still stands there.
    mutating func leave(_ borrower: PoolState.Borrower) -> PoolDeeds {
        var deeds = PoolDeeds()
        if state.leave(borrower) {
            counters.unserved += 1
            hand(.gaveUp, to: borrower, &deeds)
        }
        return deeds
    }

    /// Resumes `continuation` once nothing is lent any more.
    mutating func waitUntilDrained(_ continuation: CheckedContinuation<Void, Never>) -> PoolDeeds {
        closing.append(continuation)
        return carryOut(state.close())
    }

    private mutating func hand(_ turn: PoolTurn, to borrower: PoolState.Borrower, _ deeds: inout PoolDeeds) {
        if let continuation = waiting.removeValue(forKey: borrower) {
            deeds.resumed.append((continuation, turn))
        } else {
            turns[borrower] = turn
        }
    }

    private mutating func count(_ reason: PoolState.Retirement) {
        switch reason {
        case .broken: counters.broken += 1
        case .tooOld: counters.retired += 1
        case .poolClosed: break
        }
    }
}

/// What a borrower does next.
enum PoolTurn: Sendable {
    case use(PoolState.Slot, Connection, check: Bool)
    case open(PoolState.Slot, after: Duration)
    case poolClosed
    case gaveUp
}

/// What a pool does once its lock is released.
struct PoolDeeds {
    var resumed: [(CheckedContinuation<PoolTurn, Never>, PoolTurn)] = []
    var closed: [Connection] = []
    var drained: [CheckedContinuation<Void, Never>] = []

    /// Wakes those whose turn has come.
    func resume() {
        for (continuation, turn) in resumed { continuation.resume(returning: turn) }
        for continuation in drained { continuation.resume() }
    }

    /// Wakes those whose turn has come, and closes what is done for.
    func finish() async {
        resume()
        for connection in closed { await connection.close() }
    }
}
