import Domain
import JSON

/// Items, users or events that one request may carry.
let batchLimit = 500

extension CatalogueItem {
    /// The body of `PUT /v1/items/{id}`.
    static func field(id: ItemID) -> Field<CatalogueItem> {
        .object { body in
            if let named: ItemID = body.optional("item_id", .id()), named != id {
                body.refuse("item_id", because: "The path names another item. Leave this key out.")
            }
            return item(id: id, body: &body)
        }
    }

    /// The body of `POST /v1/items`.
    static var batchField: Field<[CatalogueItem]> {
        .batch(
            "items", key: "item_id", id: \.id,
            of: .object { body in
                guard let id: ItemID = body.required("item_id", .id()) else { return nil }
                return item(id: id, body: &body)
            })
    }

    private static func item(id: ItemID, body: inout ObjectReader) -> CatalogueItem {
        CatalogueItem(
            id: id,
            title: body.optional("title", .text(bytes: 0...4_096)) ?? "",
            categories: body.optional("categories", .list(of: .text(bytes: 1...256), count: 0...256)) ?? [],
            attributes: body.optional("attributes", .attributes) ?? [:],
            isAvailable: body.optional("available", .bool) ?? true)
    }
}

extension CatalogueUser {
    /// The body of `PUT /v1/users/{id}`.
    static func field(id: UserID) -> Field<CatalogueUser> {
        .object { body in
            if let named: UserID = body.optional("user_id", .id()), named != id {
                body.refuse("user_id", because: "The path names another user. Leave this key out.")
            }
            return CatalogueUser(id: id, attributes: body.optional("attributes", .attributes) ?? [:])
        }
    }

    /// The body of `POST /v1/users`.
    static var batchField: Field<[CatalogueUser]> {
        .batch(
            "users", key: "user_id", id: \.id,
            of: .object { body in
                let id: UserID? = body.required("user_id", .id())
                let attributes = body.optional("attributes", .attributes) ?? [:]
                return id.map { CatalogueUser(id: $0, attributes: attributes) }
            })
    }
}

extension Field {
    /// A body of one array, whose elements name each thing once.
    ///
    /// - Parameters:
    ///   - name: Key of the array.
    ///   - key: Key of an element's id, for issues.
    ///   - id: An element's id.
    ///   - element: What an element must be.
    /// - Returns: The field of the body.
    static func batch<Element, Subject>(
        _ name: String, key: String, id: @escaping (Element) -> ExternalID<Subject>, of element: Field<Element>
    ) -> Field where Value == [Element] {
        .object { body in
            guard let elements = body.required(name, .list(of: element, count: 1...batchLimit)) else { return nil }
            var seen: Set<ExternalID<Subject>> = []
            for (index, element) in elements.enumerated() where !seen.insert(id(element)).inserted {
                body.refuse(name, String(index), key, because: "This id comes twice in the batch. Keep one.")
            }
            return elements
        }
    }
}
