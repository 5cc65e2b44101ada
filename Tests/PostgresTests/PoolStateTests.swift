import Postgres
import TestSupport
import Testing

@Suite("What a pool decides")
struct PoolStateTests {
    private func state(size: Int) -> PoolState { PoolState(limits: PoolLimits(size: size)) }

    @Test("lets the first borrowers open connections, and the rest wait in line")
    func fills() {
        var pool = state(size: 2)
        #expect(pool.borrow(1, at: .zero) == [.open(0, by: 1, after: .zero)])
        #expect(pool.borrow(2, at: .zero) == [.open(1, by: 2, after: .zero)])
        #expect(pool.borrow(3, at: .zero) == [.wait(3)])
        #expect(pool.borrow(4, at: .zero) == [.wait(4)])
        #expect((pool.inUseCount, pool.idleCount, pool.waitingCount) == (2, 0, 2))
    }

    @Test("serves the line in the order of arrival")
    func firstComeFirstServed() {
        var pool = state(size: 1)
        _ = pool.borrow(1, at: .zero)
        pool.opened(0, at: .zero)
        for borrower in 2...4 { _ = pool.borrow(borrower, at: .zero) }
        for borrower in 2...4 {
            #expect(pool.giveBack(0, usable: true, at: .zero) == [.lend(0, to: borrower, check: false)])
        }
        #expect(pool.giveBack(0, usable: true, at: .zero) == [])
        #expect(pool.idleCount == 1)
    }

    @Test(
        "asks a connection whether it is alive only after it lay unused",
        arguments: [(4, false), (5, true), (60, true)])
    func checksAfterIdleness(seconds: Int, check: Bool) {
        var pool = state(size: 1)
        _ = pool.borrow(1, at: .zero)
        pool.opened(0, at: .zero)
        _ = pool.giveBack(0, usable: true, at: .seconds(10))
        #expect(pool.borrow(2, at: .seconds(10 + seconds)) == [.lend(0, to: 2, check: check)])
    }

    @Test("lets the next in line open a new connection in place of a broken one")
    func replacesBroken() {
        var pool = state(size: 1)
        _ = pool.borrow(1, at: .zero)
        pool.opened(0, at: .zero)
        _ = pool.borrow(2, at: .zero)
        #expect(pool.giveBack(0, usable: false, at: .zero) == [.close(0, .broken), .open(0, by: 2, after: .zero)])
    }

    @Test("retires a connection by its age, whether it comes back or lies unused")
    func maximumAge() {
        let age = PoolLimits(size: 1).maximumAge
        var pool = state(size: 1)
        _ = pool.borrow(1, at: .zero)
        pool.opened(0, at: .zero)
        _ = pool.giveBack(0, usable: true, at: .zero)
        #expect(pool.borrow(2, at: age) == [.close(0, .tooOld), .open(0, by: 2, after: .zero)])
        pool.opened(0, at: age)
        #expect(pool.giveBack(0, usable: true, at: age + age) == [.close(0, .tooOld)])
        #expect(pool.inUseCount == 0)
    }

    @Test("pauses longer after each failure, up to its limit, for all borrowers alike")
    func backoff() {
        let limits = PoolLimits(size: 2)
        var pool = PoolState(limits: limits)
        _ = pool.borrow(1, at: .zero)
        var now = Duration.zero
        var expected = limits.firstPause
        for _ in 0..<12 {
            let pause = pool.openFailed(0, at: now, jitter: 1)
            #expect(pause == min(expected, limits.longestPause))
            now += pause
            expected *= 2
        }
        _ = pool.openFailed(0, at: now, jitter: 0.5)
        #expect(pool.borrow(2, at: now) == [.open(1, by: 2, after: limits.longestPause * 0.5)])
        pool.opened(1, at: now)
        #expect(pool.openFailed(0, at: now, jitter: 1) == limits.firstPause)
    }

    @Test("opens anew in place of a connection that was found dead, for the same borrower")
    func foundDead() {
        var pool = state(size: 1)
        _ = pool.borrow(1, at: .zero)
        pool.opened(0, at: .zero)
        _ = pool.giveBack(0, usable: true, at: .zero)
        _ = pool.borrow(2, at: .seconds(9))
        #expect(pool.foundDead(0, by: 2, at: .seconds(9)) == [.close(0, .broken), .open(0, by: 2, after: .zero)])
    }

    @Test("refuses those in line when it is closed, and is drained when the last connection is back")
    func closes() {
        var pool = state(size: 2)
        _ = pool.borrow(1, at: .zero)
        pool.opened(0, at: .zero)
        _ = pool.borrow(2, at: .zero)
        pool.opened(1, at: .zero)
        _ = pool.borrow(3, at: .zero)
        #expect(pool.close() == [.refuse(3)])
        #expect(pool.borrow(4, at: .zero) == [.refuse(4)])
        #expect(pool.giveBack(0, usable: true, at: .zero) == [.close(0, .poolClosed)])
        #expect(pool.giveBack(1, usable: true, at: .zero) == [.close(1, .poolClosed), .drained])
    }

    @Test("never lends a slot twice, nor leaves one unused while somebody waits", arguments: 0..<50)
    func invariants(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var pool = state(size: 3)
        var holders: [PoolState.Slot: PoolState.Borrower] = [:]
        var line: [PoolState.Borrower] = []
        var borrowers = 0
        var now = Duration.zero

        func follow(_ actions: [PoolState.Action]) {
            for action in actions {
                switch action {
                case .lend(let slot, let borrower, _), .open(let slot, let borrower, _):
                    #expect(holders[slot] == nil)
                    if let first = line.first, first != borrower { #expect(!line.contains(borrower)) }
                    line.removeAll { $0 == borrower }
                    holders[slot] = borrower
                    if case .open = action { pool.opened(slot, at: now) }
                case .wait(let borrower): line.append(borrower)
                case .close, .refuse, .drained: break
                }
            }
        }
        for _ in 0..<400 {
            now += .seconds(Int64.random(in: 0..<200, using: &random))
            switch Int.random(in: 0..<5, using: &random) {
            case 0, 1:
                borrowers += 1
                follow(pool.borrow(borrowers, at: now))
            case 2, 3:
                guard let slot = holders.keys.sorted().randomElement(using: &random) else { continue }
                holders[slot] = nil
                follow(pool.giveBack(slot, usable: Bool.random(using: &random), at: now))
            default:
                guard let borrower = line.randomElement(using: &random) else { continue }
                let wasInLine = pool.leave(borrower)
                #expect(wasInLine)
                line.removeAll { $0 == borrower }
            }
            #expect(pool.inUseCount == holders.count)
            #expect(pool.waitingCount == line.count)
            #expect(line.isEmpty || holders.count == 3)
        }
    }
}
