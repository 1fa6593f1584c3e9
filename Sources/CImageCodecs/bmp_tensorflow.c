// The header of a BMP as TensorFlow's decode_image reads it. Whatever the palette and the masks say,
// 8 bits are grey and 24 and 32 bits are blue, green, red; the file must be of the very length that
// follows from that.
#include "bmp.h"

#include <stdio.h>
#include <string.h>

static assay_status unknown_kind(int bits, char *error) {
  snprintf(error, ASSAY_ERROR_CAPACITY,
           "TensorFlow decodes a BMP of 8, 24 or 32 bits, not one of %d", bits);
  return ASSAY_NO_CONVERSION;
}

assay_status assay_bmp_tensorflow(const uint8_t *bytes, size_t count, bmp_image *image,
                                  char *error) {
  memset(image, 0, sizeof *image);
  if (count < 32) return assay_fail(error, ASSAY_TRUNCATED, "the BMP data ends within its header");
  if (assay_bmp_long(bytes + 14) == 12)
    return assay_fail(error, ASSAY_NO_CONVERSION, "TensorFlow does not decode a BMP of OS/2");
  uint32_t offset = assay_bmp_long(bytes + 10);
  uint32_t height = assay_bmp_long(bytes + 22);
  int depth = (int16_t)assay_bmp_word(bytes + 28);
  int size = depth / 8;
  image->top_down = height >> 31 != 0;
  image->width = assay_bmp_long(bytes + 18);
  image->height = image->top_down ? 0u - height : height;
  if (offset >> 31 || image->width >> 31)
    return assay_fail(error, ASSAY_DAMAGED, "a negative place or width in the BMP's header");
  assay_status status = assay_check_extent(image->width, image->height, error);
  if (status != ASSAY_OK) return status;
  if (size != 1 && size != 3 && size != 4) return unknown_kind(depth, error);
  image->bits = image->read_bits = 8 * size;
  image->stride = ((size_t)size * image->width + 3) / 4 * 4;
  image->offset = offset;
  image->red = 2, image->green = 1, image->blue = 0;
  for (int i = 0; i < 256; i++) memset(image->colours[i], i, 3);
  uint64_t whole = offset + (uint64_t)image->stride * image->height;
  if (whole == count) return ASSAY_OK;
  uint32_t compression = count >= 34 ? assay_bmp_long(bytes + 30) : 0;
  if (compression == BMP_RLE8 || compression == BMP_RLE4)
    return assay_fail(error, ASSAY_NO_CONVERSION,
                      "TensorFlow does not decode a BMP with run lengths");
  if (whole > count)
    return assay_fail(error, ASSAY_TRUNCATED, "the BMP data ends before the image");
  return assay_fail(error, ASSAY_NO_CONVERSION,
                    "TensorFlow does not decode a BMP with bytes behind its pixels");
}
