#include "kernel.h"

// Groups of a run that are scanned at once; their mask is copied to where linden_scan wants it.
#define PART_GROUPS 64

// Scans up to PART_GROUPS groups of a run from `first` on by the kernel's own scan.
static size_t scan_part(int32_t kernel, const linden_scan_job *job, linden_run run, size_t first, size_t groups,
                        float threshold, linden_hit *hits) {
    uint64_t mask[PART_GROUPS / 4] = {0};
    for (size_t group = 0; group < groups; group++)
        mask[group / 4] |= (uint64_t)linden_run_bits(job->mask, run, first + group) << (group % 4 * 16);

    linden_plane planes[LINDEN_MAXIMUM_PLANES];
    for (size_t p = 0; p < job->plane_count; p++) {
        const size_t quads = job->planes[p].quads;
        planes[p] = (linden_plane){job->planes[p].rows + first * quads * 64, quads};
    }
    linden_scan_job part = *job;
    part.planes = planes;
    part.inverse_norms = job->inverse_norms + first * LINDEN_GROUP_ROWS;
    part.mask = mask;
    part.groups = groups;
    const size_t found = linden_scan(kernel, &part, threshold, hits);
    for (size_t i = 0; i < found; i++) hits[i].row += (uint32_t)(first * LINDEN_GROUP_ROWS);
    return found;
}

size_t linden_scan_runs(int32_t kernel, const linden_scan_job *job, const linden_run *runs, size_t run_count,
                        float threshold, linden_hit *hits) {
#if defined(__x86_64__)
    if (kernel == LINDEN_KERNEL_AVX512) return linden_scan_runs_avx512(job, runs, run_count, threshold, hits);
#endif
    size_t found = 0;
    for (size_t i = 0; i < run_count; i++) {
        const size_t end = linden_run_end(runs[i]);
        for (size_t first = runs[i].first / LINDEN_GROUP_ROWS; first < end; first += PART_GROUPS) {
            const size_t groups = end - first < PART_GROUPS ? end - first : PART_GROUPS;
            found += scan_part(kernel, job, runs[i], first, groups, threshold, hits + found);
        }
    }
    return found;
}
