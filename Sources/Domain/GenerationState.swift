/// Where a generation stands in its life.
public enum GenerationState: String, CaseIterable, Sendable {
    /// Its model is stored; nothing is embedded yet.
    case registered
    /// Its embeddings are being written; at most one is.
    case building
    /// All written; not yet checked for serving.
    case built
    /// Checked: it could serve.
    case verified
    /// Compared with the generation that serves, on stored requests.
    case shadow
    /// Serves requests; at most one does.
    case active
    /// Has served; can be activated again.
    case retired
    /// Its embeddings and its model are gone; only its record is left.
    case dropped

    /// States that may come right after this one; this is the only place that says so.
    public var successors: Set<GenerationState> {
        switch self {
        case .registered: [.building, .dropped]
        case .building: [.built, .dropped]
        case .built: [.verified, .dropped]
        // What no longer passes its checks goes back.
        case .verified: [.built, .shadow, .active, .dropped]
        case .shadow: [.built, .active, .dropped]
        case .active: [.retired]
        case .retired: [.active, .dropped]
        case .dropped: []
        }
    }

    /// States from which a generation may come to this one.
    public var predecessors: Set<GenerationState> {
        Set(Self.allCases.filter { $0.successors.contains(self) })
    }

    /// Whether there are tables that its embeddings are written to, so that changed items must be embedded for it too.
    public var holdsEmbeddings: Bool { self != .registered && self != .dropped }
}
