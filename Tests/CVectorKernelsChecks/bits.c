#include "checks.h"

void check_bits(void) {
    for (size_t count = 0; count < 70; count++) {
        uint64_t *words = FENCED(uint64_t, count);
        size_t bits = 0;
        for (size_t bit = 0; bit < 64 * count; bit++) bits += words[bit / 64] >> (bit % 64) & 1;
        EXPECT(linden_count_bits(kernel, words, count) == bits, "%zu words", count);
    }
}
