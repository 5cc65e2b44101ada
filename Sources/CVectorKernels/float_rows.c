#include "float_rows.h"

#include <stdint.h>
#include <string.h>

#if defined(__x86_64__)
#define MANY_CPUS __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define MANY_CPUS
#endif
#define INLINE static inline __attribute__((always_inline))

enum { LANES = 16 };
typedef float lanes __attribute__((vector_size(4 * LANES), aligned(4), may_alias));
typedef int32_t int_lanes __attribute__((vector_size(4 * LANES)));

#define LOAD(pointer) (*(const lanes *)(pointer))
#define STORE(pointer, value) (*(lanes *)(pointer) = (value))

// Cody-Waite reduction and the Cephes polynomial of degree 5.
#define EXP_LANES(result, argument)                                                                                    \
    do {                                                                                                               \
        lanes e_x = (argument);                                                                                        \
        int_lanes e_low = e_x < -87.0f, e_high = e_x > 88.0f;                                                          \
        e_x = (lanes)(((int_lanes)e_x & ~e_low) | (e_low & (int_lanes)(((lanes){0}) - 87.0f)));                        \
        e_x = (lanes)(((int_lanes)e_x & ~e_high) | (e_high & (int_lanes)(((lanes){0}) + 88.0f)));                      \
        lanes e_shifted = e_x * 1.44269504088896341f + 12582912.0f;                                                    \
        lanes e_n = e_shifted - 12582912.0f;                                                                           \
        lanes e_r = e_x - e_n * 0.693359375f - e_n * -2.12194440e-4f;                                                  \
        lanes e_p = e_r * 1.9875691500e-4f + 1.3981999507e-3f;                                                         \
        e_p = e_p * e_r + 8.3334519073e-3f;                                                                            \
        e_p = e_p * e_r + 4.1665795894e-2f;                                                                            \
        e_p = e_p * e_r + 1.6666665459e-1f;                                                                            \
        e_p = e_p * e_r + 5.0000001201e-1f;                                                                            \
        e_p = e_p * (e_r * e_r) + e_r + 1.0f;                                                                          \
        (result) = (lanes)((int_lanes)e_p + ((int_lanes)e_shifted << 23));                                             \
    } while (0)

// Sums the lanes in a fixed order.
INLINE float total(const lanes *sums) {
    float parts[LANES], sum = 0;
    memcpy(parts, sums, sizeof parts);
    for (int i = 0; i < LANES; i++) sum += parts[i];
    return sum;
}

MANY_CPUS void linden_add_scaled(const float *row, float scale, float *sum, ptrdiff_t count) {
    for (ptrdiff_t i = 0; i < count; i++) sum[i] += scale * row[i];
}

MANY_CPUS void linden_add_product(const float *row, const float *gate, float scale, float *sum, ptrdiff_t count) {
    for (ptrdiff_t i = 0; i < count; i++) sum[i] += scale * row[i] * gate[i];
}

MANY_CPUS float linden_row_dot(const float *left, const float *right, ptrdiff_t count) {
    lanes sum = {0};
    ptrdiff_t i = 0;
    for (; i + LANES <= count; i += LANES) sum += LOAD(left + i) * LOAD(right + i);
    float result = total(&sum);
    for (; i < count; i++) result += left[i] * right[i];
    return result;
}

MANY_CPUS void linden_momentum_step(
    float *parameter, float *moment, const float *gradient, float decay, float keep, float rate, ptrdiff_t count) {
    for (ptrdiff_t i = 0; i < count; i++) {
        moment[i] = decay * moment[i] + (1 - decay) * gradient[i];
        parameter[i] = keep * parameter[i] - rate * moment[i];
    }
}

MANY_CPUS void linden_exp(float *x, ptrdiff_t count) {
    ptrdiff_t i = 0;
    for (; i + LANES <= count; i += LANES) {
        lanes result;
        EXP_LANES(result, LOAD(x + i));
        STORE(x + i, result);
    }
    if (i == count) return;
    float tail[LANES] = {0};
    memcpy(tail, x + i, (size_t)(count - i) * sizeof(float));
    lanes result;
    EXP_LANES(result, LOAD(tail));
    STORE(tail, result);
    memcpy(x + i, tail, (size_t)(count - i) * sizeof(float));
}

MANY_CPUS void linden_softmax(float *x, ptrdiff_t count) {
    if (count == 0) return;
    float highest = x[0];
    for (ptrdiff_t i = 1; i < count; i++) highest = x[i] > highest ? x[i] : highest;
    for (ptrdiff_t i = 0; i < count; i++) x[i] -= highest;
    linden_exp(x, count);
    double sum = 0;
    for (ptrdiff_t i = 0; i < count; i++) sum += x[i];
    float inverse = (float)(1 / sum);
    for (ptrdiff_t i = 0; i < count; i++) x[i] *= inverse;
}

MANY_CPUS ptrdiff_t linden_first_above(
    const float *products, const float *norms, float threshold, ptrdiff_t from, ptrdiff_t count) {
    enum { BLOCK = 64 };
    ptrdiff_t i = from;
    for (; i + BLOCK <= count; i += BLOCK) {
        int above = 0;
        for (ptrdiff_t j = 0; j < BLOCK; j++) above |= products[i + j] * norms[i + j] > threshold;
        if (above) break;
    }
    while (i < count && !(products[i] * norms[i] > threshold)) i++;
    return i;
}

MANY_CPUS void linden_nested_softmax_forward(
    float *products, ptrdiff_t stride, const float *inverse_norms, const float *scale, const float *bias, float shift,
    float *sums, ptrdiff_t rungs, ptrdiff_t count) {
    lanes parts[LINDEN_MAXIMUM_RUNGS];
    for (ptrdiff_t s = 0; s < rungs; s++) parts[s] = (lanes){0};
    for (ptrdiff_t c = 0; c < count; c += LANES) {
        lanes dot = {0}, correction = LOAD(bias + c) - shift;
        for (ptrdiff_t s = 0; s < rungs; s++) {
            float *at = products + s * stride + c;
            dot += LOAD(at);
            lanes logit = dot * LOAD(inverse_norms + s * count + c) * scale[s], e;
            STORE(at, logit);
            EXP_LANES(e, logit + correction);
            parts[s] += e;
        }
    }
    for (ptrdiff_t s = 0; s < rungs; s++) sums[s] = total(&parts[s]);
}

MANY_CPUS void linden_nested_softmax_backward(
    float *products, ptrdiff_t stride, const float *inverse_norms, const float *scale, const float *bias, float shift,
    const float *factor, float *row_dots, float *column_dots, ptrdiff_t rungs, ptrdiff_t count) {
    lanes parts[LINDEN_MAXIMUM_RUNGS];
    for (ptrdiff_t s = 0; s < rungs; s++) parts[s] = (lanes){0};
    for (ptrdiff_t c = 0; c < count; c += LANES) {
        lanes suffix = {0}, correction = LOAD(bias + c) - shift;
        for (ptrdiff_t s = rungs - 1; s >= 0; s--) {
            float *at = products + s * stride + c, *column = column_dots + s * count + c;
            lanes logit = LOAD(at), g;
            EXP_LANES(g, logit + correction);
            g *= factor[s];
            lanes g_logit = g * logit;
            parts[s] += g_logit;
            STORE(column, LOAD(column) + g_logit);
            suffix += g * LOAD(inverse_norms + s * count + c) * scale[s];
            STORE(at, suffix);
        }
    }
    for (ptrdiff_t s = 0; s < rungs; s++) row_dots[s] += total(&parts[s]);
}
