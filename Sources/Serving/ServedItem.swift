package import Domain
package import Towers

/// What a snapshot knows of the item in a row, besides its vectors.
package struct ServedItem: Hashable, Sendable {
    package let number: ItemNumber
    package let id: ItemID
    package let title: String
    /// What the towers read of it when it stands in a history.
    package let features: ItemFeatures
    package let interactions: Int

    package init(_ stored: StoredItem, features: ItemFeatures) {
        self.init(
            number: stored.number, id: stored.item.id, title: stored.item.title, features: features,
            interactions: stored.interactions)
    }

    package init(number: ItemNumber, id: ItemID, title: String, features: ItemFeatures, interactions: Int) {
        self.number = number
        self.id = id
        self.title = title
        self.features = features
        self.interactions = interactions
    }
}
