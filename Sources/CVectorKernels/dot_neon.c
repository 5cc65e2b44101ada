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

linden_row_sums linden_row_sums_neon(const float *row, const float *query, size_t count) {
    float32x4_t dots[8], squares[8];
    for (size_t k = 0; k < 8; k++) dots[k] = squares[k] = vdupq_n_f32(0);
    size_t j = 0;
    for (; j + LINDEN_DOT_LANES <= count; j += LINDEN_DOT_LANES) {
        add_lanes(dots, row + j, query + j);
        add_lanes(squares, row + j, row + j);
    }
    if (j < count) {
        float r[LINDEN_DOT_LANES] = {0}, q[LINDEN_DOT_LANES] = {0};
        memcpy(r, row + j, (count - j) * sizeof(float));
        memcpy(q, query + j, (count - j) * sizeof(float));
        add_lanes(dots, r, q);
        add_lanes(squares, r, r);
    }
    return (linden_row_sums){fold(dots), fold(squares)};
}

linden_row_sums linden_half_row_sums_neon(const uint16_t *row, const float *query, size_t count) {
    float32x4_t dots[8], squares[8];
    for (size_t k = 0; k < 8; k++) dots[k] = squares[k] = vdupq_n_f32(0);
    for (size_t j = 0; j < count; j += LINDEN_DOT_LANES) {
        const size_t some = count - j < LINDEN_DOT_LANES ? count - j : LINDEN_DOT_LANES;
        uint16_t halves[LINDEN_DOT_LANES] = {0};
        float r[LINDEN_DOT_LANES], q[LINDEN_DOT_LANES] = {0};
        memcpy(halves, row + j, some * sizeof(uint16_t));
        memcpy(q, query + j, some * sizeof(float));
        for (size_t k = 0; k < 8; k++)
            vst1q_f32(r + 4 * k, vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16(halves + 4 * k))));
        add_lanes(dots, r, q);
        add_lanes(squares, r, r);
    }
    return (linden_row_sums){fold(dots), fold(squares)};
}
#endif
