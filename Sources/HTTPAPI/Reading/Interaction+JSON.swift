package import Domain
import JSON

extension Interaction {
    /// The body of `POST /v1/events`.
    ///
    /// - Parameter now: The time of events that name none.
    /// - Returns: The field of the body.
    package static func batchField(now: Timestamp) -> Field<[Interaction]> {
        .object { body in
            body.required("events", .list(of: field(now: now), count: 1...batchLimit))
        }
    }

    private static func field(now: Timestamp) -> Field<Interaction> {
        .object { body in
            let event: EventID? = body.required("event_id", .id())
            let user: UserID? = body.required("user_id", .id())
            let item: ItemID? = body.required("item_id", .id())
            let kind = body.required("type", .text(bytes: 1...64))
            let value = body.optional("value", .number(in: -1e30...1e30))
            let timestamp = body.optional("timestamp", .timestamp) ?? now
            let recommendation = body.optional("recommendation_id", .text(bytes: 1...64))
            guard let event, let user, let item, let kind else { return nil }
            return Interaction(
                user: user, item: item, timestamp: timestamp, kind: kind, value: value.map(Float.init), event: event,
                recommendation: recommendation)
        }
    }
}

extension Field<Timestamp> {
    /// RFC 3339 with its time zone, or a whole number since 1970: seconds, milliseconds or microseconds by its size.
    static var timestamp: Field {
        Field { value, context in
            let text: String
            switch value {
            case .string(let string): text = string
            case .integer(let integer): text = String(integer)
            default: return context.refuse(value, expecting: "a string as in RFC 3339 or a whole number")
            }
            do throws(TimestampTextError) {
                let timestamp = try Timestamp(text: Array(text.utf8).span)
                guard timestamp < end else { return context.refuse("The time lies past the year 2099.") }
                return timestamp
            } catch {
                switch error {
                case .beforeEpoch: return context.refuse("The time lies before 1970.")
                case .form: return context.refuse("Write the time like 2026-11-23T06:28:00Z, or as seconds since 1970.")
                }
            }
        }
    }

    /// 2100-01-01: what lies past it is a mistaken unit.
    private static var end: Timestamp { Timestamp(seconds: 4_102_444_800) }
}
