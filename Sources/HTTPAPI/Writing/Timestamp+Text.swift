public import Domain
import Foundation

extension Timestamp {
    /// RFC 3339, in UTC, to the second.
    public var text: String {
        Date(timeIntervalSince1970: Double(microseconds) / 1_000_000).formatted(.iso8601)
    }
}
