#pragma once

#include <stddef.h>
#include <stdint.h>

// CRC-32C (Castagnoli), as iSCSI and ext4 have it: finds every change of up to 32 neighbouring bits, and all but one in
// four thousand million of the others.

// The checksum of all bytes before, whose checksum is `crc` (0 for none), and of `bytes` more. By the CPU's own
// instruction where it has one (SSE 4.2, ARMv8 CRC).
uint32_t linden_crc32c(uint32_t crc, const void *memory, size_t bytes);

// The same by tables, for any CPU.
uint32_t linden_crc32c_portable(uint32_t crc, const void *memory, size_t bytes);

// The checksum of two stretches one after the other, from that of each and the length of the second.
uint32_t linden_crc32c_join(uint32_t first, uint32_t second, uint64_t second_bytes);
