import ByteStreams
import Datasets
import Domain
import Evaluation
import Towers

/// The interactions of an evaluation, read from their files and split.
struct SplitFiles {
    let split: InteractionSplit
    /// What is known of the items that compete beside those of the training part.
    let catalogue: [ItemContent]
    /// Rows without a place in time, which were left out where the protocol needs one.
    let withoutTime: Int

    /// Reads and splits.
    ///
    /// - Parameters:
    ///   - file: What training sees, or what is split.
    ///   - items: What is known of items.
    ///   - rule: How the parts come to be.
    ///   - options: How `file` is read; files of held-out interactions need no order.
    /// - Throws: ``Datasets/DatasetError``, ``Evaluation/InteractionSplitError``.
    init(_ file: ByteSource, items: [ItemContent], rule: EvaluationProtocol, options: ReadOptions) throws {
        let reader = try InteractionReader(file, options: options)
        let rows = try reader.readAll()
        // An order has a place 0, which is no missing time.
        let timed = options.orderColumn == nil ? rows.filter { $0.timestamp != .epoch } : rows
        switch rule {
        case .fullRanking(let test, let validation):
            let heldOut = ReadOptions(columns: options.columns, allowedBadRows: options.allowedBadRows)
            func read(_ source: ByteSource) throws -> [Interaction] {
                try InteractionReader(source, options: heldOut).readAll()
            }
            split = InteractionSplit(train: rows, validation: try validation.map(read) ?? [], test: try read(test))
            catalogue = items
            withoutTime = reader.rowsWithoutPlace
            return
        case .leaveLastOut:
            split = try InteractionSplit.leavingLastOut(timed)
            catalogue = Self.adding(timed, to: items)
        case .globalSplit(let cut):
            split = try InteractionSplit.cutting(timed, at: cut)
            catalogue = items
        }
        withoutTime = reader.rowsWithoutPlace + rows.count - timed.count
    }

    /// The catalogue with every item of the interactions, so that one that is only ever last competes as well.
    private static func adding(_ interactions: [Interaction], to items: [ItemContent]) -> [ItemContent] {
        var known = Set(items.map(\.id))
        return items + interactions.filter { known.insert($0.item).inserted }.map { ItemContent(id: $0.item) }
    }
}
