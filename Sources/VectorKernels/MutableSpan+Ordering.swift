extension MutableSpan<UInt64> {
    /// Brings the `count` greatest of the first `length` elements to the front, the least of them last, the others in no order.
    ///
    /// Hoare's quickselect with the median of three and Lomuto's partition, which swaps at each step whatever it finds: a
    /// branch on random elements would be guessed wrong every other time. O(elements) on average if they differ.
    mutating func selectGreatest(_ count: Int, ofFirst length: Int) {
        var low = 0
        var high = length - 1
        while low < high {
            let pivot = partition(low, high)
            if pivot == count - 1 { return }
            if pivot < count {
                low = pivot + 1
            } else {
                high = pivot - 1
            }
        }
    }

    /// Sorts the elements, the greatest first.
    ///
    /// Quicksort by the same partition, down to short stretches that are sorted by insertion. O(elements × log elements) on
    /// average if they differ.
    mutating func sortGreatestFirst() {
        guard count > 1 else { return }
        sort(0, count - 1)
        for index in 1..<count {
            let element = self[index]
            var place = index
            while place > 0, self[place - 1] < element {
                self[place] = self[place - 1]
                place -= 1
            }
            self[place] = element
        }
    }

    private mutating func sort(_ low: Int, _ high: Int) {
        var (low, high) = (low, high)
        while high - low > 12 {
            let pivot = partition(low, high)
            if pivot - low < high - pivot {
                sort(low, pivot - 1)
                low = pivot + 1
            } else {
                sort(pivot + 1, high)
                high = pivot - 1
            }
        }
    }

    /// Puts elements greater than one of `low ... high` before it, all others behind it, and returns where it is then.
    private mutating func partition(_ low: Int, _ high: Int) -> Int {
        let middle = (low + high) / 2
        if self[middle] > self[low] { swapAt(middle, low) }
        if self[high] > self[low] { swapAt(high, low) }
        if self[high] > self[middle] { swapAt(high, middle) }
        swapAt(low, middle)
        let pivot = self[low]
        var end = low
        for index in low + 1...high {
            let element = self[index]
            self[index] = self[end + 1]
            self[end + 1] = element
            end += element > pivot ? 1 : 0
        }
        swapAt(low, end)
        return end
    }
}
