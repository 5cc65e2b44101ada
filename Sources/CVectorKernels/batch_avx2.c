#if defined(__x86_64__)
#include <immintrin.h>

#include "kernel.h"

#define TILE LINDEN_TILE_QUERIES

// Queries side by side: four of them and the two halves of a group are eight sums, as many as sixteen registers hold
// beside the rows.
#define WIDTH 4

// Adds the inner products of one group with `queries` queries of a tile, a constant where it is inlined.
LINDEN_AVX2 __attribute__((always_inline)) static inline void add_products(
    const linden_plane *planes, size_t plane_count, size_t group, const int32_t *tile, size_t queries,
    __m256i sums[2][WIDTH]) {
    const __m256i low_bytes = _mm256_set1_epi16(0x00ff);
    for (size_t p = 0; p < plane_count; p++) {
        const size_t quads = planes[p].quads;
        const uint8_t *quad = planes[p].rows + group * quads * 64;
        for (size_t j = 0; j < quads; j++, quad += 64, tile += 2 * TILE) {
            __m256i evens[2], odds[2];
            for (size_t half = 0; half < 2; half++) {
                const __m256i codes = _mm256_loadu_si256((const __m256i *)(const void *)(quad + 32 * half));
                evens[half] = _mm256_and_si256(codes, low_bytes);
                odds[half] = _mm256_srli_epi16(codes, 8);
            }
            for (size_t q = 0; q < queries; q++) {
                const __m256i even = _mm256_set1_epi32(tile[q]), odd = _mm256_set1_epi32(tile[TILE + q]);
                for (size_t half = 0; half < 2; half++) {
                    sums[half][q] = _mm256_add_epi32(sums[half][q], _mm256_madd_epi16(evens[half], even));
                    sums[half][q] = _mm256_add_epi32(sums[half][q], _mm256_madd_epi16(odds[half], odd));
                }
            }
        }
    }
}

// Each lane's best row so far.
typedef struct {
    __m256 scores[WIDTH];
    __m256i rows[WIDTH];
} lanes_best;

// All bits of each lane whose bit is set, from the lowest on.
LINDEN_AVX2 static inline __m256 lanes_of(uint32_t bits) {
    const __m256i each = _mm256_setr_epi32(1, 2, 4, 8, 16, 32, 64, 128);
    return _mm256_castsi256_ps(_mm256_cmpeq_epi32(_mm256_and_si256(_mm256_set1_epi32((int32_t)bits), each), each));
}

LINDEN_AVX2 __attribute__((always_inline)) static inline void meet(
    const linden_nearest_job *job, const int32_t *tile, const int32_t *biases, size_t queries, size_t group,
    lanes_best *best) {
    __m256i sums[2][WIDTH];
    for (size_t q = 0; q < queries; q++)
        for (size_t half = 0; half < 2; half++) sums[half][q] = _mm256_set1_epi32(-biases[q]);
    add_products(job->planes, job->plane_count, group, tile, queries, sums);

    const uint32_t bits = linden_range_bits(job->first_row, job->row_count, group);
    const __m256i lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    for (size_t half = 0; half < 2; half++) {
        const size_t start = group * LINDEN_GROUP_ROWS + 8 * half;
        const __m256i rows = _mm256_add_epi32(_mm256_set1_epi32(job->number + (int32_t)start), lanes);
        const __m256 inside = lanes_of(bits >> (8 * half));
        const void *halves = job->inverse_norms + start;
        const __m256 norms = _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)halves));
        for (size_t q = 0; q < queries; q++) {
            const __m256 scores = _mm256_mul_ps(_mm256_cvtepi32_ps(sums[half][q]), norms);
            const __m256 wins = _mm256_and_ps(inside, _mm256_cmp_ps(scores, best->scores[q], _CMP_GT_OQ));
            best->scores[q] = _mm256_blendv_ps(best->scores[q], scores, wins);
            best->rows[q] = _mm256_blendv_epi8(best->rows[q], rows, _mm256_castps_si256(wins));
        }
    }
}

LINDEN_AVX2 __attribute__((always_inline)) static inline void nearest(
    const linden_nearest_job *job, const int32_t *tile, const int32_t *biases, size_t queries, size_t start, size_t end,
    int32_t *rows, float *scores) {
    lanes_best best;
    for (size_t q = 0; q < queries; q++) {
        best.scores[q] = _mm256_set1_ps(scores[q]);
        best.rows[q] = _mm256_set1_epi32(rows[q]);
    }
    for (size_t group = start; group < end; group++) meet(job, tile, biases, queries, group, &best);

    for (size_t q = 0; q < queries; q++) {
        float lane_scores[8];
        int32_t lane_rows[8];
        _mm256_storeu_ps(lane_scores, best.scores[q]);
        _mm256_storeu_si256((__m256i *)(void *)lane_rows, best.rows[q]);
        const float before = scores[q];
        for (size_t lane = 0; lane < 8; lane++) {
            if (!(lane_scores[lane] > before) || lane_scores[lane] < scores[q]) continue;
            if (lane_scores[lane] == scores[q] && lane_rows[lane] > rows[q]) continue;
            scores[q] = lane_scores[lane];
            rows[q] = lane_rows[lane];
        }
    }
}

LINDEN_AVX2 void linden_nearest_avx2(const linden_nearest_job *job, const linden_queries *queries, int32_t *rows,
                                     float *scores) {
    const size_t first = job->first_row / LINDEN_GROUP_ROWS;
    const size_t end = (job->first_row + job->row_count - 1) / LINDEN_GROUP_ROWS + 1;
    for (size_t start = first; start < end; start += LINDEN_NEAR_GROUPS) {
        const size_t stop = end - start < LINDEN_NEAR_GROUPS ? end : start + LINDEN_NEAR_GROUPS;
        size_t query = 0;
        for (; query + WIDTH <= queries->count; query += WIDTH)
            nearest(job, linden_tile_pairs(queries, query) + query % TILE, queries->biases + query, WIDTH, start, stop,
                    rows + query, scores + query);
        for (; query < queries->count; query++)
            nearest(job, linden_tile_pairs(queries, query) + query % TILE, queries->biases + query, 1, start, stop,
                    rows + query, scores + query);
    }
}

// Appends the hits of one group for one query.
LINDEN_AVX2 __attribute__((noinline)) static void append(const linden_batch_job *job, __m256i low,
                                                         __m256i high, size_t query, size_t group) {
    const __m256i sums[2] = {low, high};
    const size_t start = group * LINDEN_GROUP_ROWS;
    const __m256 query_norm = _mm256_set1_ps(job->inverse_query_norms[query]);
    float scores[LINDEN_GROUP_ROWS];
    for (size_t half = 0; half < 2; half++) {
        const void *halves = job->inverse_norms + start + 8 * half;
        const __m256 norms = _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)halves));
        const __m256 cosines = _mm256_mul_ps(_mm256_cvtepi32_ps(sums[half]), norms);
        _mm256_storeu_ps(scores + 8 * half, _mm256_mul_ps(cosines, query_norm));
    }
    linden_hit *hits = job->hits + query * job->hit_stride;
    for (uint32_t bits = linden_group_bits(job->masks + query * job->mask_stride, group); bits != 0; bits &= bits - 1) {
        const uint32_t row = (uint32_t)__builtin_ctz(bits);
        if (scores[row] >= job->thresholds[query])
            hits[job->found[query]++] = (linden_hit){(uint32_t)start + row, scores[row]};
    }
}

// Scans one group for `queries` queries of a tile. Whether a row reaches a limit is told by the sign of what it lacks.
LINDEN_AVX2 __attribute__((always_inline)) static inline void scan(
    const linden_batch_job *job, const linden_queries *all, const float *limits, size_t first, size_t queries,
    size_t group) {
    __m256i sums[2][WIDTH];
    for (size_t q = 0; q < queries; q++)
        for (size_t half = 0; half < 2; half++) sums[half][q] = _mm256_set1_epi32(-all->biases[first + q]);
    add_products(job->planes, job->plane_count, group, linden_tile_pairs(all, first) + first % TILE, queries, sums);

    uint32_t high = 0;
    for (size_t half = 0; half < 2; half++) {
        const void *halves = job->inverse_norms + group * LINDEN_GROUP_ROWS + 8 * half;
        const __m256 norms = _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)halves));
        for (size_t q = 0; q < queries; q++) {
            const __m256 limit = _mm256_set1_ps(limits[q]);
            const __m256 over = _mm256_fmsub_ps(_mm256_cvtepi32_ps(sums[half][q]), norms, limit);
            high |= (uint32_t)(_mm256_movemask_ps(over) != 0xff) << q;
        }
    }
    for (size_t q = 0; q < queries; q++)
        if (__builtin_expect((high >> q & 1) != 0, 0)) append(job, sums[0][q], sums[1][q], first + q, group);
}

LINDEN_AVX2 void linden_scan_batch_avx2(const linden_batch_job *job, const linden_queries *queries) {
    float limits[LINDEN_NEAR_QUERIES];
    for (size_t start = 0; start < job->groups; start += LINDEN_NEAR_GROUPS)
        for (size_t first = 0; first < queries->count; first += LINDEN_NEAR_QUERIES) {
            const size_t rest = queries->count - first;
            const size_t end = rest < LINDEN_NEAR_QUERIES ? queries->count : first + LINDEN_NEAR_QUERIES;
            for (size_t q = first; q < end; q++)
                limits[q - first] = linden_limit(job->thresholds[q], job->inverse_query_norms[q]);
            for (size_t group = start; group < job->groups && group < start + LINDEN_NEAR_GROUPS; group++) {
                uint32_t any = 0;
                for (size_t q = first; q < end; q++)
                    any |= linden_group_bits(job->masks + q * job->mask_stride, group);
                if (any == 0) continue;

                size_t q = first;
                for (; q + WIDTH <= end; q += WIDTH) scan(job, queries, limits + (q - first), q, WIDTH, group);
                for (; q < end; q++) scan(job, queries, limits + (q - first), q, 1, group);
            }
        }
}
#endif
