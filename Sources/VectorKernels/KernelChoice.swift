import CVectorKernels

/// The kind of CPU that the inner loops are written for; all kinds compute the same bits.
public enum KernelChoice: Int32, CaseIterable, Sendable {
    /// Plain C, for any CPU.
    case scalar = 0
    /// x86-64 with AVX2, FMA and F16C.
    case avx2 = 1
    /// x86-64 with AVX-512 and its integer dot product (VNNI).
    case avx512 = 2
    /// 64-bit ARM with the dot product instructions.
    case neon = 3

    /// The kernel's name, as `LINDEN_KERNEL` takes it.
    public var name: String {
        switch self {
        case .scalar: "scalar"
        case .avx2: "avx2"
        case .avx512: "avx512"
        case .neon: "neon"
        }
    }

    /// Whether this CPU runs the kernel.
    public var isSupported: Bool { linden_kernel_runs(rawValue) }

    /// The kernels that this CPU runs, slowest first.
    public static var supported: [KernelChoice] { allCases.filter(\.isSupported) }

    /// The kernel that is used where none is named: what `LINDEN_KERNEL` asks for, or else the fastest; chosen once.
    ///
    /// A name that ``asked()`` refuses counts as none.
    public static let current: KernelChoice = {
        do throws(KernelChoiceError) {
            return try asked() ?? fastest
        } catch {
            return fastest
        }
    }()

    private static var fastest: KernelChoice { supported.last ?? .scalar }

    /// The kernel that `LINDEN_KERNEL` asks for, `nil` when it is not set.
    ///
    /// - Throws: ``KernelChoiceError/unknown(supported:)`` when this CPU has no kernel of that name.
    public static func asked() throws(KernelChoiceError) -> KernelChoice? {
        // SAFETY: the string is the environment's own, which this program never changes.
        guard let name = unsafe linden_kernel_asked() else { return nil }
        // SAFETY: as above; getenv ends it with a zero.
        return try KernelChoice(named: unsafe String(cString: name))
    }

    /// Finds a kernel by its name.
    ///
    /// - Throws: ``KernelChoiceError/unknown(supported:)`` when this CPU has no kernel of that name.
    public init(named name: String) throws(KernelChoiceError) {
        guard let choice = Self.supported.first(where: { $0.name == name }) else {
            throw .unknown(supported: Self.supported.map(\.name))
        }
        self = choice
    }
}

/// Why a kernel cannot be used.
public enum KernelChoiceError: Error, Equatable, CustomStringConvertible {
    case unknown(supported: [String])

    public var description: String {
        switch self {
        case .unknown(let supported):
            "LINDEN_KERNEL names no kernel of this CPU. Use one of \(supported.joined(separator: ", ")), or unset it."
        }
    }
}
