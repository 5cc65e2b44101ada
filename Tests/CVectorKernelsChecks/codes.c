#include "checks.h"

void check_codes(void) {
    for (size_t count = 0; count <= 200; count++) {
        float *values = FENCED(float, count), *unpacked = FENCED(float, count), *sums = FENCED(float, count);
        int8_t *codes = FENCED(int8_t, count);
        float peak = 0;
        for (size_t i = 0; i < count; i++) {
            values[i] = random_float();
            peak = fmaxf(peak, fabsf(values[i]));
        }
        EXPECT(linden_peak(values, count) == peak, "%zu values", count);
        const float scale = peak > 0 ? 127 / peak : 1;
        linden_quantise(values, count, scale, codes);
        int32_t squares = 0;
        for (size_t i = 0; i < count; i++) {
            EXPECT(codes[i] == (int)nearbyintf(values[i] * scale), "%d of %a", codes[i], (double)(values[i] * scale));
            squares += codes[i] * codes[i];
        }
        EXPECT(linden_sum_of_squares(codes, count) == squares, "%zu codes", count);

        for (size_t i = 0; i < count; i++) sums[i] = random_float();
        float *before = FENCED(float, count);
        memcpy(before, sums, count * sizeof(float));
        linden_unpack(codes, count, 0.25f, unpacked);
        linden_add_codes(codes, count, 0.25f, sums);
        for (size_t i = 0; i < count; i++) {
            const float value = (float)codes[i] * 0.25f;
            EXPECT(unpacked[i] == value && sums[i] == before[i] + value, "code %zu of %zu", i, count);
        }
        if (count > 0) {
            values[random_below(count)] = NAN;
            EXPECT(isnan(linden_peak(values, count)), "%zu values", count);
        }
        release();
    }
}

// The bytes of a plane's row, and nothing else, must change.
static void check_place(size_t count) {
    const size_t quads = (count + 3) / 4, groups = 3, bytes = groups * quads * 64, row = random_below(16 * groups);
    uint8_t *plane = FENCED(uint8_t, bytes), *before = FENCED(uint8_t, bytes);
    int8_t *codes = FENCED(int8_t, count);
    memcpy(before, plane, bytes);
    linden_place(plane, quads, row, codes, count);
    for (size_t i = 0; i < 4 * quads; i++) {
        const uint8_t expected = (uint8_t)((i < count ? codes[i] : 0) + 128);
        before[row / 16 * quads * 64 + i / 4 * 64 + row % 16 * 4 + i % 4] = expected;
    }
    EXPECT(memcmp(plane, before, bytes) == 0, "row %zu of %zu codes", row, count);
    release();
}

void check_tile(void) {
    for (size_t count = 1; count <= 140; count++) {
        check_place(count);
        const size_t first = 1 + random_below(count), dimensions[] = {first, count - first};
        const size_t plane_count = first < count ? 2 : 1, quads = (first + 3) / 4 + (count - first + 3) / 4;
        float *query = FENCED(float, count);
        int8_t *codes = FENCED(int8_t, 4 * quads), *expected = FENCED(int8_t, 4 * quads);
        int32_t *tile = FENCED(int32_t, 8 * (quads - 1) + 1), *tile_pairs = FENCED(int32_t, 16 * quads - 7);
        int32_t *one = FENCED(int32_t, quads), *pairs = FENCED(int32_t, 2 * quads);
        const bool has_direction = count % 10 != 0;
        float peak = 0;
        for (size_t i = 0; i < count; i++) {
            query[i] = has_direction ? random_float() : 0;
            peak = fmaxf(peak, fabsf(query[i]));
        }
        if (count % 20 == 0) query[0] = INFINITY;
        memset(codes, 0, 4 * quads);
        memset(expected, 0, 4 * quads);
        linden_code_sums sums = {0, 0};
        for (size_t i = 0; i < count; i++) {
            const size_t place = i < first ? i : (first + 3) / 4 * 4 + i - first;
            const int8_t code = (int8_t)(has_direction ? nearbyintf(query[i] * (127 / peak)) : 0);
            expected[place] = code;
            sums.sum += code;
            sums.sum_of_squares += code * code;
        }
        const bool has_pairs = count % 3 != 0;
        const linden_code_sums found =
            linden_pack_tile(query, dimensions, plane_count, codes, tile, has_pairs ? tile_pairs : NULL);
        EXPECT(found.sum == sums.sum && found.sum_of_squares == sums.sum_of_squares, "%zu dimensions", count);
        EXPECT(memcmp(codes, expected, 4 * quads) == 0, "%zu dimensions", count);
        linden_pack_query(codes, quads, one, pairs);
        for (size_t j = 0; j < quads; j++) {
            int32_t quad;
            memcpy(&quad, codes + 4 * j, 4);
            EXPECT(one[j] == quad && tile[8 * j] == quad, "quad %zu", j);
            for (size_t half = 0; half < 2; half++) {
                const int16_t both[] = {codes[4 * j + half], codes[4 * j + half + 2]};
                EXPECT(memcmp(&pairs[2 * j + half], both, 4) == 0, "pair %zu", j);
                if (has_pairs) EXPECT(memcmp(&tile_pairs[16 * j + 8 * half], both, 4) == 0, "pair %zu", j);
            }
        }
        release();
    }
}

void check_pages(void) {
    static const size_t sizes[] = {1, 4096, 100000, (2 << 20) - 1, 2 << 20, (2 << 20) + 1, 5000000};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        unsigned char *pages = linden_pages_allocate(sizes[i]);
        EXPECT(pages != NULL, "%zu bytes", sizes[i]);
        for (size_t at = 0; at < sizes[i]; at++) EXPECT(pages[at] == 0, "byte %zu of %zu", at, sizes[i]);
        memset(pages, 1, sizes[i]);
        linden_pages_free(pages, sizes[i]);
    }
}
