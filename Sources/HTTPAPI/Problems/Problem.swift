import HTTPTypes
import Hummingbird
import JSON

/// An answer that says what is wrong: RFC 9457, `application/problem+json`.
struct Problem: Sendable {
    let status: HTTPResponse.Status
    /// Last part of the type's URI; stable, for programs.
    let code: String
    /// The same sentence for every problem of this type.
    let title: String
    /// What is so here, and what to do.
    var detail: String?
    var issues: [FieldIssue] = []
    /// Members of this type's own.
    var extensions: [JSONValue.Member] = []
    var headers = HTTPFields()

    /// The answer, under the request's id.
    func response(requestID: String) -> Response {
        var headers = headers
        headers[.contentType] = "application/problem+json"
        return Response(
            status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: json(requestID).bytes)))
    }

    private func json(_ requestID: String) -> JSONValue {
        let errors = issues.map { JSONValue.object(["pointer": .string($0.pointer), "detail": .string($0.detail)]) }
        let fixed = JSONValue.object([
            "type": .string("urn:linden:problem:" + code),
            "title": .string(title),
            "status": .integer(status.code),
            "detail": detail.map(JSONValue.string),
            "instance": .string("urn:linden:request:" + requestID),
            "errors": errors.isEmpty ? nil : .array(errors),
        ])
        return .object((fixed.members ?? []) + extensions)
    }
}
