public import Domain
import Postgres

extension PostgresStore: ExposureStore {
    public func append(exposures: [Exposure]) async throws -> Int {
        guard !exposures.isEmpty else { return 0 }
        let days = try Statement(
            """
            SELECT linden.ensure_exposure_days(ARRAY(
                SELECT DISTINCT (at AT TIME ZONE 'UTC')::date FROM unnest($1::timestamptz[]) AS at))
            """, exposures.map { Timestamptz(microseconds: $0.at.microseconds) })
        let insertion = try Statement(Self.insertion, parameters: Self.columns(of: exposures))
        return try await withConnection { connection in
            try await connection.transaction { transaction in
                try await transaction.pipeline([days, insertion]).last?.affected ?? 0
            }
        }
    }

    public func dropExposures(before moment: Timestamp) async throws -> Int {
        try await withConnection { connection in
            let rows = try await connection.query(
                "SELECT linden.drop_exposures_before(($1::timestamptz AT TIME ZONE 'UTC')::date)",
                Timestamptz(microseconds: moment.microseconds))
            return Int(try rows.first?.decode(Int32.self, at: 0) ?? 0)
        }
    }

    /// Arrays of an exposure travel as array literals: `unnest` would flatten arrays of arrays.
    private static let insertion: SQL = """
        INSERT INTO linden.exposures (
            day, recommendation_id, experiment, at, unit, arm, revision, tier, generation, scene, plan, planned, spent,
            estimated_recall, took_ms, degraded, is_fallback, is_override, propensity, items, propensities, teams)
        SELECT (at AT TIME ZONE 'UTC')::date, recommendation_id, experiment, at, unit, arm, revision, tier, generation, scene, plan, planned,
               spent, estimated_recall, took_ms, degraded::text[], is_fallback, is_override, propensity, items::text[],
               propensities::real[], teams::smallint[]
        FROM unnest(
            $1::text[], $2::text[], $3::timestamptz[], $4::text[], $5::text[], $6::bigint[], $7::text[], $8::integer[],
            $9::text[], $10::text[], $11::double precision[], $12::double precision[], $13::real[], $14::real[],
            $15::text[], $16::boolean[], $17::boolean[], $18::real[], $19::text[], $20::text[], $21::text[]
        ) AS new (
            recommendation_id, experiment, at, unit, arm, revision, tier, generation, scene, plan, planned, spent,
            estimated_recall, took_ms, degraded, is_fallback, is_override, propensity, items, propensities, teams)
        ON CONFLICT (day, recommendation_id, experiment) DO NOTHING
        """

    private static func columns(of exposures: [Exposure]) -> [any PostgresEncodable] {
        [
            exposures.map(\.recommendation), exposures.map(\.experiment),
            exposures.map { Timestamptz(microseconds: $0.at.microseconds) }, exposures.map(\.unit),
            exposures.map(\.arm), exposures.map(\.revision), exposures.map(\.tier),
            exposures.map(\.generation.rawValue), exposures.map(\.scene), exposures.map(\.plan),
            exposures.map(\.planned.units), exposures.map(\.spent.units),
            exposures.map { $0.estimatedRecall.map(Float.init) }, exposures.map { Float($0.took / .milliseconds(1)) },
            exposures.map { arrayLiteral($0.degraded) }, exposures.map(\.isFallback), exposures.map(\.isOverride),
            exposures.map { Float($0.propensity) }, exposures.map { arrayLiteral($0.items.map(\.item.text)) },
            exposures.map { arrayLiteral($0.items.map { "\($0.propensity)" }) },
            exposures.map { exposure in
                let teams = exposure.items.compactMap(\.team)
                return teams.count == exposure.items.count && !teams.isEmpty
                    ? arrayLiteral(teams.map(String.init)) : nil
            },
        ]
    }

    /// The text of an array, each element quoted.
    static func arrayLiteral(_ elements: [String]) -> String {
        var literal: [UInt8] = [UInt8(ascii: "{")]
        for (place, element) in elements.enumerated() {
            if place > 0 { literal.append(UInt8(ascii: ",")) }
            literal.append(UInt8(ascii: "\""))
            for byte in element.utf8 {
                if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { literal.append(UInt8(ascii: "\\")) }
                literal.append(byte)
            }
            literal.append(UInt8(ascii: "\""))
        }
        literal.append(UInt8(ascii: "}"))
        return String(decoding: literal, as: UTF8.self)
    }
}
