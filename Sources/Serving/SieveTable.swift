/// Vectors under keys, in a bounded number of places; SIEVE chooses which one goes when a new one comes.
///
/// Zhang et al., "SIEVE is Simpler than LRU" (NSDI 2024), algorithm 1. The places are in order of arrival, and a hand goes
/// from the oldest to the newest: it passes by what has been asked for since it came by last, and takes what has not. Items
/// that are recommended once are gone soon, those that every shortlist has stay, and a hit only sets a mark: nothing is
/// moved, as LRU would do 200 times a request.
package struct SieveTable {
    /// Length of each vector.
    package let dimensions: Int
    /// Places at most.
    package let capacity: Int
    private var places: [Int64: Int32] = [:]
    /// Row-major: a vector for each place.
    private var elements: [UInt16] = []
    private var keys: [Int64] = []
    private var wasAskedFor: [Bool] = []
    /// The place that was filled after this one; -1 for the newest.
    private var newer: [Int32] = []
    /// The place that was filled before this one; -1 for the oldest.
    private var older: [Int32] = []
    private var newest: Int32 = -1
    private var oldest: Int32 = -1
    private var hand: Int32 = -1
    private var free: [Int32] = []

    /// Bytes that a vector takes, its key, marks and place in the order included.
    package static func bytesPerVector(dimensions: Int) -> Int { 2 * dimensions + 48 }

    /// Creates an empty table of at most `byteCount` bytes, but one place at least; memory is taken as it fills.
    package init(dimensions: Int, byteCount: Int) {
        self.dimensions = dimensions
        capacity = min(max(1, byteCount / Self.bytesPerVector(dimensions: dimensions)), Int(Int32.max))
    }

    package var count: Int { places.count }

    /// Whether a key is there; does not count as asking.
    package func contains(_ key: Int64) -> Bool { places[key] != nil }

    /// Appends the vector of a key to `vectors` and marks it.
    ///
    /// - Returns: Whether it was there.
    package mutating func copy(_ key: Int64, to vectors: inout [UInt16]) -> Bool {
        guard let place = places[key] else { return false }
        wasAskedFor[Int(place)] = true
        vectors += elements[Int(place) * dimensions..<(Int(place) + 1) * dimensions]
        return true
    }

    /// Keeps a vector; one that is kept under the key already is replaced.
    package mutating func insert(_ vector: ArraySlice<UInt16>, for key: Int64) {
        precondition(vector.count == dimensions, "A vector of \(vector.count) among vectors of \(dimensions).")
        if let place = places[key] {
            elements.replaceSubrange(Int(place) * dimensions..<(Int(place) + 1) * dimensions, with: vector)
            return
        }
        if count == capacity { evict() }
        let place = takePlace(vector, key)
        places[key] = place
        newer[Int(place)] = -1
        older[Int(place)] = newest
        if newest >= 0 { newer[Int(newest)] = place } else { oldest = place }
        newest = place
    }

    /// Forgets a key.
    package mutating func remove(_ key: Int64) {
        guard let place = places.removeValue(forKey: key) else { return }
        let (before, after) = (older[Int(place)], newer[Int(place)])
        if before >= 0 { newer[Int(before)] = after } else { oldest = after }
        if after >= 0 { older[Int(after)] = before } else { newest = before }
        if hand == place { hand = after }
        free.append(place)
    }

    /// Takes out the first vector from the hand on that has not been asked for.
    private mutating func evict() {
        var place = hand >= 0 ? hand : oldest
        while wasAskedFor[Int(place)] {
            wasAskedFor[Int(place)] = false
            place = newer[Int(place)] >= 0 ? newer[Int(place)] : oldest
        }
        hand = place
        remove(keys[Int(place)])
    }

    private mutating func takePlace(_ vector: ArraySlice<UInt16>, _ key: Int64) -> Int32 {
        guard let place = free.popLast() else {
            elements += vector
            keys.append(key)
            wasAskedFor.append(false)
            newer.append(-1)
            older.append(-1)
            return Int32(keys.count - 1)
        }
        elements.replaceSubrange(Int(place) * dimensions..<(Int(place) + 1) * dimensions, with: vector)
        keys[Int(place)] = key
        wasAskedFor[Int(place)] = false
        return place
    }
}
