public import Domain

extension MemoryStore: EmbeddingImporter {
    public func match(items: [ItemID]) async throws -> CatalogueMatch<ItemSubject> {
        try withState { state in
            let given = Set(items)
            let missing = state.items.sorted { $0.key < $1.key }.map(\.value.id).filter { !given.contains($0) }
            return CatalogueMatch(
                unknown: items.indices.filter { state.itemNumbers[items[$0]] == nil },
                deleted: items.indices.filter { index in
                    state.itemNumbers[items[index]].map { state.items[$0] == nil } ?? false
                },
                missing: (missing.count, Array(missing.prefix(3))))
        }
    }

    public func match(users: [UserID]) async throws -> CatalogueMatch<UserSubject> {
        try withState { state in
            CatalogueMatch(unknown: users.indices.filter { state.users[users[$0]] == nil }, missing: (0, []))
        }
    }

    public func publish(_ imported: ImportedGeneration) async throws -> Generation {
        try withState { state in
            if let known = state.generation(imported.fingerprint) { return known }
            if let other = state.published.values.first(where: {
                $0.generation.name == imported.name && $0.generation.state != .dropped
            }) {
                throw GenerationNameError.taken(imported.name, by: other.generation.number)
            }
            for item in imported.items.ids where state.itemNumbers[item] == nil { state.put(CatalogueItem(id: item)) }
            return state.write(
                imported.draft(
                    itemNumbers: imported.items.ids.map { state.number(of: $0).rawValue },
                    userNumbers: imported.users.ids.map { state.number(of: $0).rawValue }))
        }
    }
}
