#include "CChecksums.h"

#include <pthread.h>
#include <string.h>

// Bits are reversed: the polynomial 0x1EDC6F41 of RFC 3720, read from the right.
static const uint32_t polynomial = 0x82F63B78;

static uint32_t table[8][256];
static pthread_once_t table_once = PTHREAD_ONCE_INIT;

static void fill_table(void) {
  for (uint32_t byte = 0; byte < 256; byte++) {
    uint32_t crc = byte;
    for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (crc & 1 ? polynomial : 0);
    table[0][byte] = crc;
  }
  for (int slice = 1; slice < 8; slice++) {
    for (int byte = 0; byte < 256; byte++) {
      uint32_t crc = table[slice - 1][byte];
      table[slice][byte] = crc >> 8 ^ table[0][crc & 0xFF];
    }
  }
}

// Eight bytes a step (slicing-by-8, Kounavis and Berry 2005).
uint32_t assay_crc32c_portable(uint32_t crc, const void *bytes, size_t count) {
  pthread_once(&table_once, fill_table);
  const uint8_t *next = bytes;
  crc = ~crc;
  for (; count >= 8; count -= 8, next += 8) {
    crc ^= (uint32_t)next[0] | (uint32_t)next[1] << 8 | (uint32_t)next[2] << 16
           | (uint32_t)next[3] << 24;
    crc = table[7][crc & 0xFF] ^ table[6][crc >> 8 & 0xFF] ^ table[5][crc >> 16 & 0xFF]
          ^ table[4][crc >> 24] ^ table[3][next[4]] ^ table[2][next[5]] ^ table[1][next[6]]
          ^ table[0][next[7]];
  }
  for (; count > 0; count--) crc = crc >> 8 ^ table[0][(crc ^ *next++) & 0xFF];
  return ~crc;
}

#if defined(__x86_64__)

#include <nmmintrin.h>

__attribute__((target("sse4.2"))) static uint32_t by_instruction(
    uint32_t crc, const uint8_t *next, size_t count) {
  uint64_t state = (uint32_t)~crc;
  for (; count >= 8; count -= 8, next += 8) {
    uint64_t word;
    memcpy(&word, next, 8);
    state = _mm_crc32_u64(state, word);
  }
  uint32_t rest = (uint32_t)state;
  for (; count > 0; count--) rest = _mm_crc32_u8(rest, *next++);
  return ~rest;
}

uint32_t assay_crc32c(uint32_t crc, const void *bytes, size_t count) {
  if (__builtin_cpu_supports("sse4.2")) return by_instruction(crc, bytes, count);
  return assay_crc32c_portable(crc, bytes, count);
}

#else

uint32_t assay_crc32c(uint32_t crc, const void *bytes, size_t count) {
  return assay_crc32c_portable(crc, bytes, count);
}

#endif
