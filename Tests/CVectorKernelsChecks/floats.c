#include "checks.h"

// These add in an order of their own, so they are checked against sums of doubles, within some units in the last place.
static void expect_near(float found, double expected, double magnitude, size_t count) {
    const double error = fabs((double)found - expected);
    EXPECT(error <= 1e-6 * magnitude + 1e-30, "%.9g, not %.9g, of %zu", (double)found, expected, count);
}

static float *random_floats(size_t count) {
    float *values = FENCED(float, count);
    for (size_t i = 0; i < count; i++) values[i] = random_float();
    return values;
}

static void check_sums(size_t count) {
    const ptrdiff_t length = (ptrdiff_t)count;
    float *row = random_floats(count), *gate = random_floats(count), *sum = random_floats(count);
    float *before = random_floats(count), *moment = random_floats(count), *moments = random_floats(count);
    memcpy(before, sum, count * sizeof(float));
    memcpy(moments, moment, count * sizeof(float));
    double dot = 0;
    for (size_t i = 0; i < count; i++) dot += (double)row[i] * (double)gate[i];
    expect_near(linden_row_dot(row, gate, length), dot, (double)count, count);
    linden_add_scaled(row, 0.75f, sum, length);
    for (size_t i = 0; i < count; i++) expect_near(sum[i], (double)before[i] + 0.75 * (double)row[i], 1, count);
    memcpy(sum, before, count * sizeof(float));
    linden_add_product(row, gate, 0.75f, sum, length);
    for (size_t i = 0; i < count; i++)
        expect_near(sum[i], (double)before[i] + 0.75 * (double)row[i] * (double)gate[i], 1, count);
    memcpy(sum, before, count * sizeof(float));
    linden_momentum_step(sum, moment, gate, 0.75f, 0.5f, 0.125f, length);
    for (size_t i = 0; i < count; i++) {
        const double expected = 0.75 * (double)moments[i] + 0.25 * (double)gate[i];
        expect_near(moment[i], expected, 1, count);
        expect_near(sum[i], 0.5 * (double)before[i] - 0.125 * expected, 1, count);
    }
}

static void check_exponents(size_t count) {
    float *x = random_floats(count), *found = FENCED(float, count);
    double sum = 0, highest = -INFINITY;
    for (size_t i = 0; i < count; i++) {
        x[i] *= 87;
        highest = fmax(highest, (double)x[i]);
    }
    memcpy(found, x, count * sizeof(float));
    linden_exp(found, (ptrdiff_t)count);
    for (size_t i = 0; i < count; i++) {
        expect_near(found[i], exp((double)x[i]), exp((double)x[i]) / 4, count);
        sum += exp((double)x[i] - highest);
    }
    memcpy(found, x, count * sizeof(float));
    linden_softmax(found, (ptrdiff_t)count);
    for (size_t i = 0; i < count; i++) expect_near(found[i], exp((double)x[i] - highest) / sum, 1, count);
    for (size_t i = 0; i < count; i++) found[i] = i % 2 == 0 ? -INFINITY : INFINITY;
    linden_exp(found, (ptrdiff_t)count);
    for (size_t i = 0; i < count; i++) {
        const double clamped = exp(i % 2 == 0 ? -87 : 88);
        expect_near(found[i], clamped, clamped, count);
    }
}

static void check_first_above(size_t count) {
    float *products = random_floats(count), *norms = random_floats(count);
    const float threshold = 0.5f + random_float() * 0.5f;
    const size_t from = random_below(count + 1);
    size_t expected = from;
    while (expected < count && !(products[expected] * norms[expected] > threshold)) expected++;
    const ptrdiff_t found = linden_first_above(products, norms, threshold, (ptrdiff_t)from, (ptrdiff_t)count);
    EXPECT(found == (ptrdiff_t)expected, "%td, not %zu", found, expected);
}

void check_float_rows(void) {
    for (size_t count = 0; count <= 200; count++) {
        check_sums(count);
        check_exponents(count);
        check_first_above(count);
        release();
    }
}

static void check_softmax_of(size_t rungs, size_t count) {
    const size_t stride = count + random_below(3), all = rungs == 0 ? 0 : (rungs - 1) * stride + count;
    float *products = random_floats(all), *given = random_floats(all), *norms = random_floats(rungs * count);
    float *scale = random_floats(rungs), *bias = random_floats(count), *sums = random_floats(rungs);
    float *factor = random_floats(rungs), *row_dots = random_floats(rungs), *columns = random_floats(rungs * count);
    float *rows_before = random_floats(rungs), *columns_before = random_floats(rungs * count);
    memcpy(given, products, all * sizeof(float));
    memcpy(rows_before, row_dots, rungs * sizeof(float));
    memcpy(columns_before, columns, rungs * count * sizeof(float));
    const float shift = random_float();
    linden_nested_softmax_forward(products, (ptrdiff_t)stride, norms, scale, bias, shift, sums, (ptrdiff_t)rungs,
                                  (ptrdiff_t)count);
    double *logits = FENCED(double, rungs * count), *gradients = FENCED(double, rungs * count);
    const double room = 20.0 * (double)(rungs + 1);
    for (size_t s = 0; s < rungs; s++) {
        double sum = 0, row = (double)rows_before[s];
        for (size_t c = 0; c < count; c++) {
            double dot = 0;
            for (size_t t = 0; t <= s; t++) dot += (double)given[t * stride + c];
            const double logit = dot * (double)norms[s * count + c] * (double)scale[s];
            const double e = exp(logit + (double)bias[c] - (double)shift);
            expect_near(products[s * stride + c], logit, room, count);
            logits[s * count + c] = logit;
            gradients[s * count + c] = (double)factor[s] * e;
            sum += e;
            row += (double)factor[s] * e * logit;
        }
        expect_near(sums[s], sum, room * (sum + 1), count);
        rows_before[s] = (float)row;
    }
    linden_nested_softmax_backward(products, (ptrdiff_t)stride, norms, scale, bias, shift, factor, row_dots, columns,
                                   (ptrdiff_t)rungs, (ptrdiff_t)count);
    for (size_t s = 0; s < rungs; s++) {
        double magnitude = 1;
        for (size_t c = 0; c < count; c++) {
            const double g_logit = gradients[s * count + c] * logits[s * count + c];
            double suffix = 0, size = 1;
            for (size_t t = s; t < rungs; t++) {
                suffix += gradients[t * count + c] * (double)scale[t] * (double)norms[t * count + c];
                size += fabs(gradients[t * count + c]);
            }
            magnitude += size * (1 + fabs(logits[s * count + c]));
            expect_near(columns[s * count + c], (double)columns_before[s * count + c] + g_logit, room * size, count);
            expect_near(products[s * stride + c], suffix, room * size, count);
        }
        expect_near(row_dots[s], (double)rows_before[s], room * magnitude, count);
    }
    release();
}

void check_softmax(void) {
    for (size_t rungs = 0; rungs <= LINDEN_MAXIMUM_RUNGS; rungs += rungs < 6 ? 1 : 13)
        for (size_t count = 0; count <= 80; count += 16) check_softmax_of(rungs, count);
}
