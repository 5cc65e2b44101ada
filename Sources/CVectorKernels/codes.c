#include <float.h>
#include <string.h>

#include "kernel.h"

// Loops that compilers turn into vectors, for several x86 generations; the functions that call them are what is cloned.
#if defined(__x86_64__)
#define MANY_CPUS __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define MANY_CPUS
#endif
#define INLINE static inline __attribute__((always_inline))

INLINE float peak_of(const float *values, size_t count) {
    // Magnitudes are in the order of their bits, and unlike floats whole numbers may be compared in any order.
    int32_t peak = 0;
    for (size_t i = 0; i < count; i++) {
        int32_t bits;
        memcpy(&bits, &values[i], 4);
        const int32_t magnitude = bits & 0x7fffffff;
        peak = magnitude > peak ? magnitude : peak;
    }
    float value;
    memcpy(&value, &peak, 4);
    return value;
}

INLINE void quantise(const float *values, size_t count, float scale, int8_t *codes) {
    // Adding 1.5 * 2^23 leaves no bits for the fraction, so the addition rounds as the CPU does: to the nearest, ties to
    // even. Compilers make one vector instruction of each step, where rintf may be a call.
    const float rounding = 12582912.0f;
    for (size_t i = 0; i < count; i++) {
        const float product = values[i] * scale;
        codes[i] = (int8_t)(int32_t)((product + rounding) - rounding);
    }
}

INLINE linden_code_sums sums_of(const int8_t *codes, size_t count) {
    linden_code_sums sums = {0, 0};
    for (size_t i = 0; i < count; i++) {
        sums.sum += codes[i];
        sums.sum_of_squares += (int32_t)codes[i] * codes[i];
    }
    return sums;
}

// Two codes of 16 bits each, the first one low.
INLINE int32_t pair(int8_t low, int8_t high) {
    return (int32_t)((uint32_t)(uint16_t)low | (uint32_t)(uint16_t)high << 16);
}

// Writes codes into a query's place of a tile.
INLINE linden_code_sums pack_tile(const int8_t *codes, size_t quads, int32_t *tile_quads, int32_t *tile_pairs) {
    for (size_t j = 0; j < quads; j++) memcpy(&tile_quads[LINDEN_TILE_QUERIES * j], codes + 4 * j, 4);
    if (tile_pairs != NULL)
        for (size_t j = 0; j < quads; j++) {
            tile_pairs[2 * LINDEN_TILE_QUERIES * j] = pair(codes[4 * j], codes[4 * j + 2]);
            tile_pairs[2 * LINDEN_TILE_QUERIES * j + LINDEN_TILE_QUERIES] = pair(codes[4 * j + 1], codes[4 * j + 3]);
        }
    return sums_of(codes, 4 * quads);
}

MANY_CPUS float linden_peak(const float *values, size_t count) { return peak_of(values, count); }

MANY_CPUS void linden_quantise(const float *values, size_t count, float scale, int8_t *codes) {
    quantise(values, count, scale, codes);
}

MANY_CPUS int32_t linden_sum_of_squares(const int8_t *codes, size_t count) {
    return sums_of(codes, count).sum_of_squares;
}

MANY_CPUS linden_code_sums linden_pack_tile(const float *query, const size_t *dimensions, size_t plane_count,
                                            int8_t *codes, int32_t *tile_quads, int32_t *tile_pairs) {
    size_t all = 0;
    for (size_t p = 0; p < plane_count; p++) all += dimensions[p];
    const float peak = peak_of(query, all);
    const bool has_direction = peak > 1e-20f && peak <= FLT_MAX;

    size_t quads = 0;
    for (size_t p = 0; p < plane_count; query += dimensions[p++]) {
        if (has_direction)
            quantise(query, dimensions[p], 127 / peak, codes + 4 * quads);
        else
            memset(codes + 4 * quads, 0, dimensions[p]);
        quads += (dimensions[p] + 3) / 4;
    }
    return pack_tile(codes, quads, tile_quads, tile_pairs);
}

MANY_CPUS linden_code_sums linden_pack_tile_codes(const int8_t *codes, size_t quads, int32_t *tile_quads,
                                                  int32_t *tile_pairs) {
    return pack_tile(codes, quads, tile_quads, tile_pairs);
}

MANY_CPUS void linden_unpack(const int8_t *codes, size_t count, float scale, float *values) {
    for (size_t i = 0; i < count; i++) values[i] = (float)codes[i] * scale;
}

MANY_CPUS void linden_add_codes(const int8_t *codes, size_t count, float scale, float *sums) {
    for (size_t i = 0; i < count; i++) {
        // Two statements, so that no CPU fuses them: sums have the same bits on all.
        const float product = (float)codes[i] * scale;
        sums[i] += product;
    }
}

void linden_place(uint8_t *plane, size_t quads, size_t row, const int8_t *codes, size_t count) {
    uint8_t *to = plane + (row / LINDEN_GROUP_ROWS) * quads * 64 + (row % LINDEN_GROUP_ROWS) * 4;
    for (size_t j = 0; j < quads; j++, to += 64) {
        uint8_t quad[4] = {0x80, 0x80, 0x80, 0x80};
        for (size_t i = 0; i < 4 && 4 * j + i < count; i++) quad[i] = (uint8_t)codes[4 * j + i] ^ 0x80;
        memcpy(to, quad, 4);
    }
}

void linden_pack_query(const int8_t *codes, size_t quads, int32_t *query_quads, int32_t *query_pairs) {
    for (size_t j = 0; j < quads; j++, codes += 4) {
        memcpy(&query_quads[j], codes, 4);
        query_pairs[2 * j] = pair(codes[0], codes[2]);
        query_pairs[2 * j + 1] = pair(codes[1], codes[3]);
    }
}
