#include <stdlib.h>

#include "kernel.h"

#if defined(__aarch64__) && defined(__linux__)
#include <sys/auxv.h>
#endif

bool linden_kernel_runs(int32_t kernel) {
    switch (kernel) {
    case LINDEN_KERNEL_SCALAR:
        return true;
#if defined(__x86_64__)
    case LINDEN_KERNEL_AVX2:
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c");
    case LINDEN_KERNEL_AVX512:
        return linden_kernel_runs(LINDEN_KERNEL_AVX2) && __builtin_cpu_supports("avx512f") &&
               __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
               __builtin_cpu_supports("avx512vnni");
#elif defined(__aarch64__) && defined(__linux__)
    case LINDEN_KERNEL_NEON:
        return (getauxval(AT_HWCAP) & (1UL << 20)) != 0;  // HWCAP_ASIMDDP: the dot product instructions
#elif defined(__aarch64__) && defined(__APPLE__)
    case LINDEN_KERNEL_NEON:
        return true;
#endif
    default:
        return false;
    }
}

const char *linden_kernel_asked(void) { return getenv("LINDEN_KERNEL"); }

size_t linden_scan(int32_t kernel, const linden_scan_job *job, float threshold, linden_hit *hits) {
    switch (kernel) {
#if defined(__x86_64__)
    case LINDEN_KERNEL_AVX2:
        return linden_scan_avx2(job, threshold, hits);
    case LINDEN_KERNEL_AVX512:
        return linden_scan_avx512(job, threshold, hits);
#elif defined(__aarch64__)
    case LINDEN_KERNEL_NEON:
        return linden_scan_neon(job, threshold, hits);
#endif
    default:
        return linden_scan_scalar(job, threshold, hits);
    }
}
