import Domain
import HTTPTypes
import Hummingbird
import JSON
import NIOCore

/// A request that has found its route.
struct Call: Sendable {
    let request: Request
    /// What stands for the template's `{…}`, percent-decoded, in their order.
    let parameters: [[UInt8]]
    /// The part after `?`, as it came.
    let query: String?
    /// Largest body that is read, in bytes.
    let bodyLimit: Int

    /// The id that the path names; ids are taken as bytes.
    ///
    /// - Throws: ``InvalidRequest``.
    func id<Subject>() throws(InvalidRequest) -> ExternalID<Subject> {
        do {
            return try ExternalID(utf8: parameters[0])
        } catch {
            throw InvalidRequest(issues: [FieldIssue(pointer: "{id}", detail: error.description)])
        }
    }

    /// The body, read as strict JSON and then as the field wants it.
    ///
    /// - Throws: ``RouteFault`` for what is no JSON body, ``JSONSyntaxError``, ``InvalidRequest``, ``BodyLost``.
    func body<Value>(_ field: Field<Value>) async throws -> Value {
        guard Self.isJSON(request.headers[.contentType]) else { throw RouteFault.unsupportedMediaType }
        return try field.value(of: JSONValue(parsing: try await bytes()))
    }

    /// The body as it came, of a route that reads it itself.
    ///
    /// - Throws: ``RouteFault`` for what is no JSON body, ``BodyLost``.
    func document() async throws -> [UInt8] {
        guard Self.isJSON(request.headers[.contentType]) else { throw RouteFault.unsupportedMediaType }
        return try await bytes()
    }

    /// Refuses parameters in the query of a route that has none.
    func refuseQuery() throws(InvalidRequest) {
        try QueryParameters(query).read { _ in () }
    }

    private func bytes() async throws -> [UInt8] {
        let announced = request.headers[.contentLength].flatMap(Int.init) ?? 0
        guard announced <= bodyLimit else { throw RouteFault.bodyTooLarge(limit: bodyLimit) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(announced)
        do {
            for try await part in request.body {
                guard bytes.count + part.readableBytes <= bodyLimit else {
                    throw RouteFault.bodyTooLarge(limit: bodyLimit)
                }
                bytes += part.readableBytesView
            }
        } catch let fault as RouteFault {
            throw fault
        } catch {
            throw BodyLost(cause: error)
        }
        return bytes
    }

    /// Whether a header names JSON.
    ///
    /// No header does not: browsers send that across sites without asking, but ask before they send JSON.
    static func isJSON(_ contentType: String?) -> Bool {
        guard let contentType else { return false }
        let parts = contentType.lowercased().split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" } }
        guard parts.first == "application/json" else { return false }
        return parts.dropFirst().allSatisfy { ["charset=utf-8", "charset=\"utf-8\""].contains($0) }
    }
}

/// The connection ended, or broke HTTP, before the body was whole; nobody is left to answer.
struct BodyLost: Error {
    let cause: any Error
}
