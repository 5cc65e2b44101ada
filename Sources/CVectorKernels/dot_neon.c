#if defined(__aarch64__)
#include <arm_neon.h>
#include <string.h>

#include "kernel.h"

static inline void add_lanes(float32x4_t *sums, const float *left, const float *right) {
    for (size_t k = 0; k < 8; k++) sums[k] = vfmaq_f32(sums[k], vld1q_f32(left + 4 * k), vld1q_f32(right + 4 * k));
}

static inline float fold(const float32x4_t *sums) {
    float lanes[LINDEN_DOT_LANES];
    for (size_t k = 0; k < 8; k++) vst1q_f32(lanes + 4 * k, sums[k]);
    return linden_fold(lanes);
}

float linden_dot_neon(const float *left, const float *right, size_t count) {
    float32x4_t sums[8];
    for (size_t k = 0; k < 8; k++) sums[k] = vdupq_n_f32(0);
    size_t j = 0;
    for (; j + LINDEN_DOT_LANES <= count; j += LINDEN_DOT_LANES) add_lanes(sums, left + j, right + j);
    if (j < count) {
        float l[LINDEN_DOT_LANES] = {0}, r[LINDEN_DOT_LANES] = {0};
        memcpy(l, left + j, (count - j) * sizeof(float));
        memcpy(r, right + j, (count - j) * sizeof(float));
        add_lanes(sums, l, r);
    }
    return fold(sums);
}

float linden_dot_half_neon(const uint16_t *left, const float *right, size_t count) {
    float32x4_t sums[8];
    for (size_t k = 0; k < 8; k++) sums[k] = vdupq_n_f32(0);
    for (size_t j = 0; j < count; j += LINDEN_DOT_LANES) {
        const size_t some = count - j < LINDEN_DOT_LANES ? count - j : LINDEN_DOT_LANES;
        uint16_t halves[LINDEN_DOT_LANES] = {0};
        float l[LINDEN_DOT_LANES], r[LINDEN_DOT_LANES] = {0};
        memcpy(halves, left + j, some * sizeof(uint16_t));
        memcpy(r, right + j, some * sizeof(float));
        for (size_t k = 0; k < 8; k++)
            vst1q_f32(l + 4 * k, vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16(halves + 4 * k))));
        add_lanes(sums, l, r);
    }
    return fold(sums);
}
#endif
