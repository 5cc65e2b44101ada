#include "kernel.h"

typedef linden_row_sums (*float_sums)(const float *, const float *, size_t);
typedef linden_row_sums (*half_sums)(const uint16_t *, const float *, size_t);

static float_sums float_kernel(int32_t kernel) {
    switch (kernel) {
#if defined(__x86_64__)
    case LINDEN_KERNEL_AVX2:
        return linden_row_sums_avx2;
    case LINDEN_KERNEL_AVX512:
        return linden_row_sums_avx512;
#elif defined(__aarch64__)
    case LINDEN_KERNEL_NEON:
        return linden_row_sums_neon;
#endif
    default:
        return linden_row_sums_scalar;
    }
}

static half_sums half_kernel(int32_t kernel) {
    switch (kernel) {
#if defined(__x86_64__)
    case LINDEN_KERNEL_AVX2:
        return linden_half_row_sums_avx2;
    case LINDEN_KERNEL_AVX512:
        return linden_half_row_sums_avx512;
#elif defined(__aarch64__)
    case LINDEN_KERNEL_NEON:
        return linden_half_row_sums_neon;
#endif
    default:
        return linden_half_row_sums_scalar;
    }
}

#define LINE_BYTES 64

// Few lines of a row are asked for into the first cache, some with each row that is read; a request into the second
// brings neighbours that nobody wants. Whole rows go into the second, where more lines can be on their way, and many at
// once: where requests and reading take turns, each waits for the other. 200 rows in random order of 1,000,000 of eight
// lines, over the time to touch so many lines after a request, in one run: whole rows 1.71 with each row, 0.95 in
// bursts of 128 lines, 0.89 of 256; two lines of each 0.85 one row at a time, and 1.48 in bursts.
#define FEW_LINES 4
#define FEW_LINES_AHEAD 32
#define BURST_LINES 256

// Asks for some lines that follow each other.
static inline void fetch(const char *line, size_t lines) {
    for (size_t i = 0; i < lines; i++) {
        if (lines <= FEW_LINES)
            __builtin_prefetch(line + i * LINE_BYTES, 0, 3);
        else
            __builtin_prefetch(line + i * LINE_BYTES, 0, 2);
    }
}

void linden_add_rows(int32_t kernel, const linden_row_table *table, const size_t *rows, size_t row_count, size_t start,
                     size_t count, const float *query, float *dots, float *squares) {
    const float_sums floats = float_kernel(kernel);
    const half_sums halves = half_kernel(kernel);
    const size_t first_byte = start * table->value_bytes, end_byte = (start + count) * table->value_bytes;
    const size_t first_line = first_byte / LINE_BYTES, lines = (end_byte + LINE_BYTES - 1) / LINE_BYTES - first_line;
    // How often rows are asked for, and how far ahead.
    const size_t burst = lines <= FEW_LINES ? 1 : 1 + BURST_LINES / (lines + 1);
    const size_t rows_ahead = lines <= FEW_LINES ? 2 + FEW_LINES_AHEAD / (lines + 1) : 2 * burst;

    size_t asked = 0, next_burst = 0;
    for (size_t i = 0; i < row_count; i++) {
        if (i == next_burst) {
            for (; asked < row_count && asked < i + rows_ahead; asked++)
                fetch(linden_row(table, rows[asked]) + first_line * LINE_BYTES, lines);
            next_burst += burst;
        }
        const void *values = linden_row(table, rows[i]) + first_byte;
        const linden_row_sums sums =
            table->value_bytes == 2 ? halves(values, query, count) : floats(values, query, count);
        dots[i] += sums.dot;
        squares[i] += sums.squares;
    }
}

linden_row_sums linden_row_sums_scalar(const float *row, const float *query, size_t count) {
    float dots[LINDEN_DOT_LANES] = {0}, squares[LINDEN_DOT_LANES] = {0};
    for (size_t start = 0; start < count; start += LINDEN_DOT_LANES)
        for (size_t lane = 0; lane < LINDEN_DOT_LANES; lane++) {
            const size_t j = start + lane;
            const float value = j < count ? row[j] : 0;
            dots[lane] = __builtin_fmaf(value, j < count ? query[j] : 0, dots[lane]);
            squares[lane] = __builtin_fmaf(value, value, squares[lane]);
        }
    return (linden_row_sums){linden_fold(dots), linden_fold(squares)};
}

linden_row_sums linden_half_row_sums_scalar(const uint16_t *row, const float *query, size_t count) {
    float dots[LINDEN_DOT_LANES] = {0}, squares[LINDEN_DOT_LANES] = {0};
    for (size_t start = 0; start < count; start += LINDEN_DOT_LANES)
        for (size_t lane = 0; lane < LINDEN_DOT_LANES; lane++) {
            const size_t j = start + lane;
            const float value = j < count ? linden_float_from_half_bits(row[j]) : 0;
            dots[lane] = __builtin_fmaf(value, j < count ? query[j] : 0, dots[lane]);
            squares[lane] = __builtin_fmaf(value, value, squares[lane]);
        }
    return (linden_row_sums){linden_fold(dots), linden_fold(squares)};
}
