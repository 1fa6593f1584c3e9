// What the parts of the BMP decoder share: the header, the pixels, the run lengths.
#pragma once

#include "codec.h"

typedef enum { BMP_RAW = 0, BMP_RLE8 = 1, BMP_RLE4 = 2, BMP_BITFIELDS = 3 } bmp_compression;

/// A BMP whose header one of the pipelines accepts.
typedef struct {
  uint32_t width, height;
  int top_down;
  /// Bits of a pixel as the header says, which is how long a row is.
  int bits;
  /// Bits in which a pixel is read: Pillow reads an image that it takes for grey or for black and
  /// white as if each pixel were a byte or a bit.
  int read_bits;
  bmp_compression compression;
  /// Bytes from row to row.
  size_t stride;
  /// Where the pixels begin; perhaps beyond the end.
  uint64_t offset;
  /// The place of red, green and blue in a pixel of 24 or 32 bits.
  int red, green, blue;
  /// Whether green has six bits of 16.
  int green_six;
  /// The colours of a palette of 1, 4 or 8 bits.
  uint8_t colours[256][3];
} bmp_image;

/// Reads the header as Pillow does, without the palette of more colours than a byte counts.
assay_status assay_bmp_pillow(const uint8_t *bytes, size_t count, bmp_image *image, char *error);

/// Reads the header as TensorFlow does: of palettes, masks and compression it knows nothing.
assay_status assay_bmp_tensorflow(const uint8_t *bytes, size_t count, bmp_image *image,
                                  char *error);

/// Expands run lengths to `width * height` indices, in the order of the file.
assay_status assay_bmp_runs(const uint8_t *bytes, size_t count, const bmp_image *image,
                            uint8_t *indices, char *error);

static inline uint32_t assay_bmp_word(const uint8_t *bytes) {
  return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8;
}

static inline uint32_t assay_bmp_long(const uint8_t *bytes) {
  return assay_bmp_word(bytes) | assay_bmp_word(bytes + 2) << 16;
}
