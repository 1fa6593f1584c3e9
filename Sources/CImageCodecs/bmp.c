// BMP, by a decoder of its own: the pixels, once the header has been read as one of the pipelines
// reads it.
#include "bmp.h"

#include <stdlib.h>

static assay_status read_image(const uint8_t *bytes, size_t count, assay_rules rules,
                               bmp_image *image, char *error) {
  return rules == ASSAY_RULES_TENSORFLOW ? assay_bmp_tensorflow(bytes, count, image, error)
                                         : assay_bmp_pillow(bytes, count, image, error);
}

assay_status assay_bmp_header(const uint8_t *bytes, size_t count, assay_rules rules,
                              assay_image_header *header, char *error) {
  bmp_image image;
  assay_status status = read_image(bytes, count, rules, &image, error);
  header->width = image.width;
  header->height = image.height;
  header->components = image.bits <= 8 ? 1 : image.bits == 32 ? 4 : 3;
  header->bits = image.bits < 8 ? (uint8_t)image.bits : 8;
  header->orientation = 1;
  // The indices of run lengths.
  if (image.compression == BMP_RLE8 || image.compression == BMP_RLE4)
    header->grey_bytes = header->colour_bytes = (uint64_t)image.width * image.height;
  return status;
}

// A pixel of 16 bits, each part of it stretched to a byte and rounded down.
static void spread(const bmp_image *image, uint32_t value, uint8_t *rgb) {
  uint32_t red = value >> 10 & 31, green = value >> 5 & 31, most = 31;
  if (image->green_six) red = value >> 11, green = value >> 5 & 63, most = 63;
  rgb[0] = (uint8_t)(red * 255 / 31);
  rgb[1] = (uint8_t)(green * 255 / most);
  rgb[2] = (uint8_t)((value & 31) * 255 / 31);
}

static void read_row(const bmp_image *image, const uint8_t *row, int channels, uint8_t *target) {
  int bits = image->read_bits;
  size_t size = (size_t)bits / 8;
  for (size_t x = 0; x < image->width; x++, target += channels) {
    uint8_t rgb[3];
    const uint8_t *colour = rgb;
    const uint8_t *pixel = row + x * size;
    if (bits < 8) {
      size_t place = x * (size_t)bits;
      int shift = 8 - bits - (int)(place % 8);
      colour = image->colours[row[place / 8] >> shift & ((1 << bits) - 1)];
    } else if (bits == 8) {
      colour = image->colours[*pixel];
    } else if (bits == 16) {
      spread(image, assay_bmp_word(pixel), rgb);
    } else {
      rgb[0] = pixel[image->red], rgb[1] = pixel[image->green], rgb[2] = pixel[image->blue];
    }
    assay_from_rgb(colour, channels, target);
  }
}

// The row of the image in which the row at `place` of the file belongs.
static size_t row_of(const bmp_image *image, size_t place) {
  return image->top_down ? place : image->height - 1 - place;
}

static assay_status decode_runs(const uint8_t *bytes, size_t count, const bmp_image *image,
                                int channels, uint8_t *pixels, char *error) {
  size_t width = image->width, height = image->height;
  uint8_t *indices = malloc(width * height);
  if (!indices) return assay_fail(error, ASSAY_OUT_OF_MEMORY, "out of memory");
  assay_status status = assay_bmp_runs(bytes, count, image, indices, error);
  for (size_t y = 0; y < height && status == ASSAY_OK; y++) {
    uint8_t *target = pixels + row_of(image, y) * width * (size_t)channels;
    for (size_t x = 0; x < width; x++)
      assay_from_rgb(image->colours[indices[y * width + x]], channels,
                     target + x * (size_t)channels);
  }
  free(indices);
  return status;
}

assay_status assay_bmp_decode(const uint8_t *bytes, size_t count, assay_rules rules, int channels,
                              uint8_t *pixels, size_t capacity, char *error) {
  bmp_image image;
  assay_status status = read_image(bytes, count, rules, &image, error);
  if (status != ASSAY_OK) return status;
  size_t width = image.width, height = image.height;
  if (width * height * (size_t)channels > capacity)
    return assay_fail(error, ASSAY_OUT_OF_MEMORY, "the buffer is smaller than the image");
  if (image.compression == BMP_RLE8 || image.compression == BMP_RLE4)
    return decode_runs(bytes, count, &image, channels, pixels, error);
  size_t row = (width * (size_t)image.read_bits + 7) / 8;
  if (row > image.stride)
    return assay_fail(error, ASSAY_NO_CONVERSION,
                      "Pillow reads more of a row of this BMP than there is");
  // The last row may lack its padding.
  if (image.offset > count || (height - 1) * image.stride + row > count - image.offset)
    return assay_fail(error, ASSAY_TRUNCATED, "the BMP data ends before the image");
  for (size_t y = 0; y < height; y++)
    read_row(&image, bytes + image.offset + y * image.stride, channels,
             pixels + row_of(&image, y) * width * (size_t)channels);
  return ASSAY_OK;
}
