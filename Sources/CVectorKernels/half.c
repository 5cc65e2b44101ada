#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "kernel.h"

static float float_of(uint32_t bits) {
    float value;
    memcpy(&value, &bits, 4);
    return value;
}

static uint32_t bits_of(float value) {
    uint32_t bits;
    memcpy(&bits, &value, 4);
    return bits;
}

float linden_float_from_half_bits(uint16_t half) {
    const uint32_t sign = (uint32_t)(half & 0x8000) << 16;
    const uint32_t exponent = (half >> 10) & 0x1f, fraction = half & 0x3ff;
    if (exponent == 0) {
        // Zero or subnormal: a whole number of 2^-24, which is exact here.
        const float magnitude = (float)fraction * 0x1p-24f;
        return sign != 0 ? -magnitude : magnitude;
    }
    if (exponent == 0x1f) {
        const uint32_t quiet = fraction != 0 ? 0x400000 : 0;
        return float_of(sign | 0x7f800000 | quiet | fraction << 13);
    }
    return float_of(sign | (exponent + 112) << 23 | fraction << 13);
}

uint16_t linden_half_bits_from_float(float value) {
    const uint32_t bits = bits_of(value), magnitude = bits & 0x7fffffff;
    const uint16_t sign = (uint16_t)((bits >> 16) & 0x8000);
    if (magnitude > 0x7f800000) return (uint16_t)(sign | 0x7e00 | ((magnitude >> 13) & 0x3ff));
    if (magnitude >= 0x477ff000) return sign | 0x7c00;  // from 65520 on the nearest half is infinite
    if (magnitude < 0x38800000) {
        // Below 2^-14: adding 0.5 aligns the last bit kept with 2^-24, so the addition rounds.
        return (uint16_t)(sign | (bits_of(float_of(magnitude) + 0.5f) - 0x3f000000));
    }
    const uint32_t odd = (magnitude >> 13) & 1;
    return (uint16_t)(sign | ((magnitude - (112u << 23) + 0xfff + odd) >> 13));
}

#if defined(__x86_64__)
LINDEN_AVX2 static size_t halves_f16c(const float *values, size_t count, uint16_t *halves) {
    size_t i = 0;
    for (; i + 8 <= count; i += 8) {
        const __m128i eight = _mm256_cvtps_ph(_mm256_loadu_ps(values + i), _MM_FROUND_TO_NEAREST_INT);
        _mm_storeu_si128((__m128i *)(void *)(halves + i), eight);
    }
    return i;
}

LINDEN_AVX2 static size_t floats_f16c(const uint16_t *halves, size_t count, float *values) {
    size_t i = 0;
    for (; i + 8 <= count; i += 8)
        _mm256_storeu_ps(values + i, _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(const void *)(halves + i))));
    return i;
}
#endif

void linden_half_from_float(int32_t kernel, const float *values, size_t count, uint16_t *halves) {
    size_t i = 0;
#if defined(__x86_64__)
    if (kernel == LINDEN_KERNEL_AVX2 || kernel == LINDEN_KERNEL_AVX512) i = halves_f16c(values, count, halves);
#endif
    (void)kernel;
    for (; i < count; i++) halves[i] = linden_half_bits_from_float(values[i]);
}

void linden_float_from_half(int32_t kernel, const uint16_t *halves, size_t count, float *values) {
    size_t i = 0;
#if defined(__x86_64__)
    if (kernel == LINDEN_KERNEL_AVX2 || kernel == LINDEN_KERNEL_AVX512) i = floats_f16c(halves, count, values);
#endif
    (void)kernel;
    for (; i < count; i++) values[i] = linden_float_from_half_bits(halves[i]);
}
