// CRC-32C (Castagnoli), which TensorFlow keeps of every block and tensor of a checkpoint.
//
// In C because the processor's own instruction, twenty times as fast as a table, has no name in
// Swift.

#ifndef ASSAY_CCHECKSUMS_H
#define ASSAY_CCHECKSUMS_H

#include <stddef.h>
#include <stdint.h>

/// The CRC-32C of bytes whose beginning has the checksum `crc`; begin with 0.
uint32_t assay_crc32c(uint32_t crc, const void *_Nullable bytes, size_t count);

/// The same, by table on every machine.
uint32_t assay_crc32c_portable(uint32_t crc, const void *_Nullable bytes, size_t count);

#endif
