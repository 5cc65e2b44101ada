public import JSON

extension TierConfiguration {
    /// Reads a JSON document.
    ///
    /// Linear in the bytes, but for the few comparisons of experiments of one layer.
    ///
    /// - Throws: ``ConfigurationError`` with everything that is wrong; where the bytes are no JSON, with the first fault.
    public init(parsing bytes: [UInt8]) throws(ConfigurationError) {
        try Self.checkSize(bytes.count)
        let value: JSONValue
        do {
            value = try JSONValue(parsing: bytes)
        } catch {
            throw ConfigurationError(pointer: error.pointer, detail: error.description)
        }
        try self.init(value)
    }

    /// Reads a document that was YAML or JSON.
    ///
    /// - Throws: ``ConfigurationError`` with everything that is wrong.
    public init(_ value: JSONValue) throws(ConfigurationError) {
        if let deep = value.pointerPast(depth: JSONValue.maximumDepth) {
            throw ConfigurationError(
                pointer: deep,
                detail: "The document is nested more than \(JSONValue.maximumDepth) levels deep. Flatten it.")
        }
        var reader = DocumentReader()
        let configuration = reader.configuration(DocumentNode(value: value, pointer: JSONPointer()))
        guard let configuration, reader.problems.isEmpty else {
            throw ConfigurationError(problems: reader.problems)
        }
        let problems = configuration.ownProblems()
        guard problems.isEmpty else { throw ConfigurationError(problems: problems) }
        try Self.checkSize(configuration.canonicalBytes.count)
        self = configuration
    }

    private static func checkSize(_ count: Int) throws(ConfigurationError) {
        guard count <= maximumBytes else {
            throw ConfigurationError(
                pointer: JSONPointer(), detail: "The document has \(count) bytes. Give at most \(maximumBytes).")
        }
    }
}

extension DocumentReader {
    fileprivate mutating func configuration(_ node: DocumentNode) -> TierConfiguration? {
        guard let members = members(of: node, .configuration) else { return nil }
        if let schema = required("schema", of: members), let text = text(schema), text != TierConfiguration.schemaName {
            refuse(schema.pointer, "This schema is not known. Write \"\(TierConfiguration.schemaName)\".")
        }
        let version = TierConfiguration.hashVersion
        _ = integer(required("hash_version", of: members), in: version...version)
        let revision = integer(members["revision"], in: 0...Int.max)
        let tiers = tiers(required("tiers", of: members))
        let defaultTier = key(required("default_tier", of: members))
        let floorTier = key(members["floor_tier"])
        let scenes = scenes(members["scenes"])
        let layers = elements(of: members["layers"]).compactMap { layer($0) }
        let holdouts = elements(of: members["holdouts"]).compactMap { holdout($0) }
        let experiments = elements(of: members["experiments"]).compactMap { experiment($0) }
        let killSwitch = truth(members["kill_switch"])
        guard let defaultTier else { return nil }
        return TierConfiguration(
            tiers: tiers, defaultTier: defaultTier, floorTier: floorTier, scenes: scenes, layers: layers,
            holdouts: holdouts, experiments: experiments, killSwitch: killSwitch ?? false, parentRevision: revision)
    }

    private mutating func tiers(_ node: DocumentNode?) -> [TierDefinition] {
        guard let node, let members = members(of: node, called: "the tiers by name") else { return [] }
        if members.keys.isEmpty { refuse(node.pointer, "There is no tier. Define one.") }
        let tiers = members.keys.compactMap { name -> TierDefinition? in
            guard let node = members[name], isKey(name, at: node.pointer) else { return nil }
            return tier(node, named: name)
        }
        return tiers.sorted { $0.name < $1.name }
    }

    private mutating func scenes(_ node: DocumentNode?) -> [String: String] {
        guard let node, let members = members(of: node, called: "tiers by scene") else { return [:] }
        var scenes: [String: String] = [:]
        for scene in members.keys {
            guard let node = members[scene], isKey(scene, at: node.pointer) else { continue }
            scenes[scene] = key(node)
        }
        return scenes
    }

    private mutating func layer(_ node: DocumentNode) -> ExperimentLayer? {
        guard let members = members(of: node, .layer) else { return nil }
        let key = key(required("key", of: members))
        let salt = self.key(required("salt", of: members))
        let unit = word(members["unit"], of: ExperimentLayer.Unit.self)
        guard let key, let salt else { return nil }
        return ExperimentLayer(key: key, salt: salt, unit: unit ?? .user)
    }

    private mutating func holdout(_ node: DocumentNode) -> Holdout? {
        guard let members = members(of: node, .holdout) else { return nil }
        let key = key(required("key", of: members))
        let range = range(required("range_ppm", of: members))
        let scope: Holdout.Scope?
        if let layer = members["layer"] {
            scope = self.key(layer).map { .layer($0) }
            if let salt = members["salt"] {
                refuse(
                    salt.pointer, "A holdout of a layer takes the layer's buckets. Leave the salt out, or the layer.")
            }
        } else {
            scope = self.key(required("salt", of: members)).map { .everywhere(salt: $0) }
        }
        guard let key, let range, let scope else { return nil }
        return Holdout(key: key, scope: scope, range: range)
    }
}

extension JSONValue {
    /// The first value that is nested deeper than `depth` arrays and objects; `nil` if none is.
    fileprivate func pointerPast(depth: Int, at pointer: JSONPointer = JSONPointer()) -> JSONPointer? {
        switch self {
        case .array(let elements):
            guard depth > 0 else { return pointer }
            for (index, element) in elements.enumerated() where element.isContainer {
                if let deep = element.pointerPast(depth: depth - 1, at: pointer.appending(index)) { return deep }
            }
        case .object(let members):
            guard depth > 0 else { return pointer }
            for member in members where member.value.isContainer {
                if let deep = member.value.pointerPast(depth: depth - 1, at: pointer.appending(member.key)) {
                    return deep
                }
            }
        default: break
        }
        return nil
    }

    private var isContainer: Bool { elements != nil || members != nil }
}
