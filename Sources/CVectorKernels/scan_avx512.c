#if defined(__x86_64__)
#include "avx512.h"

// It asks for no memory ahead: it reads each plane from one end to the other, which the CPU sees by itself. With a
// prefetch for each line a scan of 1,000,000 x 64 took 1.4 times as long as without (3.06 ms against 2.11).

// Quads of a part. A prefix of up to four such parts meets a query that stays in registers: a load less for each line.
#define PART_QUADS 4
#define PARTS 4

// Most groups that are scanned together. What is left to do after the inner products of a group is as much as the
// products of 16 dimensions, so where rows are short several groups share it. Where they are long the scan waits for
// memory, and memory is fastest when each plane gives a little at a time.
#define GROUPS 4

// Four neighbouring quads of each group.
typedef struct {
    const uint8_t *rows;
    // Bytes from one group's to the next.
    size_t stride;
} part;

// Splits the planes into parts; 0 when they are no whole parts, or too many.
static size_t split(const linden_scan_job *job, part parts[PARTS]) {
    size_t count = 0;
    for (size_t p = 0; p < job->plane_count; p++) {
        const size_t quads = job->planes[p].quads;
        if (quads % PART_QUADS != 0 || count + quads / PART_QUADS > PARTS) return 0;
        for (size_t j = 0; j < quads; j += PART_QUADS)
            parts[count++] = (part){job->planes[p].rows + j * 64, quads * 64};
    }
    return count;
}

// Scans `groups` groups; the counts are constants where it is inlined. Whether any row reaches the limit is told by the
// sign of what it lacks.
LINDEN_AVX512 __attribute__((always_inline)) static inline linden_hit *scan(
    const linden_scan_job *job, const part *parts, size_t part_count, const __m512i *query, size_t group, size_t groups,
    __m512 limit, float threshold, linden_hit *end) {
    __m512 cosines[GROUPS];
    __m512i signs = _mm512_set1_epi32(-1);
    for (size_t g = 0; g < groups; g++) {
        // Two sums side by side, since each step of one waits for the step before.
        __m512i even = _mm512_set1_epi32(-job->bias), odd = _mm512_setzero_si512();
        for (size_t p = 0; p < part_count; p++) {
            const uint8_t *quad = parts[p].rows + (group + g) * parts[p].stride;
            even = linden_add_quad(even, quad, query[4 * p]);
            odd = linden_add_quad(odd, quad + 64, query[4 * p + 1]);
            even = linden_add_quad(even, quad + 128, query[4 * p + 2]);
            odd = linden_add_quad(odd, quad + 192, query[4 * p + 3]);
        }
        cosines[g] = linden_group_cosines(job, _mm512_add_epi32(even, odd), group + g);
        signs = _mm512_and_si512(signs, _mm512_castps_si512(_mm512_sub_ps(cosines[g], limit)));
    }
    if (__builtin_expect(_mm512_cmpge_epi32_mask(signs, _mm512_setzero_si512()) == 0, 1)) return end;
    for (size_t g = 0; g < groups; g++) end = linden_append(job, cosines[g], group + g, linden_group_bits(job->mask, group + g), threshold, end);
    return end;
}

// Scans all groups, `width` at a time where all of these have a row to scan.
LINDEN_AVX512 __attribute__((always_inline)) static inline size_t scan_parts(
    const linden_scan_job *job, const part *all, size_t part_count, size_t width, float threshold, linden_hit *hits) {
    const __m512 limit = _mm512_set1_ps(linden_limit(threshold, job->inverse_query_norm));
    part parts[PARTS];
    __m512i query[PARTS * PART_QUADS];
    for (size_t p = 0; p < part_count; p++) parts[p] = all[p];
    for (size_t j = 0; j < part_count * PART_QUADS; j++) {
        query[j] = _mm512_set1_epi32(job->query_quads[j]);
        // Else the compiler prefers to load it for each line.
        __asm__("" : "+v"(query[j]));
    }
    linden_hit *end = hits;
    size_t group = 0;
    while (group < job->groups) {
        const uint64_t bits = job->mask[group / 4] >> (group % 4 * 16);
        // Nonzero where a group has no row: only there does the subtraction borrow from a clear bit.
        const uint64_t empty = (bits - 0x0001000100010001) & ~bits & 0x8000800080008000;
        if (width > 1 && (empty << (64 - 16 * width)) == 0 && group + width <= job->groups && group % width == 0) {
            end = scan(job, parts, part_count, query, group, width, limit, threshold, end);
            group += width;
        } else {
            if ((bits & 0xffff) != 0) end = scan(job, parts, part_count, query, group, 1, limit, threshold, end);
            group++;
        }
    }
    return (size_t)(end - hits);
}

// Any planes.
LINDEN_AVX512 static size_t scan_planes(const linden_scan_job *job, float threshold, linden_hit *hits) {
    const __m512 limit = _mm512_set1_ps(linden_limit(threshold, job->inverse_query_norm));
    linden_hit *end = hits;
    for (size_t group = 0; group < job->groups; group++) {
        if (linden_group_bits(job->mask, group) == 0) continue;
        const __m512 cosines = linden_group_cosines(job, linden_group_products(job, group), group);
        if (__builtin_expect(_mm512_cmp_ps_mask(cosines, limit, _CMP_GE_OQ) == 0, 1)) continue;
        end = linden_append(job, cosines, group, linden_group_bits(job->mask, group), threshold, end);
    }
    return (size_t)(end - hits);
}

LINDEN_AVX512 size_t linden_scan_avx512(const linden_scan_job *job, float threshold, linden_hit *hits) {
    part parts[PARTS];
    switch (split(job, parts)) {
    case 1:
        return scan_parts(job, parts, 1, 4, threshold, hits);
    case 2:
        return scan_parts(job, parts, 2, 2, threshold, hits);
    case 3:
        return scan_parts(job, parts, 3, 1, threshold, hits);
    case 4:
        return scan_parts(job, parts, 4, 1, threshold, hits);
    default:
        return scan_planes(job, threshold, hits);
    }
}
#endif
