#include <sys/mman.h>
#include <unistd.h>

#include "checks.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define POISONS 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define POISONS 1
#endif
#ifdef POISONS
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(start, bytes) ((void)0)
#define ASAN_UNPOISON_MEMORY_REGION(start, bytes) ((void)0)
#endif

#define MOST_FENCES 4096
#define FILLER 0xa5

typedef struct {
    unsigned char *pages;
    // Bytes before the elements, and of all but the forbidden page.
    size_t before, bytes;
} fence;

static fence fences[MOST_FENCES];
static size_t fence_count = 0;

const char *checking = "nothing";
int32_t kernel = LINDEN_KERNEL_SCALAR;

void *fenced(size_t count, size_t element_bytes) {
    const size_t page = (size_t)sysconf(_SC_PAGESIZE), wanted = count * element_bytes;
    const size_t bytes = (wanted + page) / page * page;
    EXPECT(fence_count < MOST_FENCES, "%zu fences", fence_count);
    unsigned char *pages = mmap(NULL, bytes + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    EXPECT(pages != MAP_FAILED, "%zu bytes", bytes);
    mprotect(pages + bytes, page, PROT_NONE);
    const size_t before = bytes - wanted;
    memset(pages, FILLER, before);
    for (size_t i = before; i < bytes; i++) pages[i] = (unsigned char)random_bits();
    ASAN_POISON_MEMORY_REGION(pages, before);
    fences[fence_count++] = (fence){pages, before, bytes};
    return pages + before;
}

void release(void) {
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    for (; fence_count > 0; fence_count--) {
        const fence one = fences[fence_count - 1];
        ASAN_UNPOISON_MEMORY_REGION(one.pages, one.before);
        for (size_t i = 0; i < one.before; i++) EXPECT(one.pages[i] == FILLER, "byte %zu was written", i);
        munmap(one.pages, one.bytes + page);
    }
}

// Xorshift (Marsaglia, "Xorshift RNGs", 2003).
uint32_t random_bits(void) {
    static uint64_t state = 88172645463325252;
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 32);
}

size_t random_below(size_t limit) { return random_bits() % limit; }

float random_float(void) { return (float)(int32_t)random_bits() * 0x1p-31f; }
