#include <stdint.h>
#include <sys/mman.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "kernel.h"

#define HUGE_PAGE ((size_t)2 << 20)
#define ALIGNED(bytes, unit) (((bytes) + (unit) - 1) & ~((unit) - 1))

void *linden_pages_allocate(size_t bytes) {
    const int protection = PROT_READ | PROT_WRITE, flags = MAP_PRIVATE | MAP_ANONYMOUS;
    if (bytes < HUGE_PAGE) {
        void *pages = mmap(NULL, bytes, protection, flags, -1, 0);
        return pages == MAP_FAILED ? NULL : pages;
    }

    // One huge page too many, so that an aligned stretch lies inside; the ends are given back.
    const size_t wanted = ALIGNED(bytes, HUGE_PAGE);
    char *const start = mmap(NULL, wanted + HUGE_PAGE, protection, flags, -1, 0);
    if (start == MAP_FAILED) return NULL;
    char *const pages = (char *)ALIGNED((uintptr_t)start, HUGE_PAGE);
    char *const end = start + wanted + HUGE_PAGE;
    if (pages > start) munmap(start, (size_t)(pages - start));
    if (end > pages + wanted) munmap(pages + wanted, (size_t)(end - (pages + wanted)));
#if defined(MADV_HUGEPAGE)
    // Advice only: where the system has no huge pages, small ones do, at about two thirds of the speed.
    (void)madvise(pages, wanted, MADV_HUGEPAGE);
#endif
    return pages;
}

void linden_pages_free(void *pages, size_t bytes) {
    munmap(pages, bytes < HUGE_PAGE ? bytes : ALIGNED(bytes, HUGE_PAGE));
}

static uint64_t read_rest(const uint8_t *bytes, size_t count) {
    uint64_t sum = 0;
    for (size_t i = 0; i < count; i++) sum += bytes[i];
    return sum;
}

#if defined(__x86_64__)
LINDEN_AVX512 static uint64_t read_avx512(const uint8_t *memory, size_t bytes) {
    const __m512i zero = _mm512_setzero_si512();
    __m512i a = zero, b = zero, c = zero, d = zero;
    for (size_t i = 0; i + 256 <= bytes; i += 256) {
        a = _mm512_add_epi64(a, _mm512_sad_epu8(_mm512_loadu_si512(memory + i), zero));
        b = _mm512_add_epi64(b, _mm512_sad_epu8(_mm512_loadu_si512(memory + i + 64), zero));
        c = _mm512_add_epi64(c, _mm512_sad_epu8(_mm512_loadu_si512(memory + i + 128), zero));
        d = _mm512_add_epi64(d, _mm512_sad_epu8(_mm512_loadu_si512(memory + i + 192), zero));
    }
    const __m512i sum = _mm512_add_epi64(_mm512_add_epi64(a, b), _mm512_add_epi64(c, d));
    return (uint64_t)_mm512_reduce_add_epi64(sum) + read_rest(memory + bytes / 256 * 256, bytes % 256);
}
#endif

#if defined(__x86_64__)
static uint64_t read_sse2(const uint8_t *memory, size_t bytes) {
    const __m128i zero = _mm_setzero_si128();
    __m128i a = zero, b = zero, c = zero, d = zero;
    for (size_t i = 0; i + 64 <= bytes; i += 64) {
        const __m128i *line = (const __m128i *)(const void *)(memory + i);
        a = _mm_add_epi64(a, _mm_sad_epu8(_mm_loadu_si128(line), zero));
        b = _mm_add_epi64(b, _mm_sad_epu8(_mm_loadu_si128(line + 1), zero));
        c = _mm_add_epi64(c, _mm_sad_epu8(_mm_loadu_si128(line + 2), zero));
        d = _mm_add_epi64(d, _mm_sad_epu8(_mm_loadu_si128(line + 3), zero));
    }
    const __m128i sum = _mm_add_epi64(_mm_add_epi64(a, b), _mm_add_epi64(c, d));
    const uint64_t halves = (uint64_t)_mm_cvtsi128_si64(sum) + (uint64_t)_mm_cvtsi128_si64(_mm_unpackhi_epi64(sum, sum));
    return halves + read_rest(memory + bytes / 64 * 64, bytes % 64);
}
#endif

uint64_t linden_read(int32_t kernel, const void *memory, size_t bytes) {
#if defined(__x86_64__)
    return kernel == LINDEN_KERNEL_AVX512 ? read_avx512(memory, bytes) : read_sse2(memory, bytes);
#else
    (void)kernel;
    return read_rest(memory, bytes);
#endif
}
