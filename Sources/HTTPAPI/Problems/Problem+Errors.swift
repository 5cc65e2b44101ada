import Domain
import Experiments
import HTTPTypes
import JSON
import Serving

// The one place where errors become statuses: 400 breaks the schema, 422 keeps it but cannot be served.
extension Problem {
    /// What an error is to the caller; an unexpected one is a 500 without a word of it.
    init(_ error: any Error) {
        switch error {
        case let error as RequestError: self.init(request: error)
        case let error as GenerationError: self.init(generation: error)
        case let error as GenerationNotActive: self.init(conflict: error.description)
        case let error as ConfigurationError:
            self.init(
                status: .badRequest, code: "invalid-configuration",
                title: "The configuration is not one that can hold.",
                issues: error.problems.map { FieldIssue(pointer: $0.pointer.description, detail: $0.detail) })
        case let error as StaleTierRevision:
            self.init(
                status: .preconditionFailed, code: "stale-revision", title: "Another revision holds by now.",
                detail: error.description,
                extensions: [
                    JSONValue.Member(key: "revision", value: error.active.map { .integer(Int($0)) } ?? .null)
                ])
        case let error as NoSuchExperiment:
            self.init(
                status: .notFound, code: "unknown-experiment", title: "There is no such experiment.",
                detail: error.description)
        case let fault as RouteFault: self.init(fault: fault)
        case let error as InvalidRequest: self.init(issues: error.issues)
        case let error as JSONSyntaxError:
            self.init(
                status: .badRequest, code: "malformed-json", title: "The body is not strict JSON.",
                detail: error.description,
                issues: [FieldIssue(pointer: error.pointer.description, detail: error.description)])
        default:
            self.init(
                status: .internalServerError, code: "internal", title: "Something went wrong on our side.",
                detail: "The log has more under this request's id.")
        }
    }

    private init(issues: [FieldIssue]) {
        self.init(
            status: .badRequest, code: "invalid-request", title: "The request is not what this route asks for.",
            issues: issues)
    }

    private init(request error: RequestError) {
        let detail = error.description
        switch error {
        case .invalid(let pointer, let detail):
            self.init(issues: [FieldIssue(pointer: pointer, detail: detail)])
        case .unknownItem:
            self.init(status: .notFound, code: "unknown-item", title: "There is no such item.", detail: detail)
        case .unknownTier:
            self.init(
                status: .unprocessableContent, code: "unknown-tier", title: "There is no such tier.", detail: detail,
                issues: [FieldIssue(pointer: "/tier", detail: detail)])
        case .tooManyItems:
            self.init(
                status: .unprocessableContent, code: "too-many-items",
                title: "The catalogue has fewer items than were asked for.", detail: detail,
                issues: [FieldIssue(pointer: "/n", detail: detail)])
        case .budgetTooSmall(let budget, let floor, _):
            self.init(
                status: .unprocessableContent, code: "budget-too-small",
                title: "The budget is below the cheapest plan.", detail: detail,
                issues: [FieldIssue(pointer: "/budget/max_cost", detail: detail)],
                extensions: [
                    JSONValue.Member(key: "budget", value: budget.json),
                    JSONValue.Member(key: "floor", value: floor.json),
                ])
        case .busy:
            self.init(
                status: .serviceUnavailable, code: "busy", title: "Too many requests wait already.", detail: detail,
                headers: [.retryAfter: "1"])
        case .shed(let seconds):
            self.init(
                status: .tooManyRequests, code: "shed", title: "The capacity is spent.", detail: detail,
                headers: [.retryAfter: String(seconds)])
        case .noGeneration:
            self.init(notReady: detail)
        case .storeAway:
            self.init(
                status: .serviceUnavailable, code: "store-away", title: "The database cannot be reached.",
                detail: detail, headers: [.retryAfter: "1"])
        }
    }

    private init(generation error: GenerationError) {
        guard case .unknown = error else {
            self.init(conflict: error.description)
            return
        }
        self.init(
            status: .notFound, code: "unknown-generation", title: "There is no such generation.",
            detail: error.description)
    }

    private init(conflict detail: String) {
        self.init(
            status: .conflict, code: "generation-state", title: "The generation is not in the state for that.",
            detail: detail)
    }

    private init(notReady detail: String) {
        self.init(
            status: .serviceUnavailable, code: "not-ready", title: "There is nothing to serve from yet.",
            detail: detail, headers: [.retryAfter: "5"])
    }

    private init(fault: RouteFault) {
        switch fault {
        case .notFound:
            self.init(
                status: .notFound, code: "no-such-route", title: "There is no such route.",
                detail: "GET /openapi.json lists all routes.")
        case .methodNotAllowed(let methods):
            let allowed = methods.joined(separator: ", ")
            self.init(
                status: .methodNotAllowed, code: "method-not-allowed", title: "The route has no such method.",
                detail: "Use \(allowed).", headers: [.allow: allowed])
        case .badPath:
            self.init(
                status: .badRequest, code: "bad-path", title: "The path is not percent-encoded.",
                detail: "Write every byte outside of A-Z, a-z, 0-9 and -._~ as % and two hexadecimal digits.")
        case .pathTooLong(let limit):
            self.init(
                status: .uriTooLong, code: "path-too-long", title: "The path is too long.",
                detail: "It may have \(limit) bytes with its query.")
        case .unsupportedMediaType:
            self.init(
                status: .unsupportedMediaType, code: "unsupported-media-type", title: "The body must be JSON.",
                detail: "Send the header Content-Type: application/json.", headers: [.accept: "application/json"])
        case .preconditionRequired:
            self.init(
                status: .preconditionRequired, code: "precondition-required",
                title: "The revision that was read must be named.",
                detail: "Send the ETag of GET /v1/tiers in the header If-Match, such as If-Match: \"42\".")
        case .bodyTooLarge(let limit):
            self.init(
                status: .contentTooLarge, code: "body-too-large", title: "The body is too large.",
                detail: "It may have \(limit) bytes. Send several requests.")
        case .noSuchThing(let thing):
            self.init(
                status: .notFound, code: "unknown-\(thing)", title: "There is no such \(thing).",
                detail: "Its id is unknown. Ids are compared byte by byte.")
        case .notReady(let detail):
            self.init(notReady: detail)
        }
    }
}
