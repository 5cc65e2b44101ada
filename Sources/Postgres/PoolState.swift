/// What a pool decides: who gets which connection, who opens one and when, and which are done for.
///
/// Pure: events in, actions out, times handed in. ``ConnectionPool`` does what it says.
package struct PoolState {
    /// A place for one connection.
    package typealias Slot = Int
    /// Somebody who asked for a connection.
    package typealias Borrower = Int

    package enum Action: Equatable {
        /// Hand the slot's open connection over; look whether it is alive first if `check`.
        case lend(Slot, to: Borrower, check: Bool)
        /// Let the borrower open a connection for the slot, after a pause.
        case open(Slot, by: Borrower, after: Duration)
        /// The borrower waits in line; it came while all slots were taken.
        case wait(Borrower)
        /// Close the slot's connection.
        case close(Slot, Retirement)
        /// Tell the borrower that the pool is closed.
        case refuse(Borrower)
        /// Tell whoever closes the pool that all connections are back.
        case drained
    }

    /// Why a connection was closed.
    package enum Retirement: Hashable, Sendable {
        case broken
        case tooOld
        case poolClosed
    }

    private struct IdleSlot {
        let slot: Slot
        let since: Duration
    }

    private let limits: PoolLimits
    private var free: [Slot]
    /// Open and unused; the one used last is at the end and is lent first, so that the rest may grow old.
    private var idle: [IdleSlot] = []
    private var openedAt: [Slot: Duration] = [:]
    /// First come, first served.
    private var line: [Borrower] = []
    private var failures = 0
    private var openableAt = Duration.zero
    package private(set) var isClosed = false

    package init(limits: PoolLimits) {
        self.limits = limits
        free = Array((0..<limits.size).reversed())
    }

    package var idleCount: Int { idle.count }
    package var waitingCount: Int { line.count }
    package var inUseCount: Int { limits.size - free.count - idle.count }

    /// Somebody asks for a connection at `now`.
    package mutating func borrow(_ borrower: Borrower, at now: Duration) -> [Action] {
        guard !isClosed else { return [.refuse(borrower)] }
        var actions: [Action] = []
        while let found = idle.popLast() {
            guard isTooOld(found.slot, at: now) else {
                return actions + [
                    .lend(found.slot, to: borrower, check: now - found.since >= limits.checkAfterIdle)
                ]
            }
            actions.append(.close(found.slot, .tooOld))
            vacate(found.slot)
        }
        guard let slot = free.popLast() else {
            line.append(borrower)
            return actions + [.wait(borrower)]
        }
        return actions + [.open(slot, by: borrower, after: pause(at: now))]
    }

    /// The borrower opened its slot.
    package mutating func opened(_ slot: Slot, at now: Duration) {
        failures = 0
        openableAt = now
        openedAt[slot] = now
    }

    /// The borrower could not open its slot, and may try again.
    ///
    /// - Parameters:
    ///   - slot: The borrower's.
    ///   - now: Since the pool's start.
    ///   - jitter: Random, from 0 up to 1.
    /// - Returns: How long to pause before the next try. The pause is for all borrowers, so that a server which comes
    ///   back is not stormed.
    package mutating func openFailed(_ slot: Slot, at now: Duration, jitter: Double) -> Duration {
        let ceiling = min(limits.longestPause, limits.firstPause * (1 << min(failures, 16)))
        failures += 1
        openableAt = max(openableAt, now + ceiling * jitter)
        return pause(at: now)
    }

    /// The borrower gives its slot back, with a connection that is `usable` or not, or that never was.
    package mutating func giveBack(_ slot: Slot, usable: Bool, at now: Duration) -> [Action] {
        guard let reason = reasonToClose(slot, usable: usable, at: now) else {
            guard !line.isEmpty else {
                idle.append(IdleSlot(slot: slot, since: now))
                return []
            }
            return [.lend(slot, to: line.removeFirst(), check: false)]
        }
        var actions: [Action] = openedAt[slot] == nil ? [] : [.close(slot, reason)]
        vacate(slot)
        if !line.isEmpty, let slot = free.popLast() {
            actions.append(.open(slot, by: line.removeFirst(), after: pause(at: now)))
        }
        return actions + drainedIfClosed
    }

    /// A borrower no longer waits.
    ///
    /// - Returns: Whether it was still in line; if not, something was handed to it.
    package mutating func leave(_ borrower: Borrower) -> Bool {
        guard let place = line.firstIndex(of: borrower) else { return false }
        line.remove(at: place)
        return true
    }

    /// A connection lent for a check turned out dead: the borrower opens the slot anew.
    package mutating func foundDead(_ slot: Slot, by borrower: Borrower, at now: Duration) -> [Action] {
        openedAt[slot] = nil
        return [.close(slot, .broken), .open(slot, by: borrower, after: pause(at: now))]
    }

    /// Nobody gets a connection any more.
    package mutating func close() -> [Action] {
        isClosed = true
        var actions = line.map { Action.refuse($0) }
        line.removeAll()
        for idle in idle {
            actions.append(.close(idle.slot, .poolClosed))
            vacate(idle.slot)
        }
        idle.removeAll()
        return actions + drainedIfClosed
    }

    private var drainedIfClosed: [Action] { isClosed && inUseCount == 0 ? [.drained] : [] }

    private func reasonToClose(_ slot: Slot, usable: Bool, at now: Duration) -> Retirement? {
        guard !isClosed else { return .poolClosed }
        guard usable, openedAt[slot] != nil else { return .broken }
        return isTooOld(slot, at: now) ? .tooOld : nil
    }

    private mutating func vacate(_ slot: Slot) {
        openedAt[slot] = nil
        free.append(slot)
    }

    private func isTooOld(_ slot: Slot, at now: Duration) -> Bool {
        openedAt[slot].map { now - $0 >= limits.maximumAge } ?? false
    }

    private func pause(at now: Duration) -> Duration {
        max(.zero, openableAt - now)
    }
}
