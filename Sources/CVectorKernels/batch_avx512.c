#if defined(__x86_64__)
#include <immintrin.h>

#include "kernel.h"

#define TILE LINDEN_TILE_QUERIES

// Groups side by side: two of them and eight queries are sixteen sums, which hide the latency of each.
#define GROUPS 2

// How far ahead of its reading a scan asks for memory, in groups, and for which cache: the second. 1,000,000 x 64 with
// eight queries took 0.56 ms a query without, 0.43 when it asked for the next four groups, 0.31 so.
#define GROUPS_AHEAD 24
#define SECOND_CACHE 2

// Adds the inner products of `groups` groups with `queries` queries of a tile; these and `fetches`, whether it asks for
// memory, are constants where it is inlined.
LINDEN_AVX512 __attribute__((always_inline)) static inline void add_products(
    const linden_plane *planes, size_t plane_count, size_t group, size_t groups, const int32_t *tile, size_t queries,
    bool fetches, __m512i sums[GROUPS][TILE]) {
    for (size_t p = 0; p < plane_count; p++) {
        const size_t quads = planes[p].quads;
        const uint8_t *quad = planes[p].rows + group * quads * 64;
        for (size_t j = 0; j < quads; j++, quad += 64, tile += TILE) {
            __m512i rows[GROUPS];
            for (size_t g = 0; g < groups; g++) {
                rows[g] = _mm512_loadu_si512(quad + g * quads * 64);
                if (fetches) __builtin_prefetch(quad + (g + GROUPS_AHEAD) * quads * 64, 0, SECOND_CACHE);
            }
            for (size_t q = 0; q < queries; q++)
                for (size_t g = 0; g < groups; g++)
                    sums[g][q] = _mm512_dpbusd_epi32(sums[g][q], rows[g], _mm512_set1_epi32(tile[q]));
        }
    }
}

LINDEN_AVX512 static inline __m512 inverse_norms(const uint16_t *halves) {
    return _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)(const void *)halves));
}

// Each lane's best row so far.
typedef struct {
    __m512 scores[TILE];
    __m512i rows[TILE];
} lanes_best;

LINDEN_AVX512 __attribute__((always_inline)) static inline void meet(
    const linden_nearest_job *job, const int32_t *tile, const int32_t *biases, size_t queries, size_t group,
    size_t groups, lanes_best *best) {
    __m512i sums[GROUPS][TILE];
    for (size_t q = 0; q < queries; q++)
        for (size_t g = 0; g < groups; g++) sums[g][q] = _mm512_set1_epi32(-biases[q]);
    add_products(job->planes, job->plane_count, group, groups, tile, queries, false, sums);

    const __m512i lanes = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    for (size_t g = 0; g < groups; g++) {
        const size_t start = (group + g) * LINDEN_GROUP_ROWS;
        const __m512i rows = _mm512_add_epi32(_mm512_set1_epi32(job->number + (int32_t)start), lanes);
        const __mmask16 bits = (__mmask16)linden_range_bits(job->first_row, job->row_count, group + g);
        const __m512 norms = inverse_norms(job->inverse_norms + start);
        for (size_t q = 0; q < queries; q++) {
            const __m512 scores = _mm512_mul_ps(_mm512_cvtepi32_ps(sums[g][q]), norms);
            const __mmask16 wins = _mm512_mask_cmp_ps_mask(bits, scores, best->scores[q], _CMP_GT_OQ);
            best->scores[q] = _mm512_mask_mov_ps(best->scores[q], wins, scores);
            best->rows[q] = _mm512_mask_mov_epi32(best->rows[q], wins, rows);
        }
    }
}

LINDEN_AVX512 __attribute__((always_inline)) static inline void nearest(
    const linden_nearest_job *job, const int32_t *tile, const int32_t *biases, size_t queries, size_t start, size_t end,
    int32_t *rows, float *scores) {
    lanes_best best;
    for (size_t q = 0; q < queries; q++) {
        best.scores[q] = _mm512_set1_ps(scores[q]);
        best.rows[q] = _mm512_set1_epi32(rows[q]);
    }
    size_t group = start;
    for (; group + 2 <= end; group += 2) meet(job, tile, biases, queries, group, 2, &best);
    for (; group < end; group++) meet(job, tile, biases, queries, group, 1, &best);

    for (size_t q = 0; q < queries; q++) {
        const float highest = _mm512_reduce_max_ps(best.scores[q]);
        if (!(highest > scores[q])) continue;
        const __mmask16 equal = _mm512_cmp_ps_mask(best.scores[q], _mm512_set1_ps(highest), _CMP_EQ_OQ);
        rows[q] = _mm512_mask_reduce_min_epi32(equal, best.rows[q]);
        // That row's own score: zeros are equal whatever their sign.
        const __mmask16 lowest = _mm512_mask_cmpeq_epi32_mask(equal, best.rows[q], _mm512_set1_epi32(rows[q]));
        scores[q] = _mm512_mask_reduce_max_ps(lowest, best.scores[q]);
    }
}

LINDEN_AVX512 void linden_nearest_avx512(const linden_nearest_job *job, const linden_queries *queries, int32_t *rows,
                                         float *scores) {
    const size_t first = job->first_row / LINDEN_GROUP_ROWS;
    const size_t end = (job->first_row + job->row_count - 1) / LINDEN_GROUP_ROWS + 1;
    for (size_t start = first; start < end; start += LINDEN_NEAR_GROUPS) {
        const size_t stop = end - start < LINDEN_NEAR_GROUPS ? end : start + LINDEN_NEAR_GROUPS;
        size_t query = 0;
        for (; query + TILE <= queries->count; query += TILE)
            nearest(job, linden_tile_quads(queries, query), queries->biases + query, TILE, start, stop, rows + query,
                    scores + query);
        for (size_t width = TILE / 2; width > 0; width /= 2) {
            if (queries->count - query < width) continue;
            const int32_t *tile = linden_tile_quads(queries, query) + query % TILE;
            const int32_t *biases = queries->biases + query;
            switch (width) {
            case 4:
                nearest(job, tile, biases, 4, start, stop, rows + query, scores + query);
                break;
            case 2:
                nearest(job, tile, biases, 2, start, stop, rows + query, scores + query);
                break;
            default:
                nearest(job, tile, biases, 1, start, stop, rows + query, scores + query);
            }
            query += width;
        }
    }
}

// Queries that meet some groups, one tile after another.
typedef struct {
    const linden_batch_job *job;
    const linden_queries *all;
    size_t first, count;
    float limits[LINDEN_NEAR_QUERIES];
} meeting;

// Appends the hits of one group for one query.
LINDEN_AVX512 static void append(const linden_batch_job *job, __m512i products, size_t query, size_t group) {
    const size_t first_row = group * LINDEN_GROUP_ROWS;
    const __mmask16 bits = (__mmask16)linden_group_bits(job->masks + query * job->mask_stride, group);
    const __m512 cosines = _mm512_mul_ps(_mm512_cvtepi32_ps(products), inverse_norms(job->inverse_norms + first_row));
    const __m512 scores = _mm512_mul_ps(cosines, _mm512_set1_ps(job->inverse_query_norms[query]));
    uint32_t wins = _mm512_mask_cmp_ps_mask(bits, scores, _mm512_set1_ps(job->thresholds[query]), _CMP_GE_OQ);
    if (wins == 0) return;

    float stored[LINDEN_GROUP_ROWS];
    _mm512_storeu_ps(stored, scores);
    linden_hit *hits = job->hits + query * job->hit_stride;
    for (; wins != 0; wins &= wins - 1) {
        const uint32_t row = (uint32_t)__builtin_ctz(wins);
        hits[job->found[query]++] = (linden_hit){(uint32_t)first_row + row, stored[row]};
    }
}

// Appends the hits of some sums, group by group.
LINDEN_AVX512 __attribute__((noinline)) static void append_all(const meeting *at, const __m512i *sums, size_t q,
                                                               size_t queries, size_t group, size_t groups) {
    // First which of the sums have a row that reaches its limit, and then what to do with them: one branch that nobody
    // foresees, not one for each sum.
    uint32_t high = 0;
    for (size_t g = 0, i = 0; g < groups; g++) {
        const __m512 norms = inverse_norms(at->job->inverse_norms + (group + g) * LINDEN_GROUP_ROWS);
        for (size_t query = q; query < q + queries; query++, i++) {
            const __m512 reached = _mm512_mul_ps(_mm512_cvtepi32_ps(sums[i]), norms);
            const __m512 limit = _mm512_set1_ps(at->limits[query]);
            high |= (uint32_t)(_mm512_cmp_ps_mask(reached, limit, _CMP_GE_OQ) != 0) << i;
        }
    }
    for (; high != 0; high &= high - 1) {
        const size_t i = (size_t)__builtin_ctz(high);
        append(at->job, sums[i], at->first + q + i % queries, group + i / queries);
    }
}

// Scans `groups` groups for `queries` queries of a tile, from the meeting's query `q` on.
LINDEN_AVX512 __attribute__((always_inline)) static inline void scan(const meeting *at, size_t q, size_t queries,
                                                                     size_t group, size_t groups, bool fetches) {
    const size_t first = at->first + q;
    __m512i sums[GROUPS][TILE];
    for (size_t i = 0; i < queries; i++)
        for (size_t g = 0; g < groups; g++) sums[g][i] = _mm512_set1_epi32(-at->all->biases[first + i]);
    add_products(at->job->planes, at->job->plane_count, group, groups, linden_tile_quads(at->all, first) + first % TILE,
                 queries, fetches, sums);

    // Whether any row reaches any limit is told by the sign of what it lacks: three steps a sum, and one branch for all.
    __m512i signs = _mm512_set1_epi32(-1);
    for (size_t g = 0; g < groups; g++) {
        const __m512 norms = inverse_norms(at->job->inverse_norms + (group + g) * LINDEN_GROUP_ROWS);
        for (size_t i = 0; i < queries; i++) {
            const __m512 limit = _mm512_set1_ps(at->limits[q + i]);
            const __m512 over = _mm512_fmsub_ps(_mm512_cvtepi32_ps(sums[g][i]), norms, limit);
            signs = _mm512_and_si512(signs, _mm512_castps_si512(over));
        }
    }
    if (__builtin_expect(_mm512_cmpge_epi32_mask(signs, _mm512_setzero_si512()) == 0, 1)) return;

    __m512i stored[GROUPS * TILE];
    for (size_t i = 0; i < queries; i++)
        for (size_t g = 0; g < groups; g++) stored[g * queries + i] = sums[g][i];
    append_all(at, stored, q, queries, group, groups);
}

// Scans `groups` groups, two at most, for all queries of the meeting; only the first tile asks for memory.
LINDEN_AVX512 __attribute__((always_inline)) static inline void scan_pair(const meeting *at, size_t group,
                                                                          size_t groups) {
    size_t q = 0;
    if (at->count >= TILE) scan(at, 0, TILE, group, groups, true), q = TILE;
    for (; q + TILE <= at->count; q += TILE) scan(at, q, TILE, group, groups, false);
    for (; q + 4 <= at->count; q += 4) scan(at, q, 4, group, groups, true);
    for (; q < at->count; q++) scan(at, q, 1, group, groups, true);
}

LINDEN_AVX512 static void meet_groups(const meeting *at, size_t start, size_t end) {
    for (size_t group = start; group < end; group += 2) {
        uint32_t any = 0;
        for (size_t q = at->first; q < at->first + at->count; q++)
            any |= (uint32_t)(at->job->masks[q * at->job->mask_stride + group / 4] >> (group % 4 * 16));
        if (any == 0) continue;
        if (end - group >= 2)
            scan_pair(at, group, 2);
        else
            scan_pair(at, group, 1);
    }
}

LINDEN_AVX512 void linden_scan_batch_avx512(const linden_batch_job *job, const linden_queries *queries) {
    meeting at = {.job = job, .all = queries};
    for (size_t start = 0; start < job->groups; start += LINDEN_NEAR_GROUPS) {
        const size_t end = job->groups - start < LINDEN_NEAR_GROUPS ? job->groups : start + LINDEN_NEAR_GROUPS;
        for (at.first = 0; at.first < queries->count; at.first += LINDEN_NEAR_QUERIES) {
            const size_t rest = queries->count - at.first;
            at.count = rest < LINDEN_NEAR_QUERIES ? rest : LINDEN_NEAR_QUERIES;
            for (size_t q = 0; q < at.count; q++) {
                const size_t query = at.first + q;
                at.limits[q] = linden_limit(job->thresholds[query], job->inverse_query_norms[query]);
            }
            meet_groups(&at, start, end);
        }
    }
}
#endif
