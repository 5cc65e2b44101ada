public import Domain

/// What was found in vectors from elsewhere, and what was done with them.
public struct EmbeddingImportReport: Sendable {
    /// A file's rows beside the catalogue.
    public struct Part: Hashable, Sendable {
        /// Rows of the file.
        public let rows: Int
        /// Ids that were not in the catalogue.
        public let unknown: Int
        /// Whether those were left out; else they came in with nothing but their ids.
        public let leftOut: Bool
        /// Items that were taken out of the catalogue, and stay out.
        public let deleted: Int
        /// Items of the catalogue without a vector, which are not served, and a few of them.
        public let missing: Int
        public let missingExamples: [String]

        init<Subject>(_ embeddings: NamedEmbeddings<Subject>, _ match: CatalogueMatch<Subject>, leftOut: Bool) {
            rows = embeddings.count
            unknown = match.unknown.count
            self.leftOut = leftOut
            deleted = match.deleted.count
            missing = match.missing.count
            missingExamples = match.missing.examples.map(\.text)
        }
    }

    /// The generation that has the vectors; one that had them before is as it was.
    public let generation: Generation
    /// What it was to be called.
    public let askedName: String
    /// The generation that served before, if it is another.
    public let before: GenerationNumber?
    public let items: Part
    /// `nil` without a file of users.
    public let users: Part?
    public let measurement: RungMeasurement
    /// Whether the queries were users; else they were items.
    public let asksAsUsers: Bool
    public let minimumRecall: Double
    /// What plans find and cost; `nil` where nothing could be asked.
    public let frontier: Frontier?
    /// The plans of it that no other beats, cheapest first.
    public let plans: [FrontierPoint]
    public let elapsed: Duration

    /// The shortest prefix that may be served.
    public var servedFrom: Int { generation.ladder.rungs[0] }

    /// Whether only the whole vectors may be served, though shorter rungs were measured.
    public var servesOnlyWhole: Bool { generation.ladder.rungs.count == 1 && measurement.rungs.count > 1 }
}
