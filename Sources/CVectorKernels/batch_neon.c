#if defined(__aarch64__)
#include <arm_neon.h>

#include "kernel.h"

#define TILE LINDEN_TILE_QUERIES

// Queries side by side: four of them and the four quarters of a group are sixteen sums.
#define WIDTH 4

// Adds the inner products of one group with the `WIDTH` queries of a tile that start at `tile`.
__attribute__((target("dotprod"), always_inline)) static inline void add_products(
    const linden_plane *planes, size_t plane_count, size_t group, const int32_t *tile, int32x4_t sums[WIDTH][4]) {
    const uint8x16_t sign = vdupq_n_u8(0x80);
    for (size_t p = 0; p < plane_count; p++) {
        const size_t quads = planes[p].quads;
        const uint8_t *quad = planes[p].rows + group * quads * 64;
        for (size_t j = 0; j < quads; j++, quad += 64, tile += TILE) {
            const int8x16_t codes = vreinterpretq_s8_s32(vld1q_s32(tile));
            for (size_t k = 0; k < 4; k++) {
                // Flipping the top bit takes the rows' offset of 128 away, and no bias is left.
                const int8x16_t rows = vreinterpretq_s8_u8(veorq_u8(vld1q_u8(quad + 16 * k), sign));
                sums[0][k] = vdotq_laneq_s32(sums[0][k], rows, codes, 0);
                sums[1][k] = vdotq_laneq_s32(sums[1][k], rows, codes, 1);
                sums[2][k] = vdotq_laneq_s32(sums[2][k], rows, codes, 2);
                sums[3][k] = vdotq_laneq_s32(sums[3][k], rows, codes, 3);
            }
        }
    }
}

// The scores of one group's rows with one query.
static inline void score(const int32x4_t sums[4], const uint16_t *inverse_norms, float scores[LINDEN_GROUP_ROWS]) {
    for (size_t k = 0; k < 4; k++) {
        const float32x4_t norms = vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16(inverse_norms + 4 * k)));
        vst1q_f32(scores + 4 * k, vmulq_f32(vcvtq_f32_s32(sums[k]), norms));
    }
}

__attribute__((target("dotprod"))) static void nearest(const linden_nearest_job *job, const int32_t *tile,
                                                       size_t queries, size_t start, size_t end, int32_t *rows,
                                                       float *scores) {
    for (size_t group = start; group < end; group++) {
        int32x4_t sums[WIDTH][4];
        for (size_t q = 0; q < WIDTH; q++)
            for (size_t k = 0; k < 4; k++) sums[q][k] = vdupq_n_s32(0);
        add_products(job->planes, job->plane_count, group, tile, sums);

        const uint32_t inside = linden_range_bits(job->first_row, job->row_count, group);
        const size_t first = group * LINDEN_GROUP_ROWS;
        for (size_t q = 0; q < queries; q++) {
            float found[LINDEN_GROUP_ROWS];
            score(sums[q], job->inverse_norms + first, found);
            for (uint32_t bits = inside; bits != 0; bits &= bits - 1) {
                const size_t row = (size_t)__builtin_ctz(bits);
                if (!(found[row] > scores[q])) continue;
                scores[q] = found[row];
                rows[q] = job->number + (int32_t)(first + row);
            }
        }
    }
}

void linden_nearest_neon(const linden_nearest_job *job, const linden_queries *queries, int32_t *rows, float *scores) {
    const size_t first = job->first_row / LINDEN_GROUP_ROWS;
    const size_t end = (job->first_row + job->row_count - 1) / LINDEN_GROUP_ROWS + 1;
    for (size_t start = first; start < end; start += LINDEN_NEAR_GROUPS) {
        const size_t stop = end - start < LINDEN_NEAR_GROUPS ? end : start + LINDEN_NEAR_GROUPS;
        for (size_t query = 0; query < queries->count; query += WIDTH) {
            const size_t rest = queries->count - query;
            nearest(job, linden_tile_quads(queries, query) + query % TILE, rest < WIDTH ? rest : WIDTH, start, stop,
                    rows + query, scores + query);
        }
    }
}

// Scans one group for `queries` queries of a tile.
__attribute__((target("dotprod"))) static void scan(const linden_batch_job *job, const linden_queries *all,
                                                    size_t first, size_t queries, size_t group) {
    int32x4_t sums[WIDTH][4];
    for (size_t q = 0; q < WIDTH; q++)
        for (size_t k = 0; k < 4; k++) sums[q][k] = vdupq_n_s32(0);
    add_products(job->planes, job->plane_count, group, linden_tile_quads(all, first) + first % TILE, sums);

    const size_t start = group * LINDEN_GROUP_ROWS;
    for (size_t query = first; query < first + queries; query++) {
        float scores[LINDEN_GROUP_ROWS];
        score(sums[query - first], job->inverse_norms + start, scores);
        linden_hit *hits = job->hits + query * job->hit_stride;
        uint32_t bits = linden_group_bits(job->masks + query * job->mask_stride, group);
        for (; bits != 0; bits &= bits - 1) {
            const uint32_t row = (uint32_t)__builtin_ctz(bits);
            const float cosine = scores[row] * job->inverse_query_norms[query];
            if (cosine >= job->thresholds[query])
                hits[job->found[query]++] = (linden_hit){(uint32_t)start + row, cosine};
        }
    }
}

void linden_scan_batch_neon(const linden_batch_job *job, const linden_queries *queries) {
    for (size_t start = 0; start < job->groups; start += LINDEN_NEAR_GROUPS)
        for (size_t first = 0; first < queries->count; first += LINDEN_NEAR_QUERIES) {
            const size_t rest = queries->count - first;
            const size_t end = rest < LINDEN_NEAR_QUERIES ? queries->count : first + LINDEN_NEAR_QUERIES;
            for (size_t group = start; group < job->groups && group < start + LINDEN_NEAR_GROUPS; group++) {
                uint32_t any = 0;
                for (size_t q = first; q < end; q++)
                    any |= linden_group_bits(job->masks + q * job->mask_stride, group);
                if (any == 0) continue;
                for (size_t q = first; q < end; q += WIDTH)
                    scan(job, queries, q, end - q < WIDTH ? end - q : WIDTH, group);
            }
        }
}
#endif
