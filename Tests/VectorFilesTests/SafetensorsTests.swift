import ByteStreams
import Domain
import TestSupport
import Testing
import VectorFiles

@Suite("A safetensors file")
struct SafetensorsTests {
    typealias Tensor = VectorBytes.Tensor

    @Test("gives the rows of each tensor, plain or gzip, bit for bit", arguments: 0..<30)
    func rows(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let dimensions = Int.random(in: 1...70, using: &random)
        let tables = ["F32", "F16", "BF16"].map { type in
            // Seven significant bits, so that each type holds them exactly.
            let rows = (0..<Int.random(in: 1...200, using: &random)).map { _ in
                (0..<dimensions).map { _ in Float(Int.random(in: 64...127, using: &random)) / 32 }
            }
            return (type, rows)
        }
        let tensors = tables.map { Tensor("the \($0.0)", rows: $0.1, type: $0.0) }.shuffled(using: &random)
        let bias = Tensor("bias", type: "F32", shape: [3], payload: [UInt8](repeating: 0, count: 12))
        let bytes = VectorBytes.safetensors(Array(tensors.prefix(1) + [bias] + tensors.dropFirst()))
        let isCompressed = seed % 2 == 1
        let file = try TemporaryFile(
            isCompressed ? storedGzip(bytes) : bytes, suffix: isCompressed ? ".safetensors.gz" : ".safetensors")
        for (type, rows) in tables {
            var reader = try VectorFileReader(
                file.source, tensor: "the \(type)", blockBytes: Int.random(in: 1...5000, using: &random))
            #expect(reader.dimensions == dimensions && reader.rowCount == rows.count)
            var found: [Float] = []
            var block: [Float] = []
            while try reader.readEmbeddings(into: &block) > 0 { found += block }
            #expect(found == rows.flatMap(\.self))
            #expect(try reader.readEmbeddings(into: &block) == 0)
        }
    }

    @Test("needs no name of a tensor when one has two dimensions")
    func only() throws {
        let bias = Tensor("bias", type: "F32", shape: [1], payload: [0, 0, 0, 0])
        let file = try Self.file(VectorBytes.safetensors([bias, Tensor("x", rows: [[1, 2], [3, 4]])]))
        #expect(try VectorFileReader.embeddings(of: file.source).elements == [1, 2, 3, 4])
    }

    @Test("cut anywhere is found, before a row is read", arguments: 0..<whole.count)
    func truncated(length: Int) throws {
        let file = try Self.file(Array(Self.whole.prefix(length)))
        #expect(throws: VectorFileError.self) { _ = try VectorFileReader(file.source, tensor: "x") }
    }

    @Test("compressed and cut anywhere is found too", arguments: Array(stride(from: 8, to: whole.count, by: 7)))
    func truncatedGzip(length: Int) throws {
        let file = try TemporaryFile(storedGzip(Array(Self.whole.prefix(length))), suffix: ".safetensors.gz")
        #expect(throws: VectorFileError.self) {
            var reader = try VectorFileReader(file.source, tensor: "x")
            var block: [Float] = []
            while try reader.readEmbeddings(into: &block) > 0 {}
        }
    }

    @Test("is refused with a sentence that says what to do", arguments: refusals)
    func refused(refusal: Refusal) throws {
        let file = try Self.file(refusal.bytes)
        do {
            _ = try VectorFileReader(file.source, tensor: refusal.tensor)
            Issue.record("It was read.")
        } catch {
            #expect(error.description == file.path + refusal.message)
        }
    }

    struct Refusal: CustomTestStringConvertible, Sendable {
        let bytes: [UInt8]
        var tensor: String?
        let message: String
        var testDescription: String { message }
    }

    private static func file(_ bytes: [UInt8]) throws -> TemporaryFile {
        try TemporaryFile(bytes, suffix: ".safetensors")
    }

    private static let whole = VectorBytes.safetensors([
        Tensor("x", rows: [[1, 2], [3, 4]]), Tensor("y", rows: [[5, 6]]),
    ])

    private static func header(_ entry: String, tensor: String? = nil, message: String) -> Refusal {
        Refusal(
            bytes: VectorBytes.safetensors(header: "{\(entry)}", payload: [0, 0, 128, 63, 0, 0, 128, 63]),
            tensor: tensor, message: message)
    }

    private static let refusals: [Refusal] = [
        Refusal(bytes: whole, message: " has 2 tensors of two dimensions. Name the one that is meant: 'x', 'y'."),
        Refusal(bytes: whole, tensor: "z", message: " has no tensor 'z'. Name one of 'x', 'y'."),
        Refusal(
            bytes: Array("user_id,item_id\n".utf8),
            message:
                " has a damaged safetensors header: Its first eight bytes are no length of a header. Save it again."),
        Refusal(
            bytes: VectorBytes.safetensors(header: "[]", payload: []),
            message: " has a damaged safetensors header: It is an array, not an object. Save it again."),
        Refusal(
            bytes: VectorBytes.safetensors(header: "{", payload: []),
            message:
                " has a damaged safetensors header: The JSON ends too early (line 1, column 2). Close every string, array and object. Save it again."
        ),
        Refusal(
            bytes: VectorBytes.safetensors([
                Tensor("b", type: "F32", shape: [1], payload: [0, 0, 128, 63])
            ]), message: " has no tensor of two dimensions. Give one: rows by columns."),
        Refusal(
            bytes: VectorBytes.safetensors([Tensor("b", type: "F32", shape: [1], payload: [0, 0, 128, 63])]),
            tensor: "b",
            message: ": the tensor 'b' is an array of shape [1]. Give one of two dimensions: rows by columns."),
        header(
            #""x":{"dtype":"F64","shape":[1,1],"data_offsets":[0,8]}"#,
            message: ": the tensor 'x' is of type F64; F32, F16 and BF16 are read. Convert it to one of them."),
        header(
            #""x":{"dtype":"F32","shape":[1,3],"data_offsets":[0,8]}"#,
            message:
                " has a damaged safetensors header: 'x' has the shape [1, 3] and 8 bytes. Save it again."),
        header(
            #""x":{"dtype":"F32","shape":[9223372036854775807,9223372036854775807],"data_offsets":[0,8]}"#,
            message:
                " has a damaged safetensors header: 'x' has the shape [9223372036854775807, 9223372036854775807] and 8 bytes. Save it again."
        ),
        header(
            #""x":{"dtype":"F32","shape":[1,-2],"data_offsets":[0,8]}"#,
            message:
                " has a damaged safetensors header: 'x' lacks its dtype, its shape or its data_offsets. Save it again."),
        header(
            #""x":{"dtype":"F32","shape":[1,2],"data_offsets":[8,0]}"#,
            message:
                " has a damaged safetensors header: 'x' lacks its dtype, its shape or its data_offsets. Save it again."),
        header(
            #""x":{"dtype":"F32","shape":[0,2],"data_offsets":[0,0]}"#, message: " has no rows. Give one at least."),
        header(
            #""x":{"dtype":"F32","shape":[1,1],"data_offsets":[0,4]}"#,
            message: " goes on behind the 1 rows that its header promises. Copy or write it again."),
        header(
            #""x":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]}"#,
            message: " ends after 1 whole rows of the 2 that its header promises. Copy or write it again."),
    ]
}
