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

    /// NumPy's own words for an array.
    public static func header(_ type: String, _ shape: [Int], fortranOrder: String = "False") -> String {
        "{'descr': '\(type)', 'fortran_order': \(fortranOrder), 'shape': (\(shape.map { "\($0)" }.joined(separator: ", ")),), }"
    }

    public static func littleEndian(_ number: some FixedWidthInteger) -> [UInt8] {
        (0..<number.bitWidth / 8).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
    }
}
