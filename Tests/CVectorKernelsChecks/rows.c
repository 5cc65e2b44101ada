#include "checks.h"

// Inner product in the lanes of LINDEN_DOT_LANES, by the letter of CVectorKernels.h.
static float lanes_dot(const float *left, const float *right, size_t count) {
    float lanes[32] = {0};
    for (size_t j = 0; j < (count + 31) / 32 * 32; j++)
        lanes[j % 32] = fmaf(j < count ? left[j] : 0, j < count ? right[j] : 0, lanes[j % 32]);
    for (size_t step = 16; step > 0; step /= 2)
        for (size_t lane = 0; lane < step; lane++) lanes[lane] += lanes[lane + step];
    return lanes[0];
}

void check_dot(void) {
    for (size_t count = 0; count <= 300; count++) {
        float *left = FENCED(float, count), *right = FENCED(float, count);
        for (size_t i = 0; i < count; i++) left[i] = random_float(), right[i] = random_float();
        const float found = linden_dot(kernel, left, right, count), expected = lanes_dot(left, right, count);
        EXPECT(bits_of(found) == bits_of(expected), "%a, not %a, of %zu", (double)found, (double)expected, count);
        release();
    }
}

static void check_rows_of(size_t value_bytes, size_t dimensions, size_t start, size_t count, size_t wanted) {
    const size_t block_rows = 4, block_count = 3, bytes = dimensions * value_bytes;
    const size_t stride = bytes + random_below(3) * value_bytes;
    uintptr_t blocks[3];
    for (size_t b = 0; b < block_count; b++) {
        char *block = FENCED(char, (block_rows - 1) * stride + bytes);
        for (size_t row = 0; row < block_rows; row++)
            for (size_t i = 0; i < dimensions; i++) {
                const float value = random_float();
                const uint16_t half = (uint16_t)(random_bits() % 0x7c00 | (random_bits() & 0x8000));
                char *place = block + row * stride + i * value_bytes;
                memcpy(place, value_bytes == 2 ? (const void *)&half : (const void *)&value, value_bytes);
            }
        blocks[b] = (uintptr_t)block;
    }
    const linden_row_table all = {blocks, block_rows, stride, value_bytes};
    size_t *rows = FENCED(size_t, wanted);
    float *query = FENCED(float, count), *dots = FENCED(float, wanted), *squares = FENCED(float, wanted);
    float *values = FENCED(float, count), *before = FENCED(float, wanted);
    for (size_t i = 0; i < count; i++) query[i] = random_float();
    for (size_t i = 0; i < wanted; i++) {
        rows[i] = random_below(block_rows * block_count);
        before[i] = dots[i] = random_float();
        squares[i] = 1;
    }
    linden_add_rows(kernel, &all, rows, wanted, start, count, query, dots, squares);
    for (size_t i = 0; i < wanted; i++) {
        const char *row = (const char *)blocks[rows[i] / block_rows] + rows[i] % block_rows * stride;
        for (size_t j = 0; j < count; j++) {
            uint16_t half;
            memcpy(&half, row + (start + j) * value_bytes, 2);
            if (value_bytes == 2)
                values[j] = half_value(half);
            else
                memcpy(&values[j], row + (start + j) * value_bytes, 4);
        }
        const float dot = before[i] + lanes_dot(values, query, count), square = 1 + lanes_dot(values, values, count);
        EXPECT(bits_of(dots[i]) == bits_of(dot), "%a, not %a, of %zu", (double)dots[i], (double)dot, count);
        EXPECT(bits_of(squares[i]) == bits_of(square), "%a, not %a, of %zu", (double)squares[i], (double)square, count);
    }
    release();
}

void check_rows(void) {
    for (size_t value_bytes = 2; value_bytes <= 4; value_bytes += 2) {
        for (size_t dimensions = 1; dimensions <= 140; dimensions++)
            check_rows_of(value_bytes, dimensions, 0, dimensions, random_below(40));
        for (size_t repetition = 0; repetition < 300; repetition++) {
            const size_t dimensions = 1 + random_below(400), start = random_below(dimensions);
            check_rows_of(value_bytes, dimensions, start, random_below(dimensions - start) + 1, random_below(150));
        }
    }
}

// The nearest half, ties to even, found among all of them by a search.
static uint16_t nearest_half(float value) {
    const double magnitude = fabs((double)value);
    const uint16_t sign = signbit(value) ? 0x8000 : 0;
    if (magnitude >= 65520) return sign | 0x7c00;
    uint16_t low = 0, high = 0x7c00;
    while (high - low > 1) {
        const uint16_t middle = (uint16_t)((low + high) / 2);
        if ((double)half_value(middle) <= magnitude)
            low = middle;
        else
            high = middle;
    }
    // What comes after the greatest half is 65536, as far as rounding goes.
    const double above = high == 0x7c00 ? 65536 : (double)half_value(high);
    const double down = magnitude - (double)half_value(low), up = above - magnitude;
    return sign | (down < up || (down == up && low % 2 == 0) ? low : high);
}

void check_halves(void) {
    uint16_t *all = FENCED(uint16_t, 65536);
    float *values = FENCED(float, 65536);
    for (size_t i = 0; i < 65536; i++) all[i] = (uint16_t)i;
    linden_float_from_half(kernel, all, 65536, values);
    for (size_t i = 0; i < 65536; i++) {
        const float expected = half_value((uint16_t)i);
        EXPECT(isnan(expected) ? isnan(values[i]) : bits_of(values[i]) == bits_of(expected), "half %zx", i);
    }
    release();
    // Each half, the middle between it and the next, and the floats beside both.
    float some[12];
    uint16_t found[12];
    for (uint32_t half = 0; half < 0x7c00; half++) {
        const float value = half_value((uint16_t)half);
        const float next = half == 0x7bff ? 65536 : half_value((uint16_t)(half + 1)), middle = (value + next) / 2;
        const float beside[] = {value, nextafterf(value, INFINITY), nextafterf(middle, 0), middle,
                                nextafterf(middle, INFINITY), nextafterf(next, 0)};
        for (size_t i = 0; i < 12; i++) some[i] = i < 6 ? beside[i] : -beside[i - 6];
        linden_half_from_float(kernel, some, 12, found);
        for (size_t i = 0; i < 12; i++)
            EXPECT(found[i] == nearest_half(some[i]), "%x, not %x", found[i], nearest_half(some[i]));
    }
    for (size_t count = 0; count < 40; count++) {
        float *any = FENCED(float, count), *back = FENCED(float, count);
        uint16_t *halves = FENCED(uint16_t, count);
        for (size_t i = 0; i < count; i++) any[i] = ldexpf(random_float(), (int)random_below(50) - 30);
        linden_half_from_float(kernel, any, count, halves);
        linden_float_from_half(kernel, halves, count, back);
        for (size_t i = 0; i < count; i++)
            EXPECT(halves[i] == nearest_half(any[i]) && bits_of(back[i]) == bits_of(half_value(halves[i])), "%zu", i);
        release();
    }
}

void check_read(void) {
    for (size_t bytes = 0; bytes < 1100; bytes++) {
        const uint8_t *memory = FENCED(uint8_t, bytes);
        uint64_t sum = 0;
        for (size_t i = 0; i < bytes; i++) sum += memory[i];
        EXPECT(linden_read(kernel, memory, bytes) == sum, "%zu bytes", bytes);
        release();
    }
}
