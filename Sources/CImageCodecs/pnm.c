// Netpbm's grey and colour maps in bytes, PGM (P5) and PPM (P6), as Pillow's PpmImagePlugin reads them.
// Its maps in text and its bitmaps are told and refused. TensorFlow reads none of them.
#include "codec.h"

#include <math.h>
#include <stdio.h>

typedef struct {
  uint32_t width, height, most;
  int components;
  /// Where the pixels begin.
  size_t offset;
} pnm_image;

static int is_space(uint8_t byte) { return byte == ' ' || (byte >= '\t' && byte <= '\r'); }

// A number of up to ten characters and the one blank behind it; comments may stand anywhere, even within.
static int read_number(const uint8_t *bytes, size_t count, size_t *place, uint32_t *number) {
  uint64_t value = 0;
  int digits = 0;
  while (*place < count && digits <= 10) {
    uint8_t byte = bytes[(*place)++];
    if (byte == '#') {
      while (*place < count && bytes[*place] != '\r' && bytes[*place] != '\n') (*place)++;
      if (*place < count) (*place)++;
    } else if (is_space(byte)) {
      if (digits > 0) break;
    } else if (byte >= '0' && byte <= '9') {
      value = value * 10 + (uint64_t)(byte - '0');
      digits++;
    } else {
      return 0;
    }
  }
  *number = value > UINT32_MAX ? UINT32_MAX : (uint32_t)value;
  return digits > 0 && digits <= 10;
}

static assay_status read_header(const uint8_t *bytes, size_t count, assay_rules rules,
                                pnm_image *image, char *error) {
  if (rules == ASSAY_RULES_TENSORFLOW)
    return assay_fail(error, ASSAY_UNSUPPORTED_FORMAT,
                      "a Netpbm image (PPM, PGM), which TensorFlow does not decode");
  if (bytes[1] != '5' && bytes[1] != '6') {
    snprintf(error, ASSAY_ERROR_CAPACITY,
             "a Netpbm image of the kind P%c, of which P5 and P6 alone are decoded", bytes[1]);
    return ASSAY_UNSUPPORTED_FORMAT;
  }
  image->components = bytes[1] == '6' ? 3 : 1;
  image->offset = 3;
  if (!read_number(bytes, count, &image->offset, &image->width) ||
      !read_number(bytes, count, &image->offset, &image->height) ||
      !read_number(bytes, count, &image->offset, &image->most))
    return assay_fail(error, ASSAY_DAMAGED, "the PPM header has no width, height and largest value");
  if (image->most == 0 || image->most > 65535)
    return assay_fail(error, ASSAY_DAMAGED, "the largest value of the PPM is not from 1 to 65535");
  return assay_check_extent(image->width, image->height, error);
}

assay_status assay_pnm_header(const uint8_t *bytes, size_t count, assay_rules rules,
                              assay_image_header *header, char *error) {
  pnm_image image = {0};
  assay_status status = read_header(bytes, count, rules, &image, error);
  header->width = image.width;
  header->height = image.height;
  header->components = (uint8_t)image.components;
  header->bits = image.most > 255 ? 16 : 8;
  header->orientation = 1;
  return status;
}

// `min(255, round(value / maxval * 255))` of Python, halves to even; grey of 16 bits keeps its range up to
// 65535, and becomes a byte by being cut off there.
static uint8_t scaled(uint32_t value, const pnm_image *image) {
  if (image->most == 255) return (uint8_t)value;
  double top = image->components == 1 && image->most > 255 ? 65535 : 255;
  double result = nearbyint((double)value / (double)image->most * top);
  return result > 255 ? 255 : (uint8_t)result;
}

assay_status assay_pnm_decode(const uint8_t *bytes, size_t count, assay_rules rules, int channels,
                              uint8_t *pixels, size_t capacity, char *error) {
  pnm_image image = {0};
  assay_status status = read_header(bytes, count, rules, &image, error);
  if (status != ASSAY_OK) return status;
  size_t size = image.most > 255 ? 2 : 1, area = (size_t)image.width * image.height;
  if (capacity < area * (size_t)channels)
    return assay_fail(error, ASSAY_DAMAGED, "the header has changed");
  if ((count - image.offset) / size / (size_t)image.components < area)
    return assay_fail(error, ASSAY_TRUNCATED, "the PPM data ends before the image");
  uint8_t table[256];
  for (uint32_t value = 0; value < 256; value++) table[value] = scaled(value, &image);
  const uint8_t *next = bytes + image.offset;
  for (size_t i = 0; i < area; i++, pixels += channels) {
    uint8_t parts[3];
    for (int c = 0; c < image.components; c++, next += size)
      parts[c] = size == 1 ? table[*next] : scaled((uint32_t)(next[0] << 8 | next[1]), &image);
    if (image.components == 3) {
      assay_from_rgb(parts, channels, pixels);
    } else {
      for (int c = 0; c < channels; c++) pixels[c] = parts[0];
    }
  }
  return ASSAY_OK;
}
