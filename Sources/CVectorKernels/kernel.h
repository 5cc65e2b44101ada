#pragma once

#include "CVectorKernels.h"

// What the files of one kernel share; nothing here is seen from Swift.

#if defined(__x86_64__)
#define LINDEN_AVX2 __attribute__((target("avx2,fma,f16c")))
#define LINDEN_AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni,fma,f16c")))
#endif

// Bits of one group's 16 rows in the mask.
static inline uint32_t linden_group_bits(const uint64_t *mask, size_t group) {
    return (uint32_t)(mask[group >> 2] >> ((group & 3) * 16)) & 0xffff;
}

// The groups of a run: from its first row's to before this one.
static inline size_t linden_run_end(linden_run run) {
    return ((size_t)run.first + run.count + LINDEN_GROUP_ROWS - 1) / LINDEN_GROUP_ROWS;
}

// Bits of one group's rows that are in the mask and in a run.
static inline uint32_t linden_run_bits(const uint64_t *mask, linden_run run, size_t group) {
    const size_t start = group * LINDEN_GROUP_ROWS, end = (size_t)run.first + run.count;
    uint32_t bits = linden_group_bits(mask, group);
    if (run.first > start) bits &= 0xffffu << (run.first - start);
    if (end < start + LINDEN_GROUP_ROWS) bits &= 0xffffu >> (start + LINDEN_GROUP_ROWS - end);
    return bits & 0xffff;
}

// What a tile of queries starts with, for the query `query` of all.
static inline const int32_t *linden_tile_quads(const linden_queries *queries, size_t query) {
    return queries->tile_quads + (query / LINDEN_TILE_QUERIES) * LINDEN_TILE_QUERIES * queries->quads;
}

static inline const int32_t *linden_tile_pairs(const linden_queries *queries, size_t query) {
    return queries->tile_pairs + (query / LINDEN_TILE_QUERIES) * LINDEN_TILE_QUERIES * 2 * queries->quads;
}

// Bits of one group's rows that lie in the range.
static inline uint32_t linden_range_bits(size_t first_row, size_t row_count, size_t group) {
    const size_t start = group * LINDEN_GROUP_ROWS, end = first_row + row_count;
    uint32_t bits = 0xffff;
    if (start < first_row) bits &= 0xffffu << (first_row - start);
    if (end < start + LINDEN_GROUP_ROWS) bits &= 0xffffu >> (start + LINDEN_GROUP_ROWS - end);
    return bits & 0xffff;
}

// Queries that meet some rows one tile after another, while the rows are in the first cache.
#define LINDEN_NEAR_QUERIES (2 * LINDEN_TILE_QUERIES)

// Groups that stay in the second cache while some queries after others meet them; a whole number of words of a mask.
#define LINDEN_NEAR_GROUPS 64

// What a row's inner product times its inverse norm must reach for a score of `threshold`, or a bit less: the one step left
// of a score is then needed by few rows. Minus infinity where it would depend on the product's sign; never zero.
static inline float linden_limit(float threshold, float inverse_query_norm) {
    return threshold > 0 ? threshold / inverse_query_norm * (1 - 0x1p-20f) : -__builtin_inff();
}

// What a row adds to its inner product and to its sum of squares.
typedef struct {
    float dot;
    float squares;
} linden_row_sums;

// Where a row begins.
static inline const char *linden_row(const linden_row_table *table, size_t row) {
    const uintptr_t block = table->blocks[row / table->block_rows];
    return (const char *)block + row % table->block_rows * table->stride;
}

// One value, exactly.
float linden_float_from_half_bits(uint16_t half);
uint16_t linden_half_bits_from_float(float value);

// Halves the lanes until one is left; see LINDEN_DOT_LANES.
static inline float linden_fold(float *lanes) {
    for (size_t half = LINDEN_DOT_LANES / 2; half > 0; half /= 2)
        for (size_t lane = 0; lane < half; lane++) lanes[lane] += lanes[lane + half];
    return lanes[0];
}

void linden_nearest_scalar(const linden_nearest_job *job, const linden_queries *queries, int32_t *rows, float *scores);
void linden_scan_batch_scalar(const linden_batch_job *job, const linden_queries *queries);
size_t linden_scan_scalar(const linden_scan_job *job, float threshold, linden_hit *hits);
float linden_dot_scalar(const float *left, const float *right, size_t count);
linden_row_sums linden_row_sums_scalar(const float *row, const float *query, size_t count);
linden_row_sums linden_half_row_sums_scalar(const uint16_t *row, const float *query, size_t count);

#if defined(__x86_64__)
void linden_nearest_avx2(const linden_nearest_job *job, const linden_queries *queries, int32_t *rows, float *scores);
void linden_scan_batch_avx2(const linden_batch_job *job, const linden_queries *queries);
size_t linden_scan_avx2(const linden_scan_job *job, float threshold, linden_hit *hits);
void linden_nearest_avx512(const linden_nearest_job *job, const linden_queries *queries, int32_t *rows, float *scores);
void linden_scan_batch_avx512(const linden_batch_job *job, const linden_queries *queries);
size_t linden_scan_avx512(const linden_scan_job *job, float threshold, linden_hit *hits);
size_t linden_scan_runs_avx512(const linden_scan_job *job, const linden_run *runs, size_t run_count, float threshold,
                               linden_hit *hits);
float linden_dot_avx2(const float *left, const float *right, size_t count);
float linden_dot_avx512(const float *left, const float *right, size_t count);
linden_row_sums linden_row_sums_avx2(const float *row, const float *query, size_t count);
linden_row_sums linden_half_row_sums_avx2(const uint16_t *row, const float *query, size_t count);
linden_row_sums linden_row_sums_avx512(const float *row, const float *query, size_t count);
linden_row_sums linden_half_row_sums_avx512(const uint16_t *row, const float *query, size_t count);
#endif

#if defined(__aarch64__)
void linden_nearest_neon(const linden_nearest_job *job, const linden_queries *queries, int32_t *rows, float *scores);
void linden_scan_batch_neon(const linden_batch_job *job, const linden_queries *queries);
size_t linden_scan_neon(const linden_scan_job *job, float threshold, linden_hit *hits);
float linden_dot_neon(const float *left, const float *right, size_t count);
linden_row_sums linden_row_sums_neon(const float *row, const float *query, size_t count);
linden_row_sums linden_half_row_sums_neon(const uint16_t *row, const float *query, size_t count);
#endif
