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

LINDEN_AVX2 static inline __m256 load_half(const uint16_t *halves) {
    return _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(const void *)halves));
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

LINDEN_AVX2 float linden_dot_half_avx2(const uint16_t *left, const float *right, size_t count) {
    __m256 a = _mm256_setzero_ps(), b = a, c = a, d = a;
    uint16_t left_rest[LINDEN_DOT_LANES];
    float right_rest[LINDEN_DOT_LANES];
    for (size_t j = 0; j < count; j += LINDEN_DOT_LANES) {
        const uint16_t *l = left + j;
        const float *r = right + j;
        if (count - j < LINDEN_DOT_LANES) {
            memset(left_rest, 0, sizeof left_rest);
            memset(right_rest, 0, sizeof right_rest);
            memcpy(left_rest, l, (count - j) * sizeof(uint16_t));
            memcpy(right_rest, r, (count - j) * sizeof(float));
            l = left_rest;
            r = right_rest;
        }
        a = _mm256_fmadd_ps(load_half(l), _mm256_loadu_ps(r), a);
        b = _mm256_fmadd_ps(load_half(l + 8), _mm256_loadu_ps(r + 8), b);
        c = _mm256_fmadd_ps(load_half(l + 16), _mm256_loadu_ps(r + 16), c);
        d = _mm256_fmadd_ps(load_half(l + 24), _mm256_loadu_ps(r + 24), d);
    }
    return fold(a, b, c, d);
}
#endif
