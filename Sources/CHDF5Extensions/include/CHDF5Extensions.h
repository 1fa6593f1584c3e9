// What libhdf5 lacks and checkpoints need: reading a part of a file, and h5py's LZF filter.
#pragma once
#include <hdf5.h>
#include <stdint.h>

// Makes `access`, a list of file access properties, read the bytes [offset, offset + length) of an
// open file as if they were a file of their own. The descriptor is duplicated when the file is
// opened, so that the caller may close its own afterwards. Reading only.
herr_t assay_h5_set_region(hid_t access, int descriptor, uint64_t offset, uint64_t length);

// Opens an empty file that lies in memory, and returns its descriptor, or -1 with `errno` set.
int assay_h5_memory_file(void);

// The number under which h5py registered its LZF with the HDF Group.
#define ASSAY_H5_LZF 32000

// Registers the LZF filter, for decompression only.
herr_t assay_h5_register_lzf(void);

// Decompresses LZF. Returns the number of bytes, or a negative number if `input` is damaged or
// needs more than `capacity`. With `output` NULL it only counts.
int64_t assay_lzf_decompress(
    const uint8_t *input, size_t size, uint8_t *output, size_t capacity);
