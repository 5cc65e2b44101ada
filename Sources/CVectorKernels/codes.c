#include <string.h>

#include "kernel.h"

float linden_peak(const float *values, size_t count) {
    float peak = 0;
    for (size_t i = 0; i < count; i++) {
        const float magnitude = __builtin_fabsf(values[i]);
        peak = magnitude > peak ? magnitude : peak;
    }
    return peak;
}

void linden_quantise(const float *values, size_t count, float scale, int8_t *codes) {
    // Adding 1.5 * 2^23 leaves no bits for the fraction, so the addition rounds as the CPU does: to the nearest, ties to
    // even. Compilers make one vector instruction of each step, where rintf may be a call.
    const float rounding = 12582912.0f;
    for (size_t i = 0; i < count; i++) {
        const float product = values[i] * scale;
        codes[i] = (int8_t)(int32_t)((product + rounding) - rounding);
    }
}

int32_t linden_sum_of_squares(const int8_t *codes, size_t count) {
    int32_t sum = 0;
    for (size_t i = 0; i < count; i++) sum += (int32_t)codes[i] * codes[i];
    return sum;
}

int32_t linden_sum(const int8_t *codes, size_t count) {
    int32_t sum = 0;
    for (size_t i = 0; i < count; i++) sum += codes[i];
    return sum;
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
        query_pairs[2 * j] = (int32_t)((uint32_t)(uint16_t)codes[0] | (uint32_t)(uint16_t)codes[2] << 16);
        query_pairs[2 * j + 1] = (int32_t)((uint32_t)(uint16_t)codes[1] | (uint32_t)(uint16_t)codes[3] << 16);
    }
}
