#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The logistic function.
package enum Logistic {
    package static func value(_ argument: Float) -> Float { 1 / (1 + expf(-argument)) }
}
