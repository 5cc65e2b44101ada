/// Vector files, written the plainest way.
public enum VectorBytes {
    public static func fvecs(_ rows: [[Float]]) -> [UInt8] {
        rows.flatMap { row in littleEndian(UInt32(row.count)) + row.flatMap { littleEndian($0.bitPattern) } }
    }

    public static func ivecs(_ rows: [[Int]]) -> [UInt8] {
        rows.flatMap { row in littleEndian(UInt32(row.count)) + row.flatMap { littleEndian(Int32($0)) } }
    }

    /// A `.npy` file with a header of that text, padded as NumPy does.
    public static func npy(header: String, version: UInt8 = 1, payload: [UInt8]) -> [UInt8] {
        let lengthBytes = version == 1 ? 2 : 4
        let unpadded = 8 + lengthBytes + header.utf8.count + 1
        let text = Array(header.utf8) + [UInt8](repeating: 0x20, count: (64 - unpadded % 64) % 64) + [0x0a]
        let length = littleEndian(UInt32(text.count)).prefix(lengthBytes)
        return [0x93] + Array("NUMPY".utf8) + [version, 0] + length + text + payload
    }

    public static func npy(_ rows: [[Float]], version: UInt8 = 1) -> [UInt8] {
        npy(
            header: header("<f4", [rows.count, rows[0].count]), version: version,
            payload: rows.flatMap { $0.flatMap { littleEndian($0.bitPattern) } })
    }

    public static func npy(halves rows: [[Float16]]) -> [UInt8] {
        npy(
            header: header("<f2", [rows.count, rows[0].count]),
            payload: rows.flatMap { $0.flatMap { littleEndian($0.bitPattern) } })
    }

    public static func npy<Number: FixedWidthInteger>(ids rows: [[Int]], as: Number.Type) -> [UInt8] {
        npy(
            header: header("<i\(MemoryLayout<Number>.size)", [rows.count, rows[0].count]),
            payload: rows.flatMap { $0.flatMap { littleEndian(Number($0)) } })
    }

    /// A tensor of a `.safetensors` file.
    public struct Tensor: Sendable {
        public let name: String
        public let type: String
        public let shape: [Int]
        public let payload: [UInt8]

        public init(_ name: String, type: String, shape: [Int], payload: [UInt8]) {
            self.name = name
            self.type = type
            self.shape = shape
            self.payload = payload
        }

        /// Rows in one of the types `F32`, `F16` and `BF16`; the last keeps the upper half of each value.
        public init(_ name: String, rows: [[Float]], type: String = "F32") {
            let payload = rows.flatMap { row in
                row.flatMap { value in
                    switch type {
                    case "F16": littleEndian(Float16(value).bitPattern)
                    case "BF16": littleEndian(UInt16(value.bitPattern >> 16))
                    default: littleEndian(value.bitPattern)
                    }
                }
            }
            self.init(name, type: type, shape: [rows.count, rows[0].count], payload: payload)
        }
    }

    /// A `.safetensors` file of some tensors, one after another.
    public static func safetensors(_ tensors: [Tensor]) -> [UInt8] {
        var entries = ["\"__metadata__\":{\"format\":\"pt\"}"]
        var payload: [UInt8] = []
        for tensor in tensors {
            let end = payload.count + tensor.payload.count
            entries.append(
                "\"\(tensor.name)\":{\"dtype\":\"\(tensor.type)\",\"shape\":\(tensor.shape),"
                    + "\"data_offsets\":[\(payload.count),\(end)]}")
            payload += tensor.payload
        }
        return safetensors(header: "{\(entries.joined(separator: ","))}", payload: payload)
    }

    /// A `.safetensors` file with a header of that text.
    public static func safetensors(header: String, payload: [UInt8]) -> [UInt8] {
        littleEndian(UInt64(header.utf8.count)) + Array(header.utf8) + payload
    }

    /// NumPy's own words for an array.
    public static func header(_ type: String, _ shape: [Int], fortranOrder: String = "False") -> String {
        "{'descr': '\(type)', 'fortran_order': \(fortranOrder), 'shape': (\(shape.map { "\($0)" }.joined(separator: ", ")),), }"
    }

    public static func littleEndian(_ number: some FixedWidthInteger) -> [UInt8] {
        (0..<number.bitWidth / 8).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
    }
}
