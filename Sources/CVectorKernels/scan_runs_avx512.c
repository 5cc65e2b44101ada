#if defined(__x86_64__)
#include "avx512.h"

// Runs are short (a list has some dozens of rows) and lie anywhere, so the CPU cannot see what comes next: the lines of
// groups to come are asked for here, one group's for each group that is scanned. Into the second cache, where more of
// them can be on their way than into the first. 400 runs of two to four groups of 1,000,000 x 64, ns a group of 1 KiB,
// in brackets of 300,000 x 64: 107 (46) three whole runs ahead by the first cache, 75 (33) by the second, 70 (32) so;
// reading 1 KiB in order takes 33 (18), and in such an order, with nothing done to it, 56 (26).
#define GROUPS_AHEAD 16
#define SECOND_CACHE 2

// The next group to ask for.
typedef struct {
    const linden_run *run, *end;
    uint32_t done;
} cursor;

static inline void fetch_group(const linden_scan_job *job, cursor *next) {
    while (next->run < next->end && next->done == next->run->groups) next->run++, next->done = 0;
    if (next->run == next->end) return;
    const size_t group = (size_t)next->run->first + next->done++;
    for (size_t p = 0; p < job->plane_count; p++) {
        const size_t bytes = job->planes[p].quads * 64;
        const uint8_t *rows = job->planes[p].rows + group * bytes;
        for (size_t at = 0; at < bytes; at += 64) __builtin_prefetch(rows + at, 0, SECOND_CACHE);
    }
    __builtin_prefetch(job->inverse_norms + group * LINDEN_GROUP_ROWS, 0, SECOND_CACHE);
    __builtin_prefetch(job->mask + group / 4, 0, SECOND_CACHE);
}

LINDEN_AVX512 size_t linden_scan_runs_avx512(const linden_scan_job *job, const linden_run *runs, size_t run_count,
                                             float threshold, linden_hit *hits) {
    linden_hit *end = hits;
    cursor next = {runs, runs + run_count, 0};
    for (size_t i = 0; i < GROUPS_AHEAD; i++) fetch_group(job, &next);
    for (size_t i = 0; i < run_count; i++) {
        const size_t past = (size_t)runs[i].first + runs[i].groups;
        for (size_t group = runs[i].first; group < past; group++) {
            fetch_group(job, &next);
            if (linden_group_bits(job->mask, group) == 0) continue;
            const __m512 cosines = linden_group_cosines(job, linden_group_products(job, group), group);
            end = linden_append(job, cosines, group, threshold, end);
        }
    }
    return (size_t)(end - hits);
}
#endif
