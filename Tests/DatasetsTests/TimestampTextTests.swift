import Datasets
import Domain
import Foundation
import TestSupport
import Testing

@Suite("A timestamp's text")
struct TimestampTextTests {
    @Test(
        "counts seconds, milliseconds or microseconds since 1970",
        arguments: [
            ("0", 0), ("881250949", 881_250_949_000_000), ("881250949.5", 881_250_949_500_000),
            ("1.0000019", 1_000_001), ("99999999999", 99_999_999_999_000_000), ("881250949123", 881_250_949_123_000),
            ("881250949123456", 881_250_949_123_456),
        ] as [(String, Int64)])
    func numbers(text: String, microseconds: Int64) throws {
        #expect(try timestamp(text) == Timestamp(microseconds: microseconds))
    }

    @Test("is the moment that Foundation reads from the same RFC 3339", arguments: 0..<200)
    func dates(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let seconds = Int64.random(in: 0..<253_402_300_800 - 86_400, using: &random)
        let offset = Int.random(in: -17...17, using: &random) * 3600 + Int.random(in: 0...1, using: &random) * 1800
        var style = Date.ISO8601FormatStyle(timeZone: try #require(TimeZone(secondsFromGMT: offset)))
        style = style.timeZoneSeparator(.colon)
        let text = Date(timeIntervalSince1970: Double(seconds)).formatted(style)
        #expect(try timestamp(text) == Timestamp(seconds: seconds), "\(text) is \(seconds)")
    }

    @Test(
        "may have parts of a second, a space for the T and small letters",
        arguments: [
            ("1997-12-04 15:55:49.25+00:00", 881_250_949_250_000), ("1997-12-04t15:55:49z", 881_250_949_000_000),
            ("1998-12-31T23:59:60Z", 915_148_800_000_000), ("1969-12-31T23:30:00-01:00", 1_800_000_000),
        ] as [(String, Int64)])
    func forms(text: String, microseconds: Int64) throws {
        #expect(try timestamp(text) == Timestamp(microseconds: microseconds))
    }

    @Test(
        "is refused when it is no moment",
        arguments: [
            "", " ", "x", "-", "-x", "1.", "1.x", "1x", "881250949123.5", "123456789012345678", "1997-12-04",
            "1997-12-04T15:55:49",
            "1997-13-04T15:55:49Z", "1997-02-29T15:55:49Z", "1997-12-04T24:00:00Z", "1997-12-04T15:60:00Z",
            "1997-12-04T15:55:49+1:00", "1997-12-04T15:55:49+24:00", "1997-12-04T15:55:49Zx", "1997-12-04x15:55:49Z",
        ])
    func refused(text: String) {
        #expect(throws: TimestampTextError.form) { try timestamp(text) }
    }

    @Test("is refused before 1970", arguments: ["-1", "-0.5", "1969-12-31T23:59:59Z", "1970-01-01T00:00:00+00:01"])
    func beforeEpoch(text: String) {
        #expect(throws: TimestampTextError.beforeEpoch) { try timestamp(text) }
    }

    private func timestamp(_ text: String) throws -> Timestamp {
        let bytes = Array(text.utf8)
        return try Timestamp(text: bytes.span)
    }
}
