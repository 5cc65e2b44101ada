public import Domain
import Postgres

extension PostgresStore: ExperimentRecords {
    public func records(_ question: ExperimentQuestion) async throws -> [ArmRecord] {
        let metrics = try Statement(Self.metrics, parameters: Self.parameters(of: question, withCovariate: true))
        let latencies = try Statement(Self.latencies, parameters: [question.experiment, Self.since(question)])
        let results = try await fold([metrics, latencies])
        let (metricRows, latencyRows) = (results[0], results[1])
        var moments: [String: [String: UnitMoments]] = [:]
        for row in metricRows {
            let (arm, metric, units) = try row.decode(String.self, String.self, Int64.self)
            let sums = try row.decode([Double].self, at: 3)
            moments[arm, default: [:]][metric] = UnitMoments(
                units: Int(units), means: SIMD3(sums[0], sums[1], sums[2]),
                squares: SIMD3(sums[3], sums[4], sums[5]), products: SIMD3(sums[6], sums[7], sums[8]))
        }
        var (buckets, degraded) = ([String: [Int: Int]](), [String: Int]())
        for row in latencyRows {
            let (arm, bucket, answers, less) = try row.decode(String.self, Int32.self, Int64.self, Int64.self)
            buckets[arm, default: [:]][Int(bucket)] = Int(answers)
            degraded[arm, default: 0] += Int(less)
        }
        return moments.keys.sorted().map { arm in
            let own = buckets[arm] ?? [:]
            return ArmRecord(
                arm: arm, units: moments[arm]?.values.first?.units ?? 0, answers: own.values.reduce(0, +),
                degraded: degraded[arm] ?? 0, latencies: own, metrics: moments[arm] ?? [:])
        }
    }

    public func votes(_ question: ExperimentQuestion) async throws -> InterleavedVotes {
        let statement = try Statement(Self.votes, parameters: Self.parameters(of: question))
        let rows = try await fold([statement])[0]
        guard let (first, second, ties) = try rows.first?.decode(Int64.self, Int64.self, Int64.self) else {
            return InterleavedVotes(first: 0, second: 0, ties: 0)
        }
        return InterleavedVotes(first: Int(first), second: Int(second), ties: Int(ties))
    }

    public func exposures(_ question: ExperimentQuestion, limit: Int) async throws -> [LoggedExposure] {
        let statement = try Statement(
            Self.singles, parameters: Self.parameters(of: question) + [Int64(limit)])
        return try await fold([statement])[0].map { row in
            let (unit, arm, tier, plan) = try row.decode(String.self, String.self, String.self, String.self)
            return LoggedExposure(
                unit: unit, arm: arm, tier: tier, plan: plan, scene: try row.decode(at: 4),
                items: Int(try row.decode(Int32.self, at: 5)),
                propensity: Double(try row.decode(Float.self, at: 6)), spent: try row.decode(at: 7),
                clicks: Int(try row.decode(Int64.self, at: 8)))
        }
    }

    /// Runs statements at one moment, each table read once.
    ///
    /// A day's exposures have no statistics yet, and the planner takes them for a handful: it would look through all events
    /// for each of them (4,000 exposures and 55,000 events took more than 10 s, and take 0.1 s so).
    private func fold(_ statements: [Statement]) async throws -> [Rows] {
        try await withConnection { connection in
            try await connection.transaction(isolation: .repeatableRead, readOnly: true) { transaction in
                try await transaction.query("SET LOCAL enable_nestloop = off")
                var results: [Rows] = []
                for statement in statements { results.append(try await transaction.run(statement)) }
                return results
            }
        }
    }

    private static func since(_ question: ExperimentQuestion) -> Timestamptz {
        Timestamptz(microseconds: question.since?.microseconds ?? 0)
    }

    private static func parameters(
        of question: ExperimentQuestion, withCovariate: Bool = false
    ) -> [any PostgresEncodable] {
        let all: [any PostgresEncodable] = [
            question.experiment, since(question), question.kinds, question.attributionWindow / .seconds(1),
        ]
        return withCovariate ? all + [question.covariatePeriod / .seconds(1)] : all
    }

    /// Exposures of experiment $1 from $2 on, with what came of them: events of the kinds $3 within $4 seconds.
    ///
    /// An event counts for the answer that it names, when the item was among those shown; an item counts once.
    private static let answered: SQL = """
        WITH exposed AS MATERIALIZED (
            SELECT * FROM linden.exposures
            WHERE experiment = $1 AND day >= ($2::timestamptz AT TIME ZONE 'UTC')::date AND at >= $2
        ), clicked AS (
            SELECT recommendation_id, count(*) AS clicks, max(1.0 / place) AS reciprocal_rank, sum(value) AS value,
                   array_agg(place) AS places
            FROM (SELECT exposed.recommendation_id, item_no, min(array_position(exposed.items, items.item_id)) AS place,
                         coalesce(sum(events.value), 0) AS value
                  FROM exposed
                  JOIN linden.events ON events.recommendation_id = exposed.recommendation_id AND events.at >= $2
                       AND events.at >= exposed.at - interval '5 seconds'
                       AND events.at < exposed.at + make_interval(secs => $4)
                  JOIN linden.items USING (item_no)
                  WHERE kind_no IN (SELECT kind_no FROM linden.event_kinds WHERE kind = ANY ($3))
                    AND items.item_id = ANY (exposed.items)
                  GROUP BY exposed.recommendation_id, item_no) AS each
            GROUP BY recommendation_id
        ), answered AS (
            SELECT exposed.*, coalesce(clicks, 0) AS clicks, coalesce(reciprocal_rank, 0) AS reciprocal_rank,
                   coalesce(clicked.value, 0) AS value, places
            FROM exposed LEFT JOIN clicked USING (recommendation_id)
        )
        """

    private static let counted: SQL = "NOT is_fallback AND NOT is_override AND teams IS NULL"

    private static let metrics: SQL = """
        \(answered), units AS (
            SELECT arm, unit, count(*)::float8 AS answers, sum(cardinality(items))::float8 AS shown,
                   sum(clicks)::float8 AS clicks, sum(reciprocal_rank)::float8 AS reciprocal_rank,
                   sum(value)::float8 AS value, sum(spent) AS spent,
                   count(*) FILTER (WHERE cardinality(degraded) > 0)::float8 AS degraded,
                   (sum(clicks) > 0)::int::float8 AS converted, min(at) AS first_at
            FROM answered WHERE \(counted) GROUP BY arm, unit
        ), before AS (
            SELECT arm, unit, count(events.*)::float8 AS covariate
            FROM units
            LEFT JOIN linden.users ON users.user_id = units.unit
            LEFT JOIN linden.events ON events.user_no = users.user_no AND events.at < units.first_at
                 AND events.at >= units.first_at - make_interval(secs => $5)
                 AND events.at >= $2::timestamptz - make_interval(secs => $5)
            GROUP BY arm, unit
        )
        SELECT arm, metric, count(*), ARRAY[
            avg(y), avg(x), avg(z), regr_syy(y, x), regr_sxx(y, x), regr_sxx(y, z), regr_sxy(y, x), regr_sxy(x, z),
            regr_sxy(y, z)]
        FROM units JOIN before USING (arm, unit)
        CROSS JOIN LATERAL (VALUES
            ('ctr', clicks, shown), ('clicks_per_request', clicks, answers), ('conversion', converted, 1),
            ('reciprocal_rank', reciprocal_rank, answers), ('value_per_request', value, answers),
            ('cost_per_request', spent, answers), ('quality_per_unit', clicks, spent), ('degraded_rate', degraded, answers)
        ) AS metrics (metric, y, x)
        CROSS JOIN LATERAL (SELECT covariate AS z) AS covariates
        GROUP BY arm, metric
        """

    private static let latencies: SQL = """
        SELECT arm, floor(ln(greatest(took_ms, 1e-12)) / ln(1.01))::integer AS bucket, count(*),
               count(*) FILTER (WHERE cardinality(degraded) > 0)
        FROM linden.exposures
        WHERE experiment = $1 AND day >= ($2::timestamptz AT TIME ZONE 'UTC')::date AND at >= $2 AND \(counted)
        GROUP BY arm, bucket
        """

    private static let votes: SQL = """
        \(answered)
        SELECT count(*) FILTER (WHERE first > second), count(*) FILTER (WHERE second > first),
               count(*) FILTER (WHERE first = second)
        FROM answered CROSS JOIN LATERAL (
            SELECT count(*) FILTER (WHERE teams[place] = 0) AS first, count(*) FILTER (WHERE teams[place] = 1) AS second
            FROM unnest(places) AS place) AS credit
        WHERE teams IS NOT NULL AND NOT is_fallback AND NOT is_override
        """

    private static let singles: SQL = """
        \(answered)
        SELECT unit, arm, tier, plan, scene, cardinality(items), propensity, spent, clicks FROM answered WHERE \(counted)
        ORDER BY at, recommendation_id LIMIT $5
        """
}
