#include "checks.h"

// Some queries and the tiles that they lie in.
typedef struct {
    query *each;
    linden_queries packed;
} batch;

static batch random_batch(size_t count, size_t quads) {
    const size_t tiles = (count + LINDEN_TILE_QUERIES - 1) / LINDEN_TILE_QUERIES;
    batch all = {.each = FENCED(query, count)};
    // Places that no query has keep their random bytes.
    int32_t *tile_quads = FENCED(int32_t, tiles * LINDEN_TILE_QUERIES * quads);
    int32_t *tile_pairs = FENCED(int32_t, 2 * tiles * LINDEN_TILE_QUERIES * quads);
    int32_t *biases = FENCED(int32_t, count);
    for (size_t q = 0; q < count; q++) {
        all.each[q] = random_query(quads);
        biases[q] = all.each[q].bias;
        const size_t tile = q / LINDEN_TILE_QUERIES, place = q % LINDEN_TILE_QUERIES;
        for (size_t j = 0; j < quads; j++) {
            tile_quads[LINDEN_TILE_QUERIES * (tile * quads + j) + place] = all.each[q].quads[j];
            for (size_t half = 0; half < 2; half++) {
                const size_t pair = 2 * (tile * quads + j) + half;
                tile_pairs[LINDEN_TILE_QUERIES * pair + place] = all.each[q].pairs[2 * j + half];
            }
        }
    }
    all.packed = (linden_queries){tile_quads, tile_pairs, biases, count, quads};
    return all;
}

static void check_batch_of(const table *rows, size_t count) {
    const batch all = random_batch(count, rows->quads);
    const size_t words = (rows->groups + 3) / 4, stride = words + random_below(3);
    // The stretches of a query and the next overlap in nothing, and the last ends at the fence.
    uint64_t *masks = FENCED(uint64_t, count == 0 ? 0 : stride * (count - 1) + words);
    const size_t room = 16 * rows->groups, hit_stride = room + random_below(5);
    linden_hit *hits = FENCED(linden_hit, count == 0 ? 0 : hit_stride * (count - 1) + room);
    float *inverse_norms = FENCED(float, count), *thresholds = FENCED(float, count);
    size_t *found = FENCED(size_t, count);
    for (size_t q = 0; q < count; q++) {
        memcpy(masks + q * stride, random_mask(rows->groups), words * sizeof(uint64_t));
        inverse_norms[q] = all.each[q].inverse_norm;
        thresholds[q] = random_threshold(rows, &all.each[q]);
    }
    const linden_batch_job job = {rows->planes, rows->plane_count, rows->inverse_norms, rows->groups, masks, stride,
                                  hits, hit_stride, inverse_norms, thresholds, found};
    linden_scan_batch(kernel, &job, &all.packed);
    for (size_t q = 0; q < count; q++) {
        size_t at = 0;
        for (size_t row = 0; row < room; row++) {
            const float expected = score(rows, row, &all.each[q]);
            if ((masks[q * stride + row / 64] >> row % 64 & 1) == 0 || !(expected >= thresholds[q])) continue;
            EXPECT(at < found[q], "row %zu of query %zu of %zu misses", row, q, count);
            const linden_hit hit = hits[q * hit_stride + at++];
            EXPECT(hit.row == row, "%u instead of %zu for query %zu", hit.row, row, q);
            EXPECT(bits_of(hit.score) == bits_of(expected), "%a, not %a", (double)hit.score, (double)expected);
        }
        EXPECT(found[q] == at, "%zu hits, not %zu, of query %zu of %zu", found[q], at, q, count);
    }
}

void check_batch(void) {
    static const size_t groups[] = {0, 1, 2, 3, 5, 8, 66};
    size_t plane_count;
    for (size_t i = 0; layout(i, &plane_count) != NULL; i++)
        for (size_t g = 0; g < sizeof groups / sizeof groups[0]; g++)
            for (size_t count = 0; count <= 18; count = groups[g] > 8 && count > 2 ? 2 * count : count + 1) {
                const table rows = random_table(layout(i, &plane_count), plane_count, groups[g]);
                check_batch_of(&rows, count);
                release();
            }
}

void check_nearest(void) {
    size_t plane_count;
    for (size_t i = 0; layout(i, &plane_count) != NULL; i++)
        for (size_t count = 0; count <= 20; count++)
            for (size_t repetition = 0; repetition < 4; repetition++) {
                const size_t groups = 1 + random_below(repetition == 0 ? 150 : 6);
                const table rows = random_table(layout(i, &plane_count), plane_count, groups);
                // Few norms, so that there are equal scores: rows that are all alike.
                if (repetition == 1) memset(rows.inverse_norms, 0x2c, groups * 16 * sizeof(uint16_t));
                if (repetition == 2) memset(rows.inverse_norms, 0, groups * 16 * sizeof(uint16_t));
                const batch all = random_batch(count, rows.quads);
                const size_t first = random_below(16 * groups), number = random_below(1000);
                const size_t row_count = random_below(16 * groups - first + 1);
                const linden_nearest_job job = {rows.planes, rows.plane_count, rows.inverse_norms, first, row_count,
                                                (int32_t)number};
                int32_t *best = FENCED(int32_t, count), *expected = FENCED(int32_t, count);
                float *scores = FENCED(float, count), *highest = FENCED(float, count);
                for (size_t q = 0; q < count; q++) {
                    best[q] = expected[q] = -7;
                    scores[q] = highest[q] = random_below(3) ? -INFINITY : random_float() * 1000;
                    for (size_t row = first; row < first + row_count; row++) {
                        const int32_t sum = product(&rows, row, all.each[q].codes);
                        const float value = (float)sum * half_value(rows.inverse_norms[row]);
                        if (!(value > highest[q])) continue;
                        highest[q] = value;
                        expected[q] = (int32_t)(number + row);
                    }
                }
                linden_nearest(kernel, &job, &all.packed, best, scores);
                for (size_t q = 0; q < count; q++) {
                    EXPECT(best[q] == expected[q], "%d instead of %d for %zu of %zu", best[q], expected[q], q, count);
                    EXPECT(bits_of(scores[q]) == bits_of(highest[q]), "%a, not %a", (double)scores[q],
                           (double)highest[q]);
                }
                release();
            }
}
