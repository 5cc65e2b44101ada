import ByteStreams
import TestSupport
import Testing
import VectorFiles

@Suite("A file that is no table of vectors")
struct RefusalTests {
    @Test("is refused with a sentence that says what to do", arguments: refusals)
    func refused(refusal: Refusal) throws {
        let file = try TemporaryFile(refusal.bytes, suffix: refusal.suffix)
        do {
            _ = try VectorFileReader.embeddings(of: file.source)
            Issue.record("It was read.")
        } catch {
            #expect(error.description == file.path + refusal.message)
        }
    }

    @Test("is refused when there is none")
    func missing() {
        let path = "/nowhere/base.fvecs"
        #expect(throws: VectorFileError.unreadable(.missing(name: path))) {
            try VectorFileReader.embeddings(of: .file(path))
        }
    }

    @Test("is refused when it holds embeddings and ids are wanted")
    func embeddingsForIDs() throws {
        let file = try TemporaryFile(VectorBytes.fvecs([[1]]), suffix: ".fvecs")
        #expect(throws: VectorFileError.wrongElement(name: file.path, found: .float32, wantsFloatingPoint: false)) {
            try NearestNeighbours(file.source, queries: 1, baseRows: 10, k: 1)
        }
    }

    struct Refusal: CustomTestStringConvertible, Sendable {
        let bytes: [UInt8]
        let suffix: String
        /// What follows the file's name.
        let message: String
        var testDescription: String { message }
    }

    private static func numpy(_ header: String, version: UInt8 = 1, message: String) -> Refusal {
        let payload = [UInt8](repeating: 1, count: 24)
        return Refusal(
            bytes: VectorBytes.npy(header: header, version: version, payload: payload), suffix: ".npy", message: message
        )
    }

    private static let refusals: [Refusal] = [
        Refusal(bytes: [], suffix: ".fvecs", message: " is empty. Give a file of vectors."),
        Refusal(
            bytes: Array("1.0,2.0,3.0\n".utf8), suffix: ".csv",
            message:
                " is no NumPy array, and its name does not end in .fvecs, .ivecs or .safetensors. Give one of the four."
        ),
        Refusal(
            bytes: VectorBytes.ivecs([[1, 2]]), suffix: ".ivecs",
            message: " holds whole numbers (<i4), not embeddings. Give float32 or float16 rows."),
        Refusal(
            bytes: VectorBytes.npy(ids: [[1, 2]], as: Int64.self), suffix: ".npy",
            message: " holds whole numbers (<i8), not embeddings. Give float32 or float16 rows."),
        Refusal(
            bytes: [UInt8](repeating: 0, count: 16), suffix: ".fvecs",
            message: " claims rows of 0 values; 1 to 65535 can be. Check that its format is what its name says."),
        Refusal(
            bytes: VectorBytes.littleEndian(Int32(256).byteSwapped) + [UInt8](repeating: 0, count: 16),
            suffix: ".fvecs",
            message: " claims rows of 65536 values; 1 to 65535 can be. Check that its format is what its name says."),
        Refusal(
            bytes: VectorBytes.fvecs([[1, 2], [0, -0.0]]), suffix: ".fvecs",
            message: ", row 1, is zero and has no direction. Leave it out."),
        numpy(
            "{'descr': '>f4', 'fortran_order': False, 'shape': (2, 3), }",
            message: " is big-endian (>f4). Convert it with x.astype('<f4')."),
        numpy(
            "{'descr': '<f8', 'fortran_order': False, 'shape': (1, 3), }",
            message:
                " holds values of NumPy's type <f8; <f4, <f2, <i4 and <i8 are read. Convert it, for example with x.astype('<f4')."
        ),
        numpy(
            "{'descr': [('a', '<f4'), ('b', '<f4')], 'fortran_order': False, 'shape': (3,), }",
            message:
                " holds values of NumPy's type of named fields; <f4, <f2, <i4 and <i8 are read. Convert it, for example with x.astype('<f4')."
        ),
        numpy(
            "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }",
            message: " is in Fortran order. Convert it with numpy.ascontiguousarray."),
        numpy(
            "{'descr': '<f4', 'fortran_order': False, 'shape': (6,), }",
            message: " is an array of shape [6]. Give one of two dimensions: rows by columns."),
        numpy(
            "{'descr': '<f4', 'fortran_order': False, 'shape': (), }",
            message: " is an array of shape []. Give one of two dimensions: rows by columns."),
        numpy(
            "{'descr': '<f4', 'fortran_order': False, 'shape': (0, 3), }", message: " has no rows. Give one at least."),
        numpy(
            "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 0), }",
            message: " claims rows of 0 values; 1 to 65535 can be. Check that its format is what its name says."),
        numpy(
            "{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775807, 3), }",
            message:
                " ends after 2 whole rows of the 9223372036854775807 that its header promises. Copy or write it again."),
        numpy(
            "{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775808, 3), }",
            message: " has a damaged NumPy header: byte 51 is no length. Save it again with numpy.save."),
        numpy(
            "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 3), }",
            message: " goes on behind the 1 rows that its header promises. Copy or write it again."),
        numpy(
            "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", version: 9,
            message: " is a NumPy file of version 9; 1 to 3 are read. Save it again with numpy.save."),
        numpy(
            "{'descr': '<f4', 'shape': (2, 3), }",
            message: " has a damaged NumPy header: it has no 'fortran_order'. Save it again with numpy.save."),
        numpy(
            "{'descr': '<f4', 'descr': '<f4'}",
            message: " has a damaged NumPy header: it has 'descr' twice. Save it again with numpy.save."),
        numpy(
            "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3",
            message: " has a damaged NumPy header: byte 118 is no ')'. Save it again with numpy.save."),
        numpy(
            "{'descr': '<f4",
            message:
                " has a damaged NumPy header: byte 11 begins a text that does not end. Save it again with numpy.save."),
        numpy(
            "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), } and more",
            message: " has a damaged NumPy header: byte 60 follows its dictionary. Save it again with numpy.save."),
        numpy("", message: " has a damaged NumPy header: byte 54 is no '{'. Save it again with numpy.save."),
    ]
}
