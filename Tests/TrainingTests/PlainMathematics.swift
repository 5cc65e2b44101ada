#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// e to the power of `x`, by the C library.
func exponential(_ x: Double) -> Double { exp(x) }

/// The natural logarithm of `x`, by the C library.
func logarithm(_ x: Double) -> Double { log(x) }
