#include "kernel.h"

typedef float (*dot_float)(const float *, const float *, size_t);
typedef float (*dot_half)(const uint16_t *, const float *, size_t);

static dot_float float_kernel(int32_t kernel) {
    switch (kernel) {
#if defined(__x86_64__)
    case LINDEN_KERNEL_AVX2:
        return linden_dot_avx2;
    case LINDEN_KERNEL_AVX512:
        return linden_dot_avx512;
#elif defined(__aarch64__)
    case LINDEN_KERNEL_NEON:
        return linden_dot_neon;
#endif
    default:
        return linden_dot_scalar;
    }
}

static dot_half half_kernel(int32_t kernel) {
    switch (kernel) {
#if defined(__x86_64__)
    case LINDEN_KERNEL_AVX2:
        return linden_dot_half_avx2;
    case LINDEN_KERNEL_AVX512:
        return linden_dot_half_avx512;
#elif defined(__aarch64__)
    case LINDEN_KERNEL_NEON:
        return linden_dot_half_neon;
#endif
    default:
        return linden_dot_half_scalar;
    }
}

float linden_dot(int32_t kernel, const float *left, const float *right, size_t count) {
    return float_kernel(kernel)(left, right, count);
}

void linden_dot_rows(int32_t kernel, const void *const *rows, size_t row_count, size_t value_bytes, const float *query,
                     size_t count, float *scores) {
    const dot_float floats = float_kernel(kernel);
    const dot_half halves = half_kernel(kernel);
    const size_t bytes = count * value_bytes + 1;  // what lies right behind a row, such as its norm, is wanted next
    for (size_t i = 0; i < row_count && i < LINDEN_ROWS_AHEAD; i++) linden_fetch(rows[i], bytes);
    for (size_t i = 0; i < row_count; i++) {
        if (i + LINDEN_ROWS_AHEAD < row_count) linden_fetch(rows[i + LINDEN_ROWS_AHEAD], bytes);
        scores[i] = value_bytes == 2 ? halves(rows[i], query, count) : floats(rows[i], query, count);
    }
}

float linden_dot_scalar(const float *left, const float *right, size_t count) {
    float lanes[LINDEN_DOT_LANES] = {0};
    for (size_t start = 0; start < count; start += LINDEN_DOT_LANES)
        for (size_t lane = 0; lane < LINDEN_DOT_LANES; lane++) {
            const size_t j = start + lane;
            lanes[lane] = __builtin_fmaf(j < count ? left[j] : 0, j < count ? right[j] : 0, lanes[lane]);
        }
    return linden_fold(lanes);
}

float linden_dot_half_scalar(const uint16_t *left, const float *right, size_t count) {
    float lanes[LINDEN_DOT_LANES] = {0};
    for (size_t start = 0; start < count; start += LINDEN_DOT_LANES)
        for (size_t lane = 0; lane < LINDEN_DOT_LANES; lane++) {
            const size_t j = start + lane;
            const float value = j < count ? linden_float_from_half_bits(left[j]) : 0;
            lanes[lane] = __builtin_fmaf(value, j < count ? right[j] : 0, lanes[lane]);
        }
    return linden_fold(lanes);
}
