/// Finds where the fields of one CSV record begin and end (RFC 4180), without changing or copying a byte.
struct RecordScanner {
    enum Outcome: Equatable {
        /// A whole record; the next begins at `next`.
        case record(next: Int)
        /// Not CSV; the line after it begins at `next`.
        case malformed(BadRowReason, next: Int)
        /// The bytes end inside the record, and more may follow.
        case incomplete
        /// The bytes end inside a quoted field, and no more follow.
        case unclosedQuote
    }

    /// The fields' content, without their outer quotes; the caller may take the array and leave another.
    var fields: [Range<Int>] = []
    /// Fields in which each quote stands doubled.
    private(set) var fieldsWithDoubledQuotes: [Int] = []
    /// Line ends inside quoted fields.
    private(set) var innerLines = 0
    private(set) var containsNull = false
    /// Whether every byte is below 0x80.
    var isASCII: Bool { allBits < 0x80 }

    private var allBits: UInt8 = 0

    /// Scans the record that begins at `first`.
    ///
    /// - Parameters:
    ///   - bytes: What holds the record.
    ///   - first: Where it begins.
    ///   - end: Where the bytes that are known end; more than `first`.
    ///   - isLast: Whether no byte follows `end`.
    /// - Returns: What was found; for a record, ``fields`` has its fields.
    mutating func scan(_ bytes: Span<UInt8>, from first: Int, to end: Int, isLast: Bool) -> Outcome {
        fields.removeAll(keepingCapacity: true)
        fieldsWithDoubledQuotes.removeAll(keepingCapacity: true)
        innerLines = 0
        containsNull = false
        allBits = 0

        var at = first
        while true {
            if at < end && bytes[at] == .quote {
                guard let closing = closingQuote(bytes, from: at + 1, to: end, isLast: isLast) else {
                    return isLast ? .unclosedQuote : .incomplete
                }
                fields.append(at + 1..<closing)
                at = closing + 1
            } else {
                let start = at
                at = endOfPlainField(bytes, from: at, to: end)
                fields.append(start..<at)
            }

            guard at < end else { return isLast ? .record(next: end) : .incomplete }
            switch bytes[at] {
            case .comma:
                at += 1
            case .lineFeed:
                return .record(next: at + 1)
            case .carriageReturn:
                guard at + 1 < end || isLast else { return .incomplete }
                if at + 1 < end && bytes[at + 1] == .lineFeed { return .record(next: at + 2) }
                return refuse(.carriageReturnInsideField, bytes, from: at, to: end, isLast: isLast)
            case .quote:
                return refuse(.quoteInsideField, bytes, from: at, to: end, isLast: isLast)
            default:
                return refuse(.textAfterQuote, bytes, from: at, to: end, isLast: isLast)
            }
        }
    }

    /// Returns where an unquoted field ends: at the first byte that cannot be in one.
    private mutating func endOfPlainField(_ bytes: Span<UInt8>, from start: Int, to end: Int) -> Int {
        var at = start
        var bits: UInt8 = 0
        while at < end {
            let byte = bytes[at]
            // The comma is the highest of the bytes that mean something.
            if byte <= .comma {
                if byte == .comma || byte == .lineFeed || byte == .carriageReturn || byte == .quote { break }
                if byte == 0 { containsNull = true }
            }
            bits |= byte
            at += 1
        }
        allBits |= bits
        return at
    }

    /// Returns where the quote stands that closes a field; `nil` when the known bytes do not tell.
    private mutating func closingQuote(_ bytes: Span<UInt8>, from start: Int, to end: Int, isLast: Bool) -> Int? {
        var at = start
        var isDoubled = false
        while at < end {
            let byte = bytes[at]
            allBits |= byte
            switch byte {
            case .quote:
                guard at + 1 < end || isLast else { return nil }
                guard at + 1 < end && bytes[at + 1] == .quote else {
                    if isDoubled {
                        fieldsWithDoubledQuotes.append(fields.count)
                    }
                    return at
                }
                isDoubled = true
                at += 1
            case .lineFeed: innerLines += 1
            case 0: containsNull = true
            default: break
            }
            at += 1
        }
        return nil
    }

    /// Gives up on the record and finds the end of its line.
    private func refuse(
        _ reason: BadRowReason, _ bytes: Span<UInt8>, from start: Int, to end: Int, isLast: Bool
    ) -> Outcome {
        for at in start..<end where bytes[at] == .lineFeed {
            return .malformed(reason, next: at + 1)
        }
        return isLast ? .malformed(reason, next: end) : .incomplete
    }
}

extension UInt8 {
    static let lineFeed: UInt8 = 0x0a
    static let carriageReturn: UInt8 = 0x0d
    static let quote: UInt8 = 0x22
    static let comma: UInt8 = 0x2c
}
