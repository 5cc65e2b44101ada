/// Why a text is no moment.
public enum TimestampTextError: Error, Hashable, Sendable {
    /// Neither a number nor RFC 3339.
    case form
    /// Before 1970.
    case beforeEpoch
}

extension Timestamp {
    /// Creates a moment from a text: a number since 1970, or RFC 3339.
    ///
    /// A number counts seconds, with up to six decimals: `881250949`, `881250949.5`. From 10¹¹ on it counts milliseconds
    /// and from 10¹⁴ on microseconds: in seconds those would lie past the year 5138, in the smaller unit in our time.
    /// RFC 3339 needs its time zone: `1997-12-04T15:55:49Z`, `1997-12-04 16:55:49.25+01:00`.
    ///
    /// - Throws: ``TimestampTextError``.
    public init(text: Span<UInt8>) throws(TimestampTextError) {
        guard text.count > 0 else { throw .form }
        var digits = 0
        while digits < text.count && text[digits].isDigit {
            digits += 1
        }
        let isDate = digits == 4 && text.count > 10 && text[4] == UInt8(ascii: "-")
        let microseconds = isDate ? try Self.date(text) : try Self.number(text, digits: digits)
        self.init(microseconds: microseconds)
    }

    private static func number(_ text: Span<UInt8>, digits: Int) throws(TimestampTextError) -> Int64 {
        if text[0] == UInt8(ascii: "-") { throw text.count > 1 && text[1].isDigit ? .beforeEpoch : .form }
        guard (1...17).contains(digits) else { throw .form }
        let whole = text.number(0..<digits)
        let fraction = try fraction(text, from: digits)
        guard fraction.end == text.count else { throw .form }
        if whole < 100_000_000_000 { return whole * 1_000_000 + fraction.microseconds }
        guard fraction.end == digits else { throw .form }
        return whole < 100_000_000_000_000 ? whole * 1000 : whole
    }

    private static func date(_ text: Span<UInt8>) throws(TimestampTextError) -> Int64 {
        guard text.count >= 20, text.matches("dddd-dd-dd?dd:dd:dd"), "Tt ".utf8.contains(text[10]) else { throw .form }
        let (year, month, day) = (text.number(0..<4), text.number(5..<7), text.number(8..<10))
        let (hour, minute, second) = (text.number(11..<13), text.number(14..<16), text.number(17..<19))
        guard (1...12).contains(month), day >= 1, day <= daysIn(month, of: year), hour < 24, minute < 60, second <= 60
        else { throw .form }

        let fraction = try fraction(text, from: 19)
        let offset = try offsetMinutes(text, from: fraction.end)
        let days = daysSince1970(year: year, month: month, day: day)
        let seconds = ((days * 24 + hour) * 60 + minute - offset) * 60 + second
        guard seconds >= 0 else { throw .beforeEpoch }
        return seconds * 1_000_000 + fraction.microseconds
    }

    /// Reads `.` and decimals, if they stand at `start`; those past the sixth are dropped.
    private static func fraction(
        _ text: Span<UInt8>, from start: Int
    ) throws(TimestampTextError) -> (microseconds: Int64, end: Int) {
        guard start < text.count, text[start] == UInt8(ascii: ".") else { return (0, start) }
        var microseconds: Int64 = 0
        var unit: Int64 = 100_000
        var at = start + 1
        while at < text.count && text[at].isDigit {
            microseconds += unit * Int64(text[at] & 0xf)
            unit /= 10
            at += 1
        }
        guard at > start + 1 else { throw .form }
        return (microseconds, at)
    }

    /// Reads the time zone that ends the text, in minutes east of UTC.
    private static func offsetMinutes(_ text: Span<UInt8>, from start: Int) throws(TimestampTextError) -> Int64 {
        guard start < text.count else { throw .form }
        if text.count == start + 1 && "Zz".utf8.contains(text[start]) { return 0 }
        let zone = text.extracting(start...)
        guard zone.count == 6, zone.matches("?dd:dd"), "+-".utf8.contains(zone[0]) else { throw .form }
        let (hours, minutes) = (zone.number(1..<3), zone.number(4..<6))
        guard hours < 24, minutes < 60 else { throw .form }
        return (zone[0] == UInt8(ascii: "-") ? -1 : 1) * (hours * 60 + minutes)
    }

    private static func daysIn(_ month: Int64, of year: Int64) -> Int64 {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
    }

    /// Days of the Gregorian calendar, counted in years that begin in March so that a leap day ends one.
    ///
    /// Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `days_from_civil`.
    private static func daysSince1970(year: Int64, month: Int64, day: Int64) -> Int64 {
        let marchYear = month <= 2 ? year - 1 : year
        let monthsSinceMarch = (month + 9) % 12
        let leapDays = marchYear / 4 - marchYear / 100 + marchYear / 400
        return marchYear * 365 + leapDays + (153 * monthsSinceMarch + 2) / 5 + day - 1 - 719_468
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { self &- 0x30 < 10 }
}

extension Span<UInt8> {
    /// The whole number that the digits of `range` write; at most 18 of them.
    fileprivate func number(_ range: Range<Int>) -> Int64 {
        var number: Int64 = 0
        for index in range {
            number = number * 10 + Int64(self[index] & 0xf)
        }
        return number
    }

    /// Whether the text begins like `pattern`, in which `d` stands for a digit and `?` for any byte.
    fileprivate func matches(_ pattern: String) -> Bool {
        guard count >= pattern.utf8.count else { return false }
        for (index, wanted) in pattern.utf8.enumerated() {
            switch wanted {
            case UInt8(ascii: "?"): continue
            case UInt8(ascii: "d"): if !self[index].isDigit { return false }
            default: if self[index] != wanted { return false }
            }
        }
        return true
    }
}
