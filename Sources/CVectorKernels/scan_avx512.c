#if defined(__x86_64__)
#include <immintrin.h>

#include "kernel.h"

// It asks for no memory ahead: it reads each plane from one end to the other, which the CPU sees by itself. With a
// prefetch for each line a scan of 1,000,000 x 64 took 1.4 times as long as without (3.06 ms against 2.11).
//
// vpdpbusd multiplies unsigned bytes by signed ones. The rows are the unsigned side: then the correction for their
// offset of 128 is one number for each query, not one for each row, and it is where the sums start.
LINDEN_AVX512 static inline __m512i add_quad(__m512i sum, const uint8_t *rows, const int32_t *query) {
    return _mm512_dpbusd_epi32(sum, _mm512_loadu_si512(rows), _mm512_set1_epi32(*query));
}

LINDEN_AVX512 size_t linden_scan_avx512(const linden_scan_job *job, float threshold, linden_hit *hits) {
    const __m512 least = _mm512_set1_ps(threshold);
    const __m512 query_norm = _mm512_set1_ps(job->inverse_query_norm);
    size_t found = 0;
    for (size_t group = 0; group < job->groups; group++) {
        const uint32_t bits = linden_group_bits(job->mask, group);
        if (bits == 0) continue;

        // Four sums side by side, since each step of one waits for the step before.
        __m512i a = _mm512_set1_epi32(-job->bias), b = _mm512_setzero_si512(), c = b, d = b;
        const int32_t *query = job->query_quads;
        for (size_t p = 0; p < job->plane_count; p++) {
            const size_t quads = job->planes[p].quads;
            const uint8_t *quad = job->planes[p].rows + group * quads * 64;
            size_t j = 0;
            for (; j + 4 <= quads; j += 4, quad += 256, query += 4) {
                a = add_quad(a, quad, query);
                b = add_quad(b, quad + 64, query + 1);
                c = add_quad(c, quad + 128, query + 2);
                d = add_quad(d, quad + 192, query + 3);
            }
            for (; j < quads; j++, quad += 64, query++) a = add_quad(a, quad, query);
        }
        const __m512i sums = _mm512_add_epi32(_mm512_add_epi32(a, b), _mm512_add_epi32(c, d));

        const uint16_t *halves = job->inverse_norms + group * LINDEN_GROUP_ROWS;
        const __m512 norms = _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)(const void *)halves));
        const __m512 scores = _mm512_mul_ps(_mm512_mul_ps(_mm512_cvtepi32_ps(sums), norms), query_norm);
        uint32_t wins = _mm512_mask_cmp_ps_mask((__mmask16)bits, scores, least, _CMP_GE_OQ);
        if (__builtin_expect(wins == 0, 1)) continue;

        float stored[LINDEN_GROUP_ROWS];
        _mm512_storeu_ps(stored, scores);
        for (; wins != 0; wins &= wins - 1) {
            const uint32_t row = (uint32_t)__builtin_ctz(wins);
            hits[found++] = (linden_hit){(uint32_t)(group * LINDEN_GROUP_ROWS) + row, stored[row]};
        }
    }
    return found;
}
#endif
