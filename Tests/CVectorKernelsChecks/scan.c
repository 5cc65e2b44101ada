#include "checks.h"

static linden_scan_job job_of(const table *rows, const query *one, const uint64_t *mask) {
    return (linden_scan_job){.planes = rows->planes,
                             .plane_count = rows->plane_count,
                             .inverse_norms = rows->inverse_norms,
                             .mask = mask,
                             .groups = rows->groups,
                             .query_quads = one->quads,
                             .query_pairs = one->pairs,
                             .bias = one->bias,
                             .inverse_query_norm = one->inverse_norm};
}

// Expects the hits of some rows to come next, in their order.
static size_t expect_hits(const table *rows, const query *one, const uint64_t *mask, linden_run run, float threshold,
                          const linden_hit *hits, size_t at, size_t found) {
    for (size_t row = run.first; row < (size_t)run.first + run.count; row++) {
        const float expected = score(rows, row, one);
        if ((mask[row / 64] >> row % 64 & 1) == 0 || !(expected >= threshold)) continue;
        EXPECT(at < found, "row %zu with %a misses", row, (double)expected);
        EXPECT(hits[at].row == row, "%u instead of %zu", hits[at].row, row);
        const float found_score = hits[at++].score;
        EXPECT(bits_of(found_score) == bits_of(expected), "%a, not %a", (double)found_score, (double)expected);
    }
    return at;
}

static void check_scan_of(const table *rows) {
    const query one = random_query(rows->quads);
    const uint64_t *mask = random_mask(rows->groups);
    const linden_scan_job job = job_of(rows, &one, mask);
    const float threshold = random_threshold(rows, &one);
    linden_hit *hits = FENCED(linden_hit, 16 * rows->groups);
    const size_t found = linden_scan(kernel, &job, threshold, hits);
    const linden_run all = {0, (uint32_t)(16 * rows->groups)};
    const size_t expected = expect_hits(rows, &one, mask, all, threshold, hits, 0, found);
    EXPECT(found == expected, "%zu hits, not %zu", found, expected);
}

void check_scan(void) {
    static const size_t groups[] = {0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 64, 67};
    size_t plane_count;
    for (size_t i = 0; layout(i, &plane_count) != NULL; i++)
        for (size_t g = 0; g < sizeof groups / sizeof groups[0]; g++)
            for (size_t repetition = 0; repetition < 10; repetition++) {
                const table rows = random_table(layout(i, &plane_count), plane_count, groups[g]);
                check_scan_of(&rows);
                release();
            }
}

void check_runs(void) {
    size_t plane_count;
    for (size_t i = 0; layout(i, &plane_count) != NULL; i++)
        for (size_t repetition = 0; repetition < 30; repetition++) {
            const size_t groups = 1 + random_below(150), count = random_below(20);
            const table rows = random_table(layout(i, &plane_count), plane_count, groups);
            const query one = random_query(rows.quads);
            const uint64_t *mask = random_mask(groups);
            const linden_scan_job job = job_of(&rows, &one, mask);
            const float threshold = random_threshold(&rows, &one);
            linden_run *runs = FENCED(linden_run, count);
            size_t room = 0;
            for (size_t r = 0; r < count; r++) {
                const size_t first = random_below(16 * groups), most = random_below(8) == 0 ? 1600 : 80;
                const size_t left = 16 * groups - first, wanted = 1 + random_below(most);
                runs[r] = (linden_run){(uint32_t)first, (uint32_t)(wanted < left ? wanted : left)};
                room += 16 * (((size_t)runs[r].first + runs[r].count + 15) / 16 - runs[r].first / 16);
            }
            linden_hit *hits = FENCED(linden_hit, room);
            const size_t found = linden_scan_runs(kernel, &job, runs, count, threshold, hits);
            size_t at = 0;
            for (size_t r = 0; r < count; r++) at = expect_hits(&rows, &one, mask, runs[r], threshold, hits, at, found);
            EXPECT(found == at, "%zu hits, not %zu", found, at);
            release();
        }
}
