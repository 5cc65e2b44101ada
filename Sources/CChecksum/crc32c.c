#include <stdbool.h>
#include <string.h>

#include "CChecksum.h"

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__) && defined(__linux__)
#include <arm_acle.h>
#include <sys/auxv.h>
#endif

// The polynomial, lowest power in the highest bit; in this form x^0 is 1 << 31.
#define POLYNOMIAL 0x82f63b78u

// Bytes of each of the three stretches that the CPU's instruction works on at once: it takes three cycles and may be
// started in each.
#define LANE 4096

// tables[k][b]: what byte b does to the checksum when k bytes follow it.
static uint32_t tables[8][256];
// shift[k][b]: byte k of a checksum being b, what it becomes when LANE zero bytes follow.
static uint32_t shift[4][256];
static bool has_instruction;

// The product of two polynomials, modulo the polynomial.
static uint32_t multiply(uint32_t a, uint32_t b) {
    uint32_t product = 0;
    for (uint32_t bit = 1u << 31; bit != 0; bit >>= 1) {
        if (a & bit) product ^= b;
        b = b & 1 ? b >> 1 ^ POLYNOMIAL : b >> 1;
    }
    return product;
}

// x to the power of 8 times `bytes`: what multiplies a checksum when so many bytes follow.
static uint32_t power(uint64_t bytes) {
    uint32_t result = 1u << 31;
    for (uint32_t square = 1u << 23; bytes != 0; bytes >>= 1) {
        if (bytes & 1) result = multiply(result, square);
        square = multiply(square, square);
    }
    return result;
}

__attribute__((constructor)) static void prepare(void) {
    for (uint32_t byte = 0; byte < 256; byte++) {
        uint32_t crc = byte;
        for (int bit = 0; bit < 8; bit++) crc = crc & 1 ? crc >> 1 ^ POLYNOMIAL : crc >> 1;
        tables[0][byte] = crc;
    }
    for (uint32_t byte = 0; byte < 256; byte++) {
        for (int k = 1; k < 8; k++) tables[k][byte] = tables[k - 1][byte] >> 8 ^ tables[0][tables[k - 1][byte] & 255];
    }
    const uint32_t lane = power(LANE);
    for (uint32_t byte = 0; byte < 256; byte++) {
        for (int k = 0; k < 4; k++) shift[k][byte] = multiply(lane, byte << (8 * k));
    }
#if defined(__x86_64__)
    has_instruction = __builtin_cpu_supports("sse4.2");
#elif defined(__aarch64__) && defined(__linux__)
    has_instruction = (getauxval(AT_HWCAP) & (1UL << 7)) != 0;  // HWCAP_CRC32
#endif
}

static uint64_t load(const uint8_t *bytes) {
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

uint32_t linden_crc32c_portable(uint32_t crc, const void *memory, size_t bytes) {
    const uint8_t *next = memory;
    crc = ~crc;
    for (; bytes >= 8; bytes -= 8, next += 8) {
        const uint64_t word = load(next) ^ crc;
        crc = 0;
        for (int k = 0; k < 8; k++) crc ^= tables[7 - k][word >> (8 * k) & 255];
    }
    for (; bytes > 0; bytes--, next++) crc = crc >> 8 ^ tables[0][(crc ^ *next) & 255];
    return ~crc;
}

#if defined(__x86_64__)
#define TARGET __attribute__((target("sse4.2")))
#define STEP8(crc, word) ((uint32_t)_mm_crc32_u64((crc), (word)))
#define STEP1(crc, byte) _mm_crc32_u8((crc), (byte))
#elif defined(__aarch64__) && defined(__linux__)
#define TARGET __attribute__((target("+crc")))
#define STEP8(crc, word) __crc32cd((crc), (word))
#define STEP1(crc, byte) __crc32cb((crc), (byte))
#endif

#if defined(TARGET)
static uint32_t shifted(uint32_t crc) {
    return shift[0][crc & 255] ^ shift[1][crc >> 8 & 255] ^ shift[2][crc >> 16 & 255] ^ shift[3][crc >> 24];
}

TARGET static uint32_t by_instruction(uint32_t crc, const uint8_t *next, size_t bytes) {
    crc = ~crc;
    for (; bytes >= 3 * LANE; bytes -= 3 * LANE, next += 3 * LANE) {
        uint32_t second = 0, third = 0;
        for (size_t i = 0; i < LANE; i += 8) {
            crc = STEP8(crc, load(next + i));
            second = STEP8(second, load(next + LANE + i));
            third = STEP8(third, load(next + 2 * LANE + i));
        }
        crc = shifted(shifted(crc) ^ second) ^ third;
    }
    for (; bytes >= 8; bytes -= 8, next += 8) crc = STEP8(crc, load(next));
    for (; bytes > 0; bytes--, next++) crc = STEP1(crc, *next);
    return ~crc;
}
#endif

uint32_t linden_crc32c(uint32_t crc, const void *memory, size_t bytes) {
#if defined(TARGET)
    if (has_instruction) return by_instruction(crc, memory, bytes);
#endif
    return linden_crc32c_portable(crc, memory, bytes);
}

uint32_t linden_crc32c_join(uint32_t first, uint32_t second, uint64_t second_bytes) {
    return multiply(power(second_bytes), first) ^ second;
}
