/// Why a request was not scanned.
public enum ScanRefusal: Error, Hashable, CustomStringConvertible {
    case queueFull(limit: Int)
    /// Its deadline came while it waited.
    case late

    public var description: String {
        switch self {
        case .queueFull(let limit):
            "\(limit) requests wait to be answered already. Send it again later, or to another node."
        case .late:
            "The deadline came while the request waited. Allow it more time, or send fewer at once."
        }
    }
}
