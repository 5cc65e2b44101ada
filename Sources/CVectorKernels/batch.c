#include "kernel.h"

void linden_nearest(int32_t kernel, const linden_nearest_job *job, const linden_queries *queries, int32_t *rows,
                    float *scores) {
    if (job->row_count == 0 || queries->count == 0) return;
    switch (kernel) {
#if defined(__x86_64__)
    case LINDEN_KERNEL_AVX2:
        linden_nearest_avx2(job, queries, rows, scores);
        return;
    case LINDEN_KERNEL_AVX512:
        linden_nearest_avx512(job, queries, rows, scores);
        return;
#elif defined(__aarch64__)
    case LINDEN_KERNEL_NEON:
        linden_nearest_neon(job, queries, rows, scores);
        return;
#endif
    default:
        linden_nearest_scalar(job, queries, rows, scores);
    }
}

// The inner product of one row with one query.
static int32_t product(const linden_plane *planes, size_t plane_count, size_t row, const linden_queries *queries,
                       size_t query) {
    const int32_t *tile = linden_tile_quads(queries, query) + query % LINDEN_TILE_QUERIES;
    int32_t sum = -queries->biases[query];
    for (size_t p = 0; p < plane_count; p++) {
        const size_t quads = planes[p].quads;
        const uint8_t *quad = planes[p].rows + (row / LINDEN_GROUP_ROWS) * quads * 64 + row % LINDEN_GROUP_ROWS * 4;
        for (size_t j = 0; j < quads; j++, quad += 64, tile += LINDEN_TILE_QUERIES) {
            const int8_t *codes = (const int8_t *)tile;
            for (size_t i = 0; i < 4; i++) sum += (int32_t)quad[i] * codes[i];
        }
    }
    return sum;
}

void linden_nearest_scalar(const linden_nearest_job *job, const linden_queries *queries, int32_t *rows, float *scores) {
    for (size_t query = 0; query < queries->count; query++)
        for (size_t row = job->first_row; row < job->first_row + job->row_count; row++) {
            const int32_t sum = product(job->planes, job->plane_count, row, queries, query);
            const float score = (float)sum * linden_float_from_half_bits(job->inverse_norms[row]);
            if (!(score > scores[query])) continue;
            scores[query] = score;
            rows[query] = job->number + (int32_t)row;
        }
}

void linden_scan_batch(int32_t kernel, const linden_batch_job *job, const linden_queries *queries) {
    for (size_t query = 0; query < queries->count; query++) job->found[query] = 0;
    switch (kernel) {
#if defined(__x86_64__)
    case LINDEN_KERNEL_AVX2:
        linden_scan_batch_avx2(job, queries);
        return;
    case LINDEN_KERNEL_AVX512:
        linden_scan_batch_avx512(job, queries);
        return;
#elif defined(__aarch64__)
    case LINDEN_KERNEL_NEON:
        linden_scan_batch_neon(job, queries);
        return;
#endif
    default:
        linden_scan_batch_scalar(job, queries);
    }
}

void linden_scan_batch_scalar(const linden_batch_job *job, const linden_queries *queries) {
    for (size_t group = 0; group < job->groups; group++)
        for (size_t query = 0; query < queries->count; query++) {
            uint32_t bits = linden_group_bits(job->masks + query * job->mask_stride, group);
            for (; bits != 0; bits &= bits - 1) {
                const size_t row = group * LINDEN_GROUP_ROWS + (size_t)__builtin_ctz(bits);
                const int32_t sum = product(job->planes, job->plane_count, row, queries, query);
                const float norm = linden_float_from_half_bits(job->inverse_norms[row]);
                const float score = ((float)sum * norm) * job->inverse_query_norms[query];
                if (!(score >= job->thresholds[query])) continue;
                job->hits[query * job->hit_stride + job->found[query]++] = (linden_hit){(uint32_t)row, score};
            }
        }
}
