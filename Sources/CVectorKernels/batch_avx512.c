#if defined(__x86_64__)
#include <immintrin.h>

#include "kernel.h"

#define TILE LINDEN_TILE_QUERIES

// Groups side by side: two of them and eight queries are sixteen sums, which hide the latency of each and read a group's
// bytes from memory once for eight queries.
#define GROUPS 2

// Groups that stay in the second cache while one tile of queries after another meets them.
#define NEAR_GROUPS 64

// Adds the inner products of `groups` groups with `queries` queries of a tile; both are constants where it is inlined.
LINDEN_AVX512 __attribute__((always_inline)) static inline void add_products(
    const linden_plane *planes, size_t plane_count, size_t group, size_t groups, const int32_t *tile, size_t queries,
    __m512i sums[GROUPS][TILE]) {
    for (size_t p = 0; p < plane_count; p++) {
        const size_t quads = planes[p].quads;
        const uint8_t *quad = planes[p].rows + group * quads * 64;
        for (size_t j = 0; j < quads; j++, quad += 64, tile += TILE) {
            __m512i rows[GROUPS];
            for (size_t g = 0; g < groups; g++) rows[g] = _mm512_loadu_si512(quad + g * quads * 64);
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
    add_products(job->planes, job->plane_count, group, groups, tile, queries, sums);

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
    for (; group + GROUPS <= end; group += GROUPS) meet(job, tile, biases, queries, group, GROUPS, &best);
    for (; group < end; group++) meet(job, tile, biases, queries, group, 1, &best);

    for (size_t q = 0; q < queries; q++) {
        const float highest = _mm512_reduce_max_ps(best.scores[q]);
        if (!(highest > scores[q])) continue;
        const __mmask16 equal = _mm512_cmp_ps_mask(best.scores[q], _mm512_set1_ps(highest), _CMP_EQ_OQ);
        scores[q] = highest;
        rows[q] = _mm512_mask_reduce_min_epi32(equal, best.rows[q]);
    }
}

LINDEN_AVX512 void linden_nearest_avx512(const linden_nearest_job *job, const linden_queries *queries, int32_t *rows,
                                         float *scores) {
    const size_t first = job->first_row / LINDEN_GROUP_ROWS;
    const size_t end = (job->first_row + job->row_count - 1) / LINDEN_GROUP_ROWS + 1;
    for (size_t start = first; start < end; start += NEAR_GROUPS) {
        const size_t stop = end - start < NEAR_GROUPS ? end : start + NEAR_GROUPS;
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
#endif
