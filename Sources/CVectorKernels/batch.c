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

void linden_nearest_scalar(const linden_nearest_job *job, const linden_queries *queries, int32_t *rows, float *scores) {
    for (size_t query = 0; query < queries->count; query++)
        for (size_t row = job->first_row; row < job->first_row + job->row_count; row++) {
            const int32_t *tile = linden_tile_quads(queries, query) + query % LINDEN_TILE_QUERIES;
            int32_t sum = -queries->biases[query];
            for (size_t p = 0; p < job->plane_count; p++) {
                const size_t quads = job->planes[p].quads;
                const uint8_t *quad = job->planes[p].rows + (row / LINDEN_GROUP_ROWS) * quads * 64;
                quad += row % LINDEN_GROUP_ROWS * 4;
                for (size_t j = 0; j < quads; j++, quad += 64, tile += LINDEN_TILE_QUERIES) {
                    const int8_t *codes = (const int8_t *)tile;
                    for (size_t i = 0; i < 4; i++) sum += (int32_t)quad[i] * codes[i];
                }
            }
            const float score = (float)sum * linden_float_from_half_bits(job->inverse_norms[row]);
            if (score > scores[query]) {
                scores[query] = score;
                rows[query] = job->number + (int32_t)row;
            }
        }
}
