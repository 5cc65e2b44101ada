import JSON

/// What a `.safetensors` file says of one of its tensors.
///
/// Source: the format's own page, github.com/huggingface/safetensors: eight bytes with the length of a JSON object, the
/// object, then the tensors' bytes without gaps.
struct SafetensorsHeader: Equatable {
    let element: VectorElement
    let rows: Int
    let dimensions: Int
    /// Bytes between the header and the tensor.
    let bytesBefore: Int
    /// Bytes of other tensors after it.
    let bytesAfter: Int

    /// Longest header that is read, in bytes; the format's own limit.
    static let maximumBytes = 100_000_000

    /// Reads the header's text.
    ///
    /// - Parameters:
    ///   - text: A JSON object with a member for each tensor.
    ///   - tensor: Which of them is meant; `nil` for the only one of two dimensions.
    ///   - name: What messages call the file.
    /// - Throws: ``VectorFileError`` when the text is no header, or has no such tensor of rows of numbers.
    init(text: [UInt8], tensor: String?, name: String) throws(VectorFileError) {
        let document: JSONValue
        do throws(JSONSyntaxError) {
            document = try JSONValue(parsing: text)
        } catch {
            throw .badTensorHeader(name: name, reason: error.description)
        }
        guard let members = document.members else {
            throw .badTensorHeader(name: name, reason: "It is \(document.kind), not an object.")
        }
        var entries: [Entry] = []
        for member in members where member.key != "__metadata__" {
            entries.append(try Entry(member, name: name))
        }
        let chosen = try Self.choose(tensor, of: entries, name: name)
        guard let element = VectorElement(safetensorsName: chosen.type) else {
            throw .unsupportedTensor(name: name, tensor: chosen.key, .type(chosen.type))
        }
        guard chosen.shape.count == 2 else {
            throw .unsupportedTensor(name: name, tensor: chosen.key, .shape(chosen.shape))
        }
        let (values, overflows) = chosen.shape[0].multipliedReportingOverflow(by: chosen.shape[1])
        guard !overflows, chosen.end - chosen.start == values * element.bytes else {
            throw .badTensorHeader(
                name: name,
                reason: "'\(chosen.key)' has the shape \(chosen.shape) and \(chosen.end - chosen.start) bytes.")
        }
        self.element = element
        rows = chosen.shape[0]
        dimensions = chosen.shape[1]
        bytesBefore = chosen.start
        bytesAfter = entries.map(\.end).reduce(chosen.end, max) - chosen.end
    }

    private static func choose(
        _ tensor: String?, of entries: [Entry], name: String
    ) throws(VectorFileError) -> Entry {
        let tables = entries.filter { $0.shape.count == 2 }
        let found = tensor.map { wanted in entries.filter { $0.key == wanted } } ?? tables
        guard let first = found.first, found.count == 1 else {
            throw .tensorNotFound(name: name, tensor: tensor, known: (tensor == nil ? tables : entries).map(\.key))
        }
        return first
    }

    /// One tensor of the header.
    private struct Entry {
        let key: String
        let type: String
        let shape: [Int]
        let start: Int
        let end: Int

        init(_ member: JSONValue.Member, name: String) throws(VectorFileError) {
            let numbers = { (key: String) -> [Int]? in
                guard let elements = member.value[key]?.elements else { return nil }
                let numbers = elements.compactMap { element -> Int? in
                    guard case .integer(let number) = element, number >= 0 else { return nil }
                    return number
                }
                return numbers.count == elements.count ? numbers : nil
            }
            guard let type = member.value["dtype"]?.text, let shape = numbers("shape"),
                let offsets = numbers("data_offsets"), offsets.count == 2, offsets[0] <= offsets[1],
                offsets[1] <= 1 << 60
            else {
                throw .badTensorHeader(
                    name: name, reason: "'\(member.key)' lacks its dtype, its shape or its data_offsets.")
            }
            (key, self.type, self.shape, start, end) = (member.key, type, shape, offsets[0], offsets[1])
        }
    }
}
