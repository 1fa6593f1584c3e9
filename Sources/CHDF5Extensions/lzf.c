// h5py's LZF filter, for decompression. The format is Marc Lehmann's LibLZF:
//   000LLLLL                      L + 1 bytes follow as they are
//   LLLooooo oooooooo             copy L + 2 bytes from o + 1 bytes before; L from 1 to 6
//   111ooooo LLLLLLLL oooooooo    copy L + 9 bytes from there
#include "CHDF5Extensions.h"

#include <stdlib.h>
#include <string.h>

int64_t assay_lzf_decompress(
    const uint8_t *input, size_t size, uint8_t *output, size_t capacity) {
  size_t in = 0, out = 0;
  while (in < size) {
    size_t control = input[in++];
    if (control < 32) {
      size_t count = control + 1;
      if (count > size - in || count > capacity - out) return -1;
      if (output) memcpy(output + out, input + in, count);
      in += count;
      out += count;
      continue;
    }
    size_t count = control >> 5;
    if (count == 7) {
      if (in >= size) return -1;
      count += input[in++];
    }
    count += 2;
    if (in >= size) return -1;
    size_t distance = ((control & 31) << 8 | input[in++]) + 1;
    if (distance > out || count > capacity - out) return -1;
    // Byte by byte: source and target may overlap, which repeats what is between them.
    if (output)
      for (size_t i = 0; i < count; i++) output[out + i] = output[out + i - distance];
    out += count;
  }
  return (int64_t)out;
}

// h5py's parameters are: the filter's revision, LZF's version, the bytes of a whole chunk.
static size_t lzf_filter(
    unsigned flags, size_t parameter_count, const unsigned parameters[], size_t used,
    size_t *allocated, void **buffer) {
  if (!(flags & H5Z_FLAG_REVERSE)) return 0;
  const uint8_t *input = (const uint8_t *)*buffer;
  size_t expected = parameter_count > 2 ? parameters[2] : 0;
  int64_t size = assay_lzf_decompress(input, used, NULL, expected);
  // libhdf5 1.10 copies a whole chunk out of whatever a filter returns: it must be one.
  if (size <= 0 || (size_t)size != expected) return 0;
  uint8_t *output = (uint8_t *)malloc(expected);
  if (!output) return 0;
  assay_lzf_decompress(input, used, output, expected);
  free(*buffer);
  *buffer = output;
  *allocated = expected;
  return expected;
}

herr_t assay_h5_register_lzf(void) {
  static const H5Z_class2_t lzf = {
      .version = H5Z_CLASS_T_VERS,
      .id = ASSAY_H5_LZF,
      .encoder_present = 0,
      .decoder_present = 1,
      .name = "lzf",
      .filter = lzf_filter,
  };
  return H5Zregister(&lzf);
}
