#if defined(__x86_64__)
#include <immintrin.h>

#include "kernel.h"

LINDEN_AVX512 static inline float fold(__m512 a, __m512 b) {
    const __m512 sixteen = _mm512_add_ps(a, b);
    const __m256 high = _mm256_castpd_ps(_mm512_extractf64x4_pd(_mm512_castps_pd(sixteen), 1));
    const __m256 eight = _mm256_add_ps(_mm512_castps512_ps256(sixteen), high);
    const __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
    const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_add_ss(two, _mm_shuffle_ps(two, two, 1)));
}

// Bits for the elements that are left, 16 at most.
static inline __mmask16 rest(size_t count, size_t from) {
    if (count <= from) return 0;
    return count - from >= 16 ? (__mmask16)0xffff : (__mmask16)((1u << (count - from)) - 1);
}

LINDEN_AVX512 float linden_dot_avx512(const float *left, const float *right, size_t count) {
    __m512 a = _mm512_setzero_ps(), b = a;
    size_t j = 0;
    for (; j + 32 <= count; j += 32) {
        a = _mm512_fmadd_ps(_mm512_loadu_ps(left + j), _mm512_loadu_ps(right + j), a);
        b = _mm512_fmadd_ps(_mm512_loadu_ps(left + j + 16), _mm512_loadu_ps(right + j + 16), b);
    }
    if (j < count) {
        const __mmask16 first = rest(count, j), second = rest(count, j + 16);
        a = _mm512_fmadd_ps(_mm512_maskz_loadu_ps(first, left + j), _mm512_maskz_loadu_ps(first, right + j), a);
        b = _mm512_fmadd_ps(_mm512_maskz_loadu_ps(second, left + j + 16), _mm512_maskz_loadu_ps(second, right + j + 16),
                            b);
    }
    return fold(a, b);
}

LINDEN_AVX512 static inline __m512 load_half(const uint16_t *halves) {
    return _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)(const void *)halves));
}

LINDEN_AVX512 static inline __m512 load_some_halves(__mmask16 some, const uint16_t *halves) {
    return _mm512_cvtph_ps(_mm256_maskz_loadu_epi16(some, halves));
}

LINDEN_AVX512 float linden_dot_half_avx512(const uint16_t *left, const float *right, size_t count) {
    __m512 a = _mm512_setzero_ps(), b = a;
    size_t j = 0;
    for (; j + 32 <= count; j += 32) {
        a = _mm512_fmadd_ps(load_half(left + j), _mm512_loadu_ps(right + j), a);
        b = _mm512_fmadd_ps(load_half(left + j + 16), _mm512_loadu_ps(right + j + 16), b);
    }
    if (j < count) {
        const __mmask16 first = rest(count, j), second = rest(count, j + 16);
        a = _mm512_fmadd_ps(load_some_halves(first, left + j), _mm512_maskz_loadu_ps(first, right + j), a);
        b = _mm512_fmadd_ps(load_some_halves(second, left + j + 16), _mm512_maskz_loadu_ps(second, right + j + 16), b);
    }
    return fold(a, b);
}
#endif
