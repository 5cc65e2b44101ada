#if defined(__x86_64__)
#include <immintrin.h>

#include "kernel.h"

// Runs are short (a list has some dozens of rows) and lie anywhere, so the CPU cannot see what comes next: the lines of the
// runs to come are asked for here.
#define RUNS_AHEAD 3

static inline void fetch(const void *start, size_t bytes) {
    for (size_t at = 0; at < bytes; at += 64) __builtin_prefetch((const char *)start + at, 0, 3);
}

static inline void fetch_run(const linden_scan_job *job, linden_run run) {
    for (size_t p = 0; p < job->plane_count; p++) {
        const size_t group_bytes = job->planes[p].quads * 64;
        fetch(job->planes[p].rows + run.first * group_bytes, run.groups * group_bytes);
    }
    fetch(job->inverse_norms + (size_t)run.first * LINDEN_GROUP_ROWS, (size_t)run.groups * LINDEN_GROUP_ROWS * 2);
}

LINDEN_AVX512 static inline __m512i add_quad(__m512i sum, const uint8_t *rows, const int32_t *query) {
    return _mm512_dpbusd_epi32(sum, _mm512_loadu_si512(rows), _mm512_set1_epi32(*query));
}

LINDEN_AVX512 static inline __m512i sum_group(const linden_scan_job *job, size_t group) {
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
    return _mm512_add_epi32(_mm512_add_epi32(a, b), _mm512_add_epi32(c, d));
}

LINDEN_AVX512 size_t linden_scan_runs_avx512(const linden_scan_job *job, const linden_run *runs, size_t run_count,
                                             float threshold, linden_hit *hits) {
    const __m512 least = _mm512_set1_ps(threshold), query_norm = _mm512_set1_ps(job->inverse_query_norm);
    const __m512i lanes = _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
    size_t found = 0;
    for (size_t i = 0; i < run_count && i < RUNS_AHEAD; i++) fetch_run(job, runs[i]);
    for (size_t i = 0; i < run_count; i++) {
        if (i + RUNS_AHEAD < run_count) fetch_run(job, runs[i + RUNS_AHEAD]);
        const size_t end = (size_t)runs[i].first + runs[i].groups;
        for (size_t group = runs[i].first; group < end; group++) {
            const uint32_t bits = linden_group_bits(job->mask, group);
            if (bits == 0) continue;
            const uint16_t *halves = job->inverse_norms + group * LINDEN_GROUP_ROWS;
            const __m512 norms = _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)(const void *)halves));
            const __m512 sums = _mm512_cvtepi32_ps(sum_group(job, group));
            const __m512 scores = _mm512_mul_ps(_mm512_mul_ps(sums, norms), query_norm);
            const __mmask16 wins = _mm512_mask_cmp_ps_mask((__mmask16)bits, scores, least, _CMP_GE_OQ);
            if (wins == 0) continue;

            // Rows and scores of the winners, side by side; written whole, though only `wins` of them count.
            const __m512i first = _mm512_set1_epi32((int)(group * LINDEN_GROUP_ROWS));
            uint32_t rows[LINDEN_GROUP_ROWS];
            float values[LINDEN_GROUP_ROWS];
            _mm512_storeu_si512(rows, _mm512_maskz_compress_epi32(wins, _mm512_add_epi32(first, lanes)));
            _mm512_storeu_ps(values, _mm512_maskz_compress_ps(wins, scores));
            const size_t count = (size_t)__builtin_popcount(wins);
            for (size_t k = 0; k < count; k++) hits[found + k] = (linden_hit){rows[k], values[k]};
            found += count;
        }
    }
    return found;
}
#endif
