#include "kernel.h"

static inline size_t counted(const uint64_t *words, size_t count) {
    size_t bits = 0;
    for (size_t index = 0; index < count; index++) bits += (size_t)__builtin_popcountll(words[index]);
    return bits;
}

#if defined(__x86_64__)
// An instruction a word; without it the loop takes a dozen, since not every x86-64 has it.
__attribute__((target("popcnt"))) static size_t counted_popcnt(const uint64_t *words, size_t count) {
    size_t bits = 0;
    for (size_t index = 0; index < count; index++) bits += (size_t)__builtin_popcountll(words[index]);
    return bits;
}
#endif

size_t linden_count_bits(int32_t kernel, const uint64_t *words, size_t count) {
#if defined(__x86_64__)
    // Every CPU with AVX2 has the instruction.
    if (kernel != LINDEN_KERNEL_SCALAR) return counted_popcnt(words, count);
#else
    (void)kernel;
#endif
    return counted(words, count);
}
