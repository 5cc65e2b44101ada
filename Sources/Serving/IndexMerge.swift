/// Follows a merge of the index that runs beside the feed: which changes it has not seen, and whether it still counts.
///
/// Pure. A merge reads one index and takes seconds; the changes that are applied meanwhile are noted, and applied to its
/// result when it comes. Rows keep their numbers through a merge, so they can be applied as they are.
package struct IndexMerge<Index, Change> {
    private enum State {
        case idle
        case underWay(number: Int, missed: [Change])
        case ready(Index, missed: [Change])
    }

    private var state = State.idle
    private var lastNumber = 0

    package init() {}

    /// Whether a merge may begin.
    package var isIdle: Bool {
        if case .idle = state { true } else { false }
    }

    /// A merge begins.
    ///
    /// - Returns: Its number, for ``finish(_:with:)``; `nil` while another is under way or its result has not been taken.
    package mutating func begin() -> Int? {
        guard isIdle else { return nil }
        lastNumber += 1
        state = .underWay(number: lastNumber, missed: [])
        return lastNumber
    }

    /// Changes have been applied to the index that requests read.
    package mutating func note(_ changes: [Change]) {
        switch state {
        case .idle: break
        case .underWay(let number, let missed): state = .underWay(number: number, missed: missed + changes)
        case .ready(let index, let missed): state = .ready(index, missed: missed + changes)
        }
    }

    /// A merge has ended; without an index when it failed.
    ///
    /// One that was abandoned is passed over.
    package mutating func finish(_ number: Int, with index: Index?) {
        guard case .underWay(number, let missed) = state else { return }
        state = index.map { .ready($0, missed: missed) } ?? .idle
    }

    /// Takes a merged index that is ready, with the changes to apply to it.
    package mutating func take() -> (index: Index, missed: [Change])? {
        guard case .ready(let index, let missed) = state else { return nil }
        state = .idle
        return (index, missed)
    }

    /// Another generation serves: what is under way is of no use.
    package mutating func abandon() {
        state = .idle
    }
}
