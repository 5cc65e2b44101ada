#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "float_rows.h"

// The loops that decide how fast Linden is, once for each kind of CPU. Every kind computes the same bits: whole numbers
// for the scan, a fixed order of fused multiply-adds for the inner products. No function here allocates but
// linden_pages_allocate, none reads past the lengths it is given, and any alignment will do.

// Kinds of CPU, as `KernelChoice` numbers them.
#define LINDEN_KERNEL_SCALAR 0
#define LINDEN_KERNEL_AVX2 1
#define LINDEN_KERNEL_AVX512 2
#define LINDEN_KERNEL_NEON 3

// Whether this build and this CPU have the kernel.
bool linden_kernel_runs(int32_t kernel);

// The kernel's name in LINDEN_KERNEL, or NULL when it is not set.
const char *linden_kernel_asked(void);

// --- Scan (scan.c, scan_*.c) ---------------------------------------------------------------------------------------

// Rows that lie interleaved in a plane: one 32-bit lane of a 512-bit register each.
#define LINDEN_GROUP_ROWS 16

// Some neighbouring dimensions of many rows, one unsigned byte each (the signed code + 128). Four dimensions are a
// quad: a group of 16 rows is `quads` runs of 64 bytes, and byte 4 * r + i of run j is dimension 4 * j + i of the
// group's row r.
typedef struct {
    const uint8_t *rows;
    size_t quads;
} linden_plane;

// A query and the rows to scan for it.
typedef struct {
    const linden_plane *planes;
    size_t plane_count;
    // Inverse norm of each row's codes over these planes, as half-precision bits; none is negative.
    const uint16_t *inverse_norms;
    // A bit for each row, 64 to a word, lowest first: the rows that take part.
    const uint64_t *mask;
    // Groups to scan; planes, norms and mask hold at least so many.
    size_t groups;
    // The query's signed codes, four bytes to a quad, for the quads of all planes in order.
    const int32_t *query_quads;
    // The same codes as pairs of 16 bits: for each quad (0, 2), then (1, 3).
    const int32_t *query_pairs;
    // 128 times the sum of the query's codes: what the rows' offset of 128 adds to each inner product.
    int32_t bias;
    float inverse_query_norm;
} linden_scan_job;

typedef struct {
    // Counted from the job's first row.
    uint32_t row;
    float score;
} linden_hit;

// Writes the rows of the mask whose cosine is at least `threshold`, in row order, and returns how many they are. `hits`
// has room for all rows of the job's groups, and all of it may be written. score = ((float)inner product *
// inverse_norms[row]) * inverse_query_norm.
size_t linden_scan(int32_t kernel, const linden_scan_job *job, float threshold, linden_hit *hits);

// Most planes of a job: more than a ladder has rungs.
#define LINDEN_MAXIMUM_PLANES 64

// Neighbouring rows, at least one.
typedef struct {
    uint32_t first;
    uint32_t count;
} linden_run;

// As linden_scan, but for the rows of `runs` only, in their order; `job->groups` is not looked at, and rows are counted
// from the planes' first. `hits` has room for all rows of the groups that the runs touch, and all of it may be written.
size_t linden_scan_runs(int32_t kernel, const linden_scan_job *job, const linden_run *runs, size_t run_count,
                        float threshold, linden_hit *hits);

// --- Many queries at once (batch.c, batch_*.c) -----------------------------------------------------------------------

// Queries that lie interleaved in a tile.
#define LINDEN_TILE_QUERIES 8

// Queries of one length, eight to a tile; places of a last tile that no query has may hold anything.
typedef struct {
    // Number `LINDEN_TILE_QUERIES * j + i` of a tile is quad j of its query i, as `query_quads` of a scan's job has it.
    const int32_t *tile_quads;
    // The same for pairs: eight times (0, 2), then eight times (1, 3), quad by quad.
    const int32_t *tile_pairs;
    // What the rows' offset of 128 adds to the inner products of each query.
    const int32_t *biases;
    size_t count;
    // Quads of a query: those of all planes that are read.
    size_t quads;
} linden_queries;

// Neighbouring rows to look among; planes and norms hold the whole groups that they lie in.
typedef struct {
    const linden_plane *planes;
    size_t plane_count;
    const uint16_t *inverse_norms;
    size_t first_row;
    size_t row_count;
    // What `rows` of linden_nearest has for row 0.
    int32_t number;
} linden_nearest_job;

// Rows to scan for several queries, each with a mask, a threshold and room for hits of its own.
typedef struct {
    const linden_plane *planes;
    size_t plane_count;
    const uint16_t *inverse_norms;
    size_t groups;
    // The mask of query q starts at masks + q * mask_stride, and its hits go to hits + q * hit_stride.
    const uint64_t *masks;
    size_t mask_stride;
    linden_hit *hits;
    size_t hit_stride;
    // These have one element for each query; `found` gets the number of its hits.
    const float *inverse_query_norms;
    const float *thresholds;
    size_t *found;
} linden_batch_job;

// Finds for each query exactly what linden_scan finds for it alone, reading each row from memory once for all of them.
void linden_scan_batch(int32_t kernel, const linden_batch_job *job, const linden_queries *queries);

// Finds each query's row of greatest score, (float)inner product * inverse_norms[row], equal scores by the lower row.
// Where it is greater than scores[query], it goes there and its number into rows[query]; else both stay as they are.
void linden_nearest(int32_t kernel, const linden_nearest_job *job, const linden_queries *queries, int32_t *rows,
                    float *scores);

// --- Codes (codes.c) -----------------------------------------------------------------------------------------------

// The largest magnitude of `count` values; NaN when one of them is.
float linden_peak(const float *values, size_t count);

// codes[i] = values[i] * scale to the nearest whole number, ties to even; the products must lie in -127.5 … 127.5.
void linden_quantise(const float *values, size_t count, float scale, int8_t *codes);

// The sum of `count` squares.
int32_t linden_sum_of_squares(const int8_t *codes, size_t count);

// values[i] = codes[i] * scale.
void linden_unpack(const int8_t *codes, size_t count, float scale, float *values);

// sums[i] += codes[i] * scale.
void linden_add_codes(const int8_t *codes, size_t count, float scale, float *sums);

// Writes `count` codes of one row into a plane of `quads` quads, and zeros up to the quads' end.
void linden_place(uint8_t *plane, size_t quads, size_t row, const int8_t *codes, size_t count);

// Writes what linden_scan_job wants: `quads` quads and twice as many pairs, from four codes to a quad.
void linden_pack_query(const int8_t *codes, size_t quads, int32_t *query_quads, int32_t *query_pairs);

typedef struct {
    int32_t sum;
    int32_t sum_of_squares;
} linden_code_sums;

// Rounds a query as linden_quantise does, its largest magnitude becoming 127, and writes it into its place of a tile of
// linden_queries, which begins at `tile_quads` and `tile_pairs`; the latter may be NULL. A query that is not finite, or
// whose squares vanish, becomes zero. `dimensions` has those of each plane. `codes` holds four for each quad of all
// planes; they must be zero between the end of a plane's dimensions and of its quads.
linden_code_sums linden_pack_tile(const float *query, const size_t *dimensions, size_t plane_count, int8_t *codes,
                                  int32_t *tile_quads, int32_t *tile_pairs);

// The same for a query that is rounded already: `codes` has four for each quad.
linden_code_sums linden_pack_tile_codes(const int8_t *codes, size_t quads, int32_t *tile_quads, int32_t *tile_pairs);

// --- Half precision (half.c) ---------------------------------------------------------------------------------------

// To the nearest, ties to even; too large is infinite, as IEEE 754 has it.
void linden_half_from_float(int32_t kernel, const float *values, size_t count, uint16_t *halves);

// Exact.
void linden_float_from_half(int32_t kernel, const uint16_t *halves, size_t count, float *values);

// --- Inner products (dot.c, dot_*.c) -------------------------------------------------------------------------------

// Lanes of the sum: element j is added, by fused multiply-add and in ascending order, to lane j % 32; then lane l takes
// lane l + 16, l + 8, l + 4, l + 2, l + 1 in turn. Missing elements of the last 32 count as zeros.
#define LINDEN_DOT_LANES 32

float linden_dot(int32_t kernel, const float *left, const float *right, size_t count);

// Rows of a table, in blocks that lie anywhere.
typedef struct {
    // Address of each block's first row.
    const uintptr_t *blocks;
    size_t block_rows;
    // Bytes from one row of a block to the next.
    size_t stride;
    // Values are half precision where this is 2, single where it is 4; each row is aligned as they want.
    size_t value_bytes;
} linden_row_table;

// For each row, adds to dots[i] the inner product of its values `start` … `start + count - 1` with `query`, which has
// `count`, and to squares[i] the sum of their squares; asks for the lines of rows to come while it works.
void linden_add_rows(int32_t kernel, const linden_row_table *table, const size_t *rows, size_t row_count, size_t start,
                     size_t count, const float *query, float *dots, float *squares);

// --- Masks (bits.c) ------------------------------------------------------------------------------------------------

// How many bits of some words are set.
size_t linden_count_bits(int32_t kernel, const uint64_t *words, size_t count);

// --- Memory (pages.c) ----------------------------------------------------------------------------------------------

// Zeroed memory on pages of its own, huge ones where it is large and the system has them; NULL when there is none.
void *linden_pages_allocate(size_t bytes);

// Gives back what linden_pages_allocate gave, with the same size.
void linden_pages_free(void *pages, size_t bytes);

// Reads `bytes` bytes as fast as the CPU can and returns their sum: what a scan's time is measured against.
uint64_t linden_read(int32_t kernel, const void *memory, size_t bytes);
