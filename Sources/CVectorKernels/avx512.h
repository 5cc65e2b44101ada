#pragma once

#if defined(__x86_64__)
#include <immintrin.h>

#include "kernel.h"

// What a lone query's scans of all groups and of some share.

// vpdpbusd multiplies unsigned bytes by signed ones. The rows are the unsigned side: then the correction for their
// offset of 128 is one number for each query, not one for each row, and it is where the sums start.
LINDEN_AVX512 static inline __m512i linden_add_quad(__m512i sum, const uint8_t *rows, __m512i query) {
    return _mm512_dpbusd_epi32(sum, _mm512_loadu_si512(rows), query);
}

// The inner products of one group. Four sums side by side, since each step of one waits for the step before.
LINDEN_AVX512 static inline __m512i linden_group_products(const linden_scan_job *job, size_t group) {
    __m512i a = _mm512_set1_epi32(-job->bias), b = _mm512_setzero_si512(), c = b, d = b;
    const int32_t *query = job->query_quads;
    for (size_t p = 0; p < job->plane_count; p++) {
        const size_t quads = job->planes[p].quads;
        const uint8_t *quad = job->planes[p].rows + group * quads * 64;
        size_t j = 0;
        for (; j + 4 <= quads; j += 4, quad += 256, query += 4) {
            a = linden_add_quad(a, quad, _mm512_set1_epi32(query[0]));
            b = linden_add_quad(b, quad + 64, _mm512_set1_epi32(query[1]));
            c = linden_add_quad(c, quad + 128, _mm512_set1_epi32(query[2]));
            d = linden_add_quad(d, quad + 192, _mm512_set1_epi32(query[3]));
        }
        for (; j < quads; j++, quad += 64, query++) a = linden_add_quad(a, quad, _mm512_set1_epi32(*query));
    }
    return _mm512_add_epi32(_mm512_add_epi32(a, b), _mm512_add_epi32(c, d));
}

// Inner products times the inverse norms of the group's rows.
LINDEN_AVX512 static inline __m512 linden_group_cosines(const linden_scan_job *job, __m512i products, size_t group) {
    const void *halves = job->inverse_norms + group * LINDEN_GROUP_ROWS;
    const __m512 norms = _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)halves));
    return _mm512_mul_ps(_mm512_cvtepi32_ps(products), norms);
}

// Appends a group's hits and returns the new end. It writes sixteen places whatever it finds: how many rows of a group
// are hits is a branch that nobody foresees.
LINDEN_AVX512 static inline linden_hit *linden_append(const linden_scan_job *job, __m512 cosines, size_t group,
                                                      uint32_t bits, float threshold, linden_hit *end) {
    const __m512 scores = _mm512_mul_ps(cosines, _mm512_set1_ps(job->inverse_query_norm));
    const __mmask16 wins = _mm512_mask_cmp_ps_mask((__mmask16)bits, scores, _mm512_set1_ps(threshold), _CMP_GE_OQ);

    const __m512i lanes = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    const __m512i first = _mm512_set1_epi32((int32_t)(group * LINDEN_GROUP_ROWS));
    const __m512i rows = _mm512_maskz_compress_epi32(wins, _mm512_add_epi32(first, lanes));
    const __m512i values = _mm512_castps_si512(_mm512_maskz_compress_ps(wins, scores));
    const __m512i low = _mm512_setr_epi32(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    const __m512i high = _mm512_setr_epi32(8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    _mm512_storeu_si512(end, _mm512_permutex2var_epi32(rows, low, values));
    _mm512_storeu_si512(end + 8, _mm512_permutex2var_epi32(rows, high, values));
    return end + __builtin_popcount(wins);
}
#endif
