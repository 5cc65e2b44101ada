import NIOCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Why the service could not listen.
public enum HTTPServerError: Error, Equatable, CustomStringConvertible {
    case portTaken(Int)
    case portForbidden(Int)
    case hostNotHere(String)
    case hostUnknown(String)

    /// What a failure to listen says to the operator; `nil` for any other failure.
    init?(_ error: any Error, configuration: HTTPConfiguration) {
        if error is SocketAddressError.UnknownHost {
            self = .hostUnknown(configuration.host)
            return
        }
        switch (error as? IOError)?.errnoCode {
        case EADDRINUSE: self = .portTaken(configuration.port)
        case EACCES: self = .portForbidden(configuration.port)
        case EADDRNOTAVAIL: self = .hostNotHere(configuration.host)
        default: return nil
        }
    }

    public var description: String {
        switch self {
        case .portTaken(let port):
            "Port \(port) is taken. Stop what listens there, or choose another with --port."
        case .portForbidden(let port):
            "Port \(port) needs more rights than this user has. Choose one from 1024 on with --port."
        case .hostUnknown(let host):
            "No address is known for \(host). Give this machine's name or one of its addresses with --host."
        case .hostNotHere(let host):
            "This machine has no address \(host). Choose one that it has, or 0.0.0.0 for all, with --host."
        }
    }
}
