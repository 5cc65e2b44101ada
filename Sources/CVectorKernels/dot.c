#include "kernel.h"

typedef float (*dot_float)(const float *, const float *, size_t);

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

float linden_dot(int32_t kernel, const float *left, const float *right, size_t count) {
    return float_kernel(kernel)(left, right, count);
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
