#pragma once
#include <stddef.h>

// Loops over rows of 32-bit floats, compiled for several x86 generations and chosen at load time; one version elsewhere.
// Callers guarantee the lengths; the Swift face checks them.

/// sum[i] += scale * row[i]
void linden_add_scaled(const float *row, float scale, float *sum, ptrdiff_t count);

/// sum[i] += scale * row[i] * gate[i]
void linden_add_product(const float *row, const float *gate, float scale, float *sum, ptrdiff_t count);

/// Returns the inner product, summed in sixteen interleaved parts.
float linden_row_dot(const float *left, const float *right, ptrdiff_t count);

/// Row-wise Adam: moment = decay * moment + (1 - decay) * gradient; parameter = keep * parameter - rate * moment.
void linden_momentum_step(
    float *parameter, float *moment, const float *gradient, float decay, float keep, float rate, ptrdiff_t count);

/// x[i] = e^x[i], within 2 units in the last place over -87 … 88; clamped outside.
void linden_exp(float *x, ptrdiff_t count);

/// Softmax of x with the maximum taken out first.
void linden_softmax(float *x, ptrdiff_t count);

/// Index of the first element from `from` on whose product with its norm exceeds `threshold`; `count` when there is none.
ptrdiff_t linden_first_above(
    const float *products, const float *norms, float threshold, ptrdiff_t from, ptrdiff_t count);

/// Most rungs that the nested softmax takes.
enum { LINDEN_MAXIMUM_RUNGS = 32 };

/// First half of the nested softmax of one user against `count` candidates at `rungs` prefixes.
///
/// On entry products + s * stride holds the inner product over step s alone; on return the logit of rung s: the sum of the
/// steps up to s, times inverse_norms + s * count, times scale[s]; `count` is a multiple of 16. sums[s] gets the sum of e^(logit + bias - shift).
void linden_nested_softmax_forward(
    float *products, ptrdiff_t stride, const float *inverse_norms, const float *scale, const float *bias, float shift,
    float *sums, ptrdiff_t rungs, ptrdiff_t count);

/// Second half: turns logits into gradients.
///
/// With g = factor[s] * e^(logit + bias - shift): row_dots[s] += sum of g * logit; column_dots + s * count += g * logit;
/// and products + s * stride becomes the sum over rungs t >= s of g * scale[t] * inverse_norms + t * count.
void linden_nested_softmax_backward(
    float *products, ptrdiff_t stride, const float *inverse_norms, const float *scale, const float *bias, float shift,
    const float *factor, float *row_dots, float *column_dots, ptrdiff_t rungs, ptrdiff_t count);
