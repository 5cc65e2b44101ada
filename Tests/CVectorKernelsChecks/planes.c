#include "checks.h"

const size_t *layout(size_t index, size_t *plane_count) {
    static const size_t quads[][MOST_PLANES] = {
        {1},    {4},  {4, 4}, {4, 4, 8}, {8},          {12},           {16}, {3}, {2, 4, 7}, {1, 1, 1, 1, 1},
        {4, 3}, {20}, {8, 4}, {64},      {4, 4, 4, 4}, {4, 4, 8, 16},
    };
    if (index >= sizeof quads / sizeof quads[0]) return NULL;
    size_t count = 0;
    while (count < MOST_PLANES && quads[index][count] > 0) count++;
    *plane_count = count;
    return quads[index];
}

table random_table(const size_t *quads, size_t plane_count, size_t groups) {
    table rows = {.plane_count = plane_count, .groups = groups};
    for (size_t p = 0; p < plane_count; p++) {
        const size_t bytes = groups * quads[p] * 64;
        uint8_t *codes = FENCED(uint8_t, bytes);
        // Now and then only the codes of the greatest magnitude, whose products are those that may not fit.
        if (random_below(4) == 0)
            for (size_t i = 0; i < bytes; i++) codes[i] = random_below(2) ? 255 : 1;
        rows.planes[p] = (linden_plane){codes, quads[p]};
        rows.quads += quads[p];
    }
    const size_t count = groups * LINDEN_GROUP_ROWS;
    rows.inverse_norms = FENCED(uint16_t, count);
    // Between 2^-14 and 2, with some zeros: the norm of a place without a row.
    for (size_t i = 0; i < count; i++)
        rows.inverse_norms[i] = random_below(16) == 0 ? 0 : (uint16_t)(0x0400 + random_below(0x3c00));
    return rows;
}

query random_query(size_t quads) {
    query one = {.codes = FENCED(int8_t, 4 * quads)};
    const bool is_extreme = random_below(4) == 0;
    int32_t sum = 0;
    double squares = 1;
    for (size_t i = 0; i < 4 * quads; i++) {
        one.codes[i] = (int8_t)(is_extreme ? (random_below(8) ? 127 : -127) : (int)random_below(255) - 127);
        sum += one.codes[i];
        squares += one.codes[i] * one.codes[i];
    }
    one.quads = FENCED(int32_t, quads);
    one.pairs = FENCED(int32_t, 2 * quads);
    linden_pack_query(one.codes, quads, one.quads, one.pairs);
    one.bias = 128 * sum;
    one.inverse_norm = (float)(1 / sqrt(squares));
    return one;
}

int32_t product(const table *rows, size_t row, const int8_t *codes) {
    int32_t sum = 0;
    for (size_t p = 0; p < rows->plane_count; p++)
        for (size_t i = 0; i < 4 * rows->planes[p].quads; i++) {
            const uint8_t *group = rows->planes[p].rows + row / 16 * rows->planes[p].quads * 64;
            sum += (group[i / 4 * 64 + row % 16 * 4 + i % 4] - 128) * *codes++;
        }
    return sum;
}

float score(const table *rows, size_t row, const query *one) {
    const float cosine = (float)product(rows, row, one->codes) * half_value(rows->inverse_norms[row]);
    return cosine * one->inverse_norm;
}

uint64_t *random_mask(size_t groups) {
    const size_t words = (groups + 3) / 4, kind = random_below(5);
    uint64_t *mask = FENCED(uint64_t, words);
    for (size_t i = 0; i < words; i++) {
        const uint64_t any = (uint64_t)random_bits() << 32 | random_bits();
        const uint64_t other = (uint64_t)random_bits() << 32 | random_bits();
        if (kind == 0) mask[i] = 0;
        if (kind == 1) mask[i] = UINT64_MAX;
        if (kind == 2) mask[i] = any & other & other << 1 & any << 3;
        if (kind == 3) mask[i] = any | other;
        if (kind == 4) mask[i] = (any & 0x0001000100010001) * 0xffff;
    }
    // The bits of groups that are not there: nobody may look at them.
    if (groups % 4 != 0) mask[words - 1] |= UINT64_MAX << (groups % 4 * 16);
    return mask;
}

float random_threshold(const table *rows, const query *one) {
    switch (random_below(6)) {
    case 0:
        return -INFINITY;
    case 1:
        return INFINITY;
    case 2:
        return 0;
    case 3:
        return random_float() * 0.01f;
    case 4:
        return random_float() * 4;
    default:
        return rows->groups == 0 ? 0 : score(rows, random_below(rows->groups * 16), one);
    }
}
