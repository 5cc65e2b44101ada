#pragma once

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "CVectorKernels.h"

// Every function of CVectorKernels.h, by every kernel that this CPU has, against the plainest loop there is; see
// main.c.

// --- Memory (memory.c) -----------------------------------------------------------------------------------------------

// `count` elements that end where a page begins that nobody may touch, and that nothing but they may be touched before.
// They hold random bytes, and are aligned as the elements are but no better. Never freed one by one: see release.
void *fenced(size_t count, size_t element_bytes);

// Gives back all that is fenced, and checks that nobody wrote before it.
void release(void);

#define FENCED(type, count) ((type *)fenced((count), sizeof(type)))

// --- Random numbers (memory.c) -----------------------------------------------------------------------------------

// Always the same ones.
uint32_t random_bits(void);
// Below `limit`.
size_t random_below(size_t limit);
// From -1 to 1.
float random_float(void);

// --- Complaints (memory.c) ---------------------------------------------------------------------------------------

// What is being checked, for complaints.
extern const char *checking;
extern int32_t kernel;

// Ends the program unless the expectation holds.
#define EXPECT(condition, ...)                                                                                         \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            fprintf(stderr, "%s, kernel %d: %s is not so: ", checking, kernel, #condition);                            \
            fprintf(stderr, __VA_ARGS__);                                                                              \
            fprintf(stderr, " (%s:%d)\n", __FILE__, __LINE__);                                                         \
            exit(1);                                                                                                   \
        }                                                                                                              \
    } while (0)

static inline uint32_t bits_of(float value) {
    uint32_t bits;
    memcpy(&bits, &value, 4);
    return bits;
}

// The value of a half, by its definition.
static inline float half_value(uint16_t half) {
    const int exponent = half >> 10 & 31, fraction = half & 1023;
    float value = exponent == 31  ? (fraction == 0 ? INFINITY : NAN)
                  : exponent == 0 ? ldexpf((float)fraction, -24)
                                  : ldexpf((float)(1024 + fraction), exponent - 25);
    return half & 0x8000 ? -value : value;
}

// --- Planes (planes.c) -----------------------------------------------------------------------------------------------

#define MOST_PLANES 8

// Random rows.
typedef struct {
    linden_plane planes[MOST_PLANES];
    size_t plane_count;
    size_t quads;
    size_t groups;
    uint16_t *inverse_norms;
} table;

// A random query: codes, and what is made of them.
typedef struct {
    int8_t *codes;
    int32_t *quads, *pairs;
    int32_t bias;
    float inverse_norm;
} query;

// The layouts worth trying; NULL after the last.
const size_t *layout(size_t index, size_t *plane_count);

table random_table(const size_t *quads, size_t plane_count, size_t groups);
query random_query(size_t quads);
// The inner product by its definition.
int32_t product(const table *rows, size_t row, const int8_t *codes);
// Some masks: none, all, few, most, all rows of some groups.
uint64_t *random_mask(size_t groups);
// Some thresholds: none, all, some; now and then the very score of a row.
float random_threshold(const table *rows, const query *one);
float score(const table *rows, size_t row, const query *one);

void check_scan(void);
void check_runs(void);
void check_batch(void);
void check_nearest(void);
void check_dot(void);
void check_rows(void);
void check_halves(void);
void check_read(void);
void check_bits(void);
// These have one version for all kernels.
void check_codes(void);
void check_tile(void);
void check_pages(void);
void check_float_rows(void);
void check_softmax(void);
