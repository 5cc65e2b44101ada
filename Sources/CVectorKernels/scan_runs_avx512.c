#if defined(__x86_64__)
#include "avx512.h"

// Runs are short (a list has some dozens of rows) and lie anywhere, so the CPU cannot see what comes next: the lines of
// the runs to come are asked for here.
#define RUNS_AHEAD 3

static inline void fetch(const void *start, size_t bytes) {
    for (size_t at = 0; at < bytes; at += 64) __builtin_prefetch((const char *)start + at, 0, 3);
}

static inline void fetch_run(const linden_scan_job *job, linden_run run) {
    for (size_t p = 0; p < job->plane_count; p++) {
        const size_t group_bytes = job->planes[p].quads * 64;
        fetch(job->planes[p].rows + run.first * group_bytes, run.groups * group_bytes);
    }
    fetch(job->inverse_norms + (size_t)run.first * LINDEN_GROUP_ROWS, (size_t)run.groups * LINDEN_GROUP_ROWS * 2);
}

LINDEN_AVX512 size_t linden_scan_runs_avx512(const linden_scan_job *job, const linden_run *runs, size_t run_count,
                                             float threshold, linden_hit *hits) {
    linden_hit *end = hits;
    for (size_t i = 0; i < run_count && i < RUNS_AHEAD; i++) fetch_run(job, runs[i]);
    for (size_t i = 0; i < run_count; i++) {
        if (i + RUNS_AHEAD < run_count) fetch_run(job, runs[i + RUNS_AHEAD]);
        const size_t past = (size_t)runs[i].first + runs[i].groups;
        for (size_t group = runs[i].first; group < past; group++) {
            if (linden_group_bits(job->mask, group) == 0) continue;
            const __m512 cosines = linden_group_cosines(job, linden_group_products(job, group), group);
            end = linden_append(job, cosines, group, threshold, end);
        }
    }
    return (size_t)(end - hits);
}
#endif
