#include "kernel.h"

size_t linden_scan_scalar(const linden_scan_job *job, float threshold, linden_hit *hits) {
    size_t found = 0;
    for (size_t group = 0; group < job->groups; group++) {
        uint32_t bits = linden_group_bits(job->mask, group);
        if (bits == 0) continue;

        int32_t sums[LINDEN_GROUP_ROWS];
        for (size_t row = 0; row < LINDEN_GROUP_ROWS; row++) sums[row] = -job->bias;
        const int8_t *query = (const int8_t *)job->query_quads;
        for (size_t p = 0; p < job->plane_count; p++) {
            const size_t quads = job->planes[p].quads;
            const uint8_t *quad = job->planes[p].rows + group * quads * 64;
            for (size_t j = 0; j < quads; j++, quad += 64, query += 4)
                for (size_t row = 0; row < LINDEN_GROUP_ROWS; row++)
                    for (size_t i = 0; i < 4; i++) sums[row] += (int32_t)quad[4 * row + i] * query[i];
        }

        for (; bits != 0; bits &= bits - 1) {
            const size_t row = (size_t)__builtin_ctz(bits);
            const size_t at = group * LINDEN_GROUP_ROWS + row;
            const float norm = linden_float_from_half_bits(job->inverse_norms[at]);
            const float score = ((float)sums[row] * norm) * job->inverse_query_norm;
            if (score >= threshold) hits[found++] = (linden_hit){(uint32_t)at, score};
        }
    }
    return found;
}
