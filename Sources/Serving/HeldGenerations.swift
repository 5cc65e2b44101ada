package import Domain

/// The snapshots that a node holds, one of each generation, and which of them answers those who name none.
///
/// A value that is swapped whole. A request takes one snapshot out of it when it begins, and everything that it reads, towers,
/// index, vectors, items and plans, is in that one: there is no way to ask for a part of another.
package struct HeldGenerations: Sendable {
    private var snapshots: [GenerationNumber: ServingSnapshot] = [:]
    private var activeNumber: GenerationNumber?

    /// What requests are answered from that name no generation.
    package var active: ServingSnapshot? { activeNumber.flatMap { snapshots[$0] } }

    package subscript(number: GenerationNumber) -> ServingSnapshot? { snapshots[number] }

    /// All of them: the active one first, then the newest.
    package var all: [ServingSnapshot] {
        snapshots.values.sorted { left, right in
            let isLeftActive = left.generation.number == activeNumber
            guard isLeftActive == (right.generation.number == activeNumber) else { return isLeftActive }
            return left.generation.number > right.generation.number
        }
    }

    /// Holds a snapshot that was loaded, in the place of one of its generation.
    mutating func hold(_ snapshot: ServingSnapshot) {
        snapshots[snapshot.generation.number] = snapshot
    }

    /// Answers from another generation from now on, if it is held.
    ///
    /// - Returns: Whether it is another than before.
    mutating func activate(_ number: GenerationNumber) -> Bool {
        guard number != activeNumber, snapshots[number] != nil else { return false }
        activeNumber = number
        return true
    }

    /// Lets go of all that are not wanted, but for the one that answers.
    ///
    /// - Returns: Those that were let go.
    mutating func release(allBut wanted: [GenerationNumber]) -> [GenerationNumber] {
        let released = snapshots.keys.filter { $0 != activeNumber && !wanted.contains($0) }
        for number in released { snapshots[number] = nil }
        return released
    }

    /// Changes the snapshot of a generation, if it is held and there is anything to change.
    ///
    /// - Returns: What `body` returns: whether there was.
    mutating func change(_ number: GenerationNumber, _ body: (inout ServingSnapshot) -> Bool) -> Bool {
        guard var next = snapshots[number], body(&next) else { return false }
        snapshots[number] = next
        return true
    }
}
