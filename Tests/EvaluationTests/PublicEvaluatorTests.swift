import Evaluation
import Testing

/// A fixed run of 50 made users, and what a public evaluator makes of it.
///
/// The numbers are those of pytrec_eval-terrier 0.5.11 (trec_eval's own code) through ir-measures 0.4.3: `nDCG@k`, `R@k` and
/// `Success@k` of the run as it is, `recip_rank` of the run cut at k. Relevance is 0 or 1.
@Suite("The metrics, beside a public evaluator's")
struct PublicEvaluatorTests {
    /// Ranked items, best first | wanted items | the user's nDCG@5.
    static let run = [
        "57 41 31 10 | 5 | 0.000000000",
        "54 24 47 11 | 4 | 0.000000000",
        "27 41 17 46 7 43 51 3 18 21 | 7 27 36 | 0.650820519",
        "15 12 53 57 | 3 8 12 15 21 23 45 53 57 | 0.868794922",
        "31 43 50 45 14 17 0 51 27 29 | 3 8 9 19 32 33 50 53 56 | 0.169580103",
        "15 21 10 45 | 3 4 6 10 15 16 21 24 45 | 0.868794922",
        "25 29 15 12 31 56 42 57 59 21 | 23 25 | 0.613147193",
        "51 22 13 59 20 29 38 9 35 23 | 38 40 48 | 0.000000000",
        "5 20 8 7 21 12 58 | 5 20 24 39 49 | 0.553146470",
        "43 49 5 17 13 27 39 58 50 36 | 1 13 17 21 57 | 0.277273427",
        "35 36 8 11 58 17 10 42 28 34 | 5 10 11 12 17 28 31 34 35 36 42 52 53 56 | 0.699214820",
        "6 46 40 47 12 52 33 13 28 57 | 3 5 8 13 25 27 29 30 33 40 45 46 47 57 | 0.529634717",
        "35 7 24 9 41 25 44 | 20 24 36 44 49 | 0.169580103",
        "31 40 18 55 28 5 50 | 31 | 1.000000000",
        "18 54 57 59 41 3 58 45 4 24 | 4 41 48 58 59 | 0.277273427",
        "20 39 30 19 53 8 49 43 59 6 | 1 2 6 8 12 23 28 30 34 36 45 53 56 59 | 0.300785180",
        "36 0 2 13 54 57 29 27 1 24 | 1 2 3 6 8 13 16 23 24 27 29 49 54 57 | 0.446853530",
        "46 15 1 28 59 36 43 | 11 59 | 0.237197713",
        "37 15 53 5 48 29 4 36 18 14 | 26 | 0.000000000",
        "2 59 16 31 | 16 59 | 0.693426404",
        "20 21 27 48 35 47 2 3 8 5 | 35 | 0.386852807",
        "27 1 2 8 22 46 53 39 44 11 | 0 2 8 11 12 21 25 27 30 31 32 39 44 49 | 0.654808658",
        "58 12 38 26 | 12 23 26 27 39 45 50 53 58 | 0.699214820",
        "37 46 28 0 3 45 17 34 7 30 | 28 | 0.500000000",
        "57 40 13 1 59 2 45 34 18 33 | 7 15 31 33 36 40 50 52 59 | 0.345191342",
        "19 5 44 6 26 21 55 18 32 45 | 0 6 17 23 34 44 51 53 55 | 0.315648452",
        "16 6 45 47 19 42 23 48 50 34 | 16 35 | 0.613147193",
        "58 39 23 44 59 37 2 17 9 3 | 44 | 0.430676558",
        "2 36 9 45 22 52 56 | 9 | 0.500000000",
        "59 30 13 28 11 7 38 50 17 39 | 8 10 12 28 59 | 0.485228555",
        "6 40 3 0 57 11 18 43 44 55 | 0 11 18 22 29 38 39 40 44 | 0.360054615",
        "56 29 42 3 13 12 17 | 11 13 29 32 53 | 0.345191342",
        "37 4 19 28 41 18 13 | 31 | 0.000000000",
        "51 13 14 3 19 33 16 | 51 | 1.000000000",
        "27 52 19 10 6 16 49 14 0 32 | 19 | 0.500000000",
        "29 25 31 47 16 12 6 | 12 17 28 31 57 | 0.169580103",
        "16 55 28 59 7 20 38 10 25 46 | 15 19 25 26 32 | 0.000000000",
        "28 26 10 59 | 10 12 15 | 0.234639363",
        "45 2 11 10 48 47 0 6 12 49 | 0 10 25 | 0.202107347",
        "28 19 9 49 44 21 58 | 17 33 53 | 0.000000000",
        "42 20 43 58 54 59 2 14 30 26 | 14 33 38 43 59 | 0.169580103",
        "13 36 49 1 | 35 39 43 | 0.000000000",
        "31 40 52 48 | 40 | 0.630929754",
        "37 30 56 27 44 15 29 52 39 7 | 2 15 28 29 31 34 38 39 43 44 52 53 55 56 | 0.300785180",
        "4 50 59 38 1 5 49 24 46 41 | 9 20 | 0.000000000",
        "0 36 9 22 18 10 34 20 56 54 | 11 29 | 0.000000000",
        "30 5 50 8 48 17 56 | 10 22 | 0.000000000",
        "5 0 40 46 25 28 37 53 39 1 | 25 27 38 40 44 | 0.300785180",
        "3 21 43 2 24 30 0 | 0 2 3 21 24 28 30 31 32 37 41 43 50 52 | 1.000000000",
        "55 7 37 36 | 32 | 0.000000000",
    ]

    struct User {
        let ranking: [Int]
        let wanted: Set<Int>
        let ndcgAt5: Double

        init(_ line: String) throws {
            let parts = line.split(separator: "|").map { $0.split(separator: " ") }
            ranking = parts[0].compactMap { Int($0) }
            wanted = Set(parts[1].compactMap { Int($0) })
            ndcgAt5 = try #require(Double(parts[2][0]))
        }
    }

    @Test(
        "agree in every mean to 1e-6",
        arguments: [
            (k: 1, recall: 0.085619047619, ndcg: 0.26, reciprocalRank: 0.26, hitRate: 0.26),
            (k: 5, recall: 0.366666666667, ndcg: 0.369998896418, reciprocalRank: 0.434666666667, hitRate: 0.76),
            (k: 10, recall: 0.454825396825, ndcg: 0.384645075998, reciprocalRank: 0.439746031746, hitRate: 0.8),
        ])
    func means(k: Int, recall: Double, ndcg: Double, reciprocalRank: Double, hitRate: Double) throws {
        let users = try Self.run.map(User.init)
        let quality = try #require(
            RankingQuality(rankings: users.map(\.ranking), relevant: users.map(\.wanted), k: k, catalogue: 60))
        #expect(quality.users == 50)
        #expect(abs(quality.recall - recall) < 1e-6)
        #expect(abs(quality.ndcg - ndcg) < 1e-6)
        #expect(abs(quality.meanReciprocalRank - reciprocalRank) < 1e-6)
        #expect(abs(quality.hitRate - hitRate) < 1e-6)
    }

    @Test("agree user by user to 1e-6")
    func eachUser() throws {
        for user in try Self.run.map(User.init) {
            let metrics = try #require(RankingMetrics(ranking: user.ranking, relevant: user.wanted, k: 5))
            #expect(abs(metrics.ndcg - user.ndcgAt5) < 1e-6, "\(user)")
        }
    }
}
