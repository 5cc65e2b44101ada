#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#include "kernel.h"

LINDEN_AVX2 static inline float fold(__m256 a, __m256 b, __m256 c, __m256 d) {
    float lanes[LINDEN_DOT_LANES];
    _mm256_storeu_ps(lanes, _mm256_add_ps(a, c));
    _mm256_storeu_ps(lanes + 8, _mm256_add_ps(b, d));
    _mm256_storeu_ps(lanes, _mm256_add_ps(_mm256_loadu_ps(lanes), _mm256_loadu_ps(lanes + 8)));
    for (size_t half = 4; half > 0; half /= 2)
        for (size_t lane = 0; lane < half; lane++) lanes[lane] += lanes[lane + half];
    return lanes[0];
}

LINDEN_AVX2 float linden_dot_avx2(const float *left, const float *right, size_t count) {
    __m256 a = _mm256_setzero_ps(), b = a, c = a, d = a;
    float left_rest[LINDEN_DOT_LANES], right_rest[LINDEN_DOT_LANES];
    for (size_t j = 0; j < count; j += LINDEN_DOT_LANES) {
        const float *l = left + j, *r = right + j;
        if (count - j < LINDEN_DOT_LANES) {
            memset(left_rest, 0, sizeof left_rest);
            memset(right_rest, 0, sizeof right_rest);
            memcpy(left_rest, l, (count - j) * sizeof(float));
            memcpy(right_rest, r, (count - j) * sizeof(float));
            l = left_rest;
            r = right_rest;
        }
        a = _mm256_fmadd_ps(_mm256_loadu_ps(l), _mm256_loadu_ps(r), a);
        b = _mm256_fmadd_ps(_mm256_loadu_ps(l + 8), _mm256_loadu_ps(r + 8), b);
        c = _mm256_fmadd_ps(_mm256_loadu_ps(l + 16), _mm256_loadu_ps(r + 16), c);
        d = _mm256_fmadd_ps(_mm256_loadu_ps(l + 24), _mm256_loadu_ps(r + 24), d);
    }
    return fold(a, b, c, d);
}

LINDEN_AVX2 static inline __m256 load(const void *row, size_t at, bool is_half) {
    if (!is_half) return _mm256_loadu_ps((const float *)row + at);
    return _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(const void *)((const uint16_t *)row + at)));
}

// `is_half` is a constant where it is inlined.
LINDEN_AVX2 __attribute__((always_inline)) static inline linden_row_sums row_sums(const void *row, const float *query,
                                                                                  size_t count, bool is_half) {
    const size_t value_bytes = is_half ? sizeof(uint16_t) : sizeof(float);
    __m256 dots[4], squares[4];
    for (size_t k = 0; k < 4; k++) dots[k] = squares[k] = _mm256_setzero_ps();
    float row_rest[LINDEN_DOT_LANES], query_rest[LINDEN_DOT_LANES];
    for (size_t j = 0; j < count; j += LINDEN_DOT_LANES) {
        const void *values = (const char *)row + j * value_bytes;
        const float *q = query + j;
        if (count - j < LINDEN_DOT_LANES) {
            memset(row_rest, 0, sizeof row_rest);
            memset(query_rest, 0, sizeof query_rest);
            memcpy(row_rest, values, (count - j) * value_bytes);
            memcpy(query_rest, q, (count - j) * sizeof(float));
            values = row_rest;
            q = query_rest;
        }
        for (size_t k = 0; k < 4; k++) {
            const __m256 eight = load(values, 8 * k, is_half);
            dots[k] = _mm256_fmadd_ps(eight, _mm256_loadu_ps(q + 8 * k), dots[k]);
            squares[k] = _mm256_fmadd_ps(eight, eight, squares[k]);
        }
    }
    return (linden_row_sums){fold(dots[0], dots[1], dots[2], dots[3]),
                             fold(squares[0], squares[1], squares[2], squares[3])};
}

LINDEN_AVX2 linden_row_sums linden_row_sums_avx2(const float *row, const float *query, size_t count) {
    return row_sums(row, query, count, false);
}

LINDEN_AVX2 linden_row_sums linden_half_row_sums_avx2(const uint16_t *row, const float *query, size_t count) {
    return row_sums(row, query, count, true);
}
#endif
