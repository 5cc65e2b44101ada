/// What a file keeps of each value; always little-endian.
public enum VectorElement: Hashable, Sendable {
    /// IEEE 754 single precision: NumPy's `<f4`, and `.fvecs`.
    case float32
    /// IEEE 754 half precision: NumPy's `<f2`.
    case float16
    /// The upper half of a single-precision number: `BF16` of `.safetensors`.
    case bfloat16
    /// Whole numbers: NumPy's `<i4`, and `.ivecs`.
    case int32
    /// Whole numbers: NumPy's `<i8`.
    case int64

    /// Bytes of one value.
    public var bytes: Int {
        switch self {
        case .float16, .bfloat16: 2
        case .float32, .int32: 4
        case .int64: 8
        }
    }

    /// Whether values are floating-point numbers: embeddings; else ids.
    public var isFloatingPoint: Bool { self == .float32 || self == .float16 || self == .bfloat16 }

    /// NumPy's name of the type, where it has one.
    var numpyName: String {
        switch self {
        case .float32: "<f4"
        case .float16: "<f2"
        case .bfloat16: "BF16"
        case .int32: "<i4"
        case .int64: "<i8"
        }
    }

    /// The type of a NumPy name; `nil` for types that no vector file of Linden's has.
    init?(numpyName: String) {
        switch numpyName {
        case "<f4": self = .float32
        case "<f2": self = .float16
        case "<i4": self = .int32
        case "<i8": self = .int64
        default: return nil
        }
    }

    /// The type of a name in a `.safetensors` file; `nil` for types that are no embeddings.
    init?(safetensorsName: String) {
        switch safetensorsName {
        case "F32": self = .float32
        case "F16": self = .float16
        case "BF16": self = .bfloat16
        default: return nil
        }
    }
}
