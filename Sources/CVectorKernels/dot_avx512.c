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

LINDEN_AVX512 static inline __m512 load(const void *row, size_t at, bool is_half) {
    if (!is_half) return _mm512_loadu_ps((const float *)row + at);
    return _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)(const void *)((const uint16_t *)row + at)));
}

LINDEN_AVX512 static inline __m512 load_some(__mmask16 some, const void *row, size_t at, bool is_half) {
    if (!is_half) return _mm512_maskz_loadu_ps(some, (const float *)row + at);
    return _mm512_cvtph_ps(_mm256_maskz_loadu_epi16(some, (const uint16_t *)row + at));
}

// The lanes of the inner product and of the squares, 16 each, halved until one is left of both.
LINDEN_AVX512 static inline linden_row_sums fold_both(__m512 dots, __m512 squares) {
    const __m256 high_dots = _mm256_castpd_ps(_mm512_extractf64x4_pd(_mm512_castps_pd(dots), 1));
    const __m256 high_squares = _mm256_castpd_ps(_mm512_extractf64x4_pd(_mm512_castps_pd(squares), 1));
    const __m256 eight_dots = _mm256_add_ps(_mm512_castps512_ps256(dots), high_dots);
    const __m256 eight_squares = _mm256_add_ps(_mm512_castps512_ps256(squares), high_squares);
    const __m128 four_dots = _mm_add_ps(_mm256_castps256_ps128(eight_dots), _mm256_extractf128_ps(eight_dots, 1));
    const __m128 four_squares =
        _mm_add_ps(_mm256_castps256_ps128(eight_squares), _mm256_extractf128_ps(eight_squares, 1));
    const __m128 two =
        _mm_add_ps(_mm_unpacklo_ps(four_dots, four_squares), _mm_unpackhi_ps(four_dots, four_squares));
    const __m128 one = _mm_add_ps(two, _mm_movehl_ps(two, two));
    return (linden_row_sums){_mm_cvtss_f32(one), _mm_cvtss_f32(_mm_shuffle_ps(one, one, 1))};
}

// `is_half` is a constant where it is inlined.
LINDEN_AVX512 __attribute__((always_inline)) static inline linden_row_sums row_sums(const void *row, const float *query,
                                                                                    size_t count, bool is_half) {
    __m512 dots[2] = {_mm512_setzero_ps(), _mm512_setzero_ps()}, squares[2] = {dots[0], dots[0]};
    size_t j = 0;
    for (; j + 32 <= count; j += 32)
        for (size_t k = 0; k < 2; k++) {
            const __m512 values = load(row, j + 16 * k, is_half);
            dots[k] = _mm512_fmadd_ps(values, _mm512_loadu_ps(query + j + 16 * k), dots[k]);
            squares[k] = _mm512_fmadd_ps(values, values, squares[k]);
        }
    for (size_t k = 0; k < 2 && j < count; k++) {
        const __mmask16 some = rest(count, j + 16 * k);
        const __m512 values = load_some(some, row, j + 16 * k, is_half);
        dots[k] = _mm512_fmadd_ps(values, _mm512_maskz_loadu_ps(some, query + j + 16 * k), dots[k]);
        squares[k] = _mm512_fmadd_ps(values, values, squares[k]);
    }
    return fold_both(_mm512_add_ps(dots[0], dots[1]), _mm512_add_ps(squares[0], squares[1]));
}

LINDEN_AVX512 linden_row_sums linden_row_sums_avx512(const float *row, const float *query, size_t count) {
    return row_sums(row, query, count, false);
}

LINDEN_AVX512 linden_row_sums linden_half_row_sums_avx512(const uint16_t *row, const float *query, size_t count) {
    return row_sums(row, query, count, true);
}
#endif
