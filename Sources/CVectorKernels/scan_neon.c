#if defined(__aarch64__)
#include <arm_neon.h>

#include "kernel.h"

__attribute__((target("dotprod"))) size_t linden_scan_neon(const linden_scan_job *job, float threshold,
                                                           linden_hit *hits) {
    const uint8x16_t sign = vdupq_n_u8(0x80);
    size_t found = 0;
    for (size_t group = 0; group < job->groups; group++) {
        uint32_t bits = linden_group_bits(job->mask, group);
        if (bits == 0) continue;

        // sdot takes two signed sides: flipping the top bit takes the rows' offset of 128 away, and no bias is left.
        int32x4_t sums[4] = {vdupq_n_s32(0), vdupq_n_s32(0), vdupq_n_s32(0), vdupq_n_s32(0)};
        const int32_t *query = job->query_quads;
        for (size_t p = 0; p < job->plane_count; p++) {
            const size_t quads = job->planes[p].quads;
            const uint8_t *quad = job->planes[p].rows + group * quads * 64;
            for (size_t j = 0; j < quads; j++, quad += 64, query++) {
                const int8x16_t codes = vreinterpretq_s8_s32(vdupq_n_s32(*query));
                for (size_t k = 0; k < 4; k++) {
                    const int8x16_t rows = vreinterpretq_s8_u8(veorq_u8(vld1q_u8(quad + 16 * k), sign));
                    sums[k] = vdotq_s32(sums[k], rows, codes);
                }
            }
        }

        float scores[LINDEN_GROUP_ROWS];
        const uint16_t *halves = job->inverse_norms + group * LINDEN_GROUP_ROWS;
        for (size_t k = 0; k < 4; k++) {
            const float32x4_t norms = vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16(halves + 4 * k)));
            const float32x4_t cosines = vmulq_f32(vcvtq_f32_s32(sums[k]), norms);
            vst1q_f32(scores + 4 * k, vmulq_n_f32(cosines, job->inverse_query_norm));
        }
        for (; bits != 0; bits &= bits - 1) {
            const uint32_t row = (uint32_t)__builtin_ctz(bits);
            if (scores[row] >= threshold)
                hits[found++] = (linden_hit){(uint32_t)(group * LINDEN_GROUP_ROWS) + row, scores[row]};
        }
    }
    return found;
}
#endif
