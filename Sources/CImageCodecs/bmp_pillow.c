// The header of a BMP as Pillow reads it: of Windows and of OS/2, with palette, masks and run lengths.
#include "bmp.h"

#include <stdio.h>
#include <string.h>

enum { FILE_HEADER = 14, OS2_HEADER = 12 };

static assay_status truncated(char *error) {
  return assay_fail(error, ASSAY_TRUNCATED, "the BMP data ends within its header");
}

// The masks that Pillow knows, alpha last; it compares alpha for 32 bits alone.
static const struct {
  int bits;
  uint32_t masks[4];
  int red, green, blue;
} layouts[] = {
    {32, {0xFF0000, 0xFF00, 0xFF, 0}, 2, 1, 0},
    {32, {0xFF000000, 0xFF0000, 0xFF00, 0}, 3, 2, 1},
    {32, {0xFF000000, 0xFF00, 0xFF, 0}, 3, 1, 0},
    {32, {0xFF000000, 0xFF0000, 0xFF00, 0xFF}, 3, 2, 1},
    {32, {0xFF, 0xFF00, 0xFF0000, 0xFF000000}, 0, 1, 2},
    {32, {0xFF0000, 0xFF00, 0xFF, 0xFF000000}, 2, 1, 0},
    {32, {0xFF000000, 0xFF00, 0xFF, 0xFF0000}, 3, 1, 0},
    {32, {0, 0, 0, 0}, 2, 1, 0},
    {24, {0xFF0000, 0xFF00, 0xFF, 0}, 2, 1, 0},
    {16, {0xF800, 0x7E0, 0x1F, 0}, 0, 6, 0},
    {16, {0x7C00, 0x3E0, 0x1F, 0}, 0, 5, 0},
};

// Reads the masks: inside of a long header, behind a short one. `end` moves behind them.
static assay_status take_masks(const uint8_t *bytes, size_t count, uint32_t header, size_t *end,
                               bmp_image *image, char *error) {
  uint32_t masks[4] = {0};
  // The file's header and 40 bytes, whether the masks belong to the header or not.
  size_t place = FILE_HEADER + 40;
  int known = header >= 56 ? 4 : 3;
  if (header < 52) *end += 12;
  if (place + 4 * (size_t)known > count) return truncated(error);
  for (int i = 0; i < known; i++) masks[i] = assay_bmp_long(bytes + place + 4 * i);
  for (size_t i = 0; i < sizeof layouts / sizeof *layouts; i++) {
    size_t compared = image->bits == 32 ? sizeof masks : 3 * sizeof *masks;
    if (layouts[i].bits != image->bits || memcmp(layouts[i].masks, masks, compared) != 0) continue;
    image->red = layouts[i].red, image->green = layouts[i].green, image->blue = layouts[i].blue;
    image->green_six = image->bits == 16 && layouts[i].green == 6;
    return ASSAY_OK;
  }
  return assay_fail(error, ASSAY_NO_CONVERSION, "Pillow does not know the masks of this BMP");
}

// Whether each colour is the grey of its index; for two colours, black and white.
static int is_grey(const uint8_t *colours, size_t whole, uint32_t count, uint32_t padding) {
  for (uint32_t i = 0; i < count; i++) {
    uint8_t value = (uint8_t)(count == 2 ? 255 * i : i);
    if ((size_t)(i * padding) + 3 > whole) return 0;
    const uint8_t *colour = colours + (size_t)i * padding;
    if (colour[0] != value || colour[1] != value || colour[2] != value) return 0;
  }
  return 1;
}

// A grey palette makes of the image one of bytes or bits, which then hold the grey itself.
static assay_status take_palette(const uint8_t *bytes, size_t count, uint32_t colours,
                                 uint32_t padding, size_t *end, bmp_image *image, char *error) {
  if (colours == 0 || colours > 65536)
    return assay_fail(error, ASSAY_DAMAGED, "a BMP palette of an impossible size");
  size_t whole = (size_t)colours * padding;
  if (whole > count - *end) whole = count - *end;
  const uint8_t *palette = bytes + *end;
  *end += whole;
  if (is_grey(palette, whole, colours, padding)) {
    image->read_bits = colours <= 2 ? 1 : 8;
    for (int i = 0; i < 256; i++)
      memset(image->colours[i], image->read_bits == 8 ? i : i > 0 ? 255 : 0, 3);
    return ASSAY_OK;
  }
  if (colours > 256)
    return assay_fail(error, ASSAY_NO_CONVERSION, "Pillow takes no BMP of more than 256 colours");
  image->read_bits = image->bits;
  // What lies beyond the palette is black.
  for (size_t i = 0; i < colours && (i + 1) * padding <= whole; i++)
    for (int c = 0; c < 3; c++) image->colours[i][c] = palette[i * padding + 2 - (size_t)c];
  return ASSAY_OK;
}

static int is_known_header(uint32_t size) {
  return size == 12 || size == 40 || size == 52 || size == 56 || size == 64 || size == 108 ||
         size == 124;
}

static assay_status check_kind(uint32_t compression, const bmp_image *image, char *error) {
  int indexed = image->bits == 1 || image->bits == 4 || image->bits == 8;
  if (!indexed && image->bits != 16 && image->bits != 24 && image->bits != 32) {
    snprintf(error, ASSAY_ERROR_CAPACITY, "Pillow does not decode a BMP of %d bits", image->bits);
    return ASSAY_NO_CONVERSION;
  }
  if (compression > BMP_BITFIELDS)
    return assay_fail(error, ASSAY_NO_CONVERSION, "Pillow does not decode a BMP so compressed");
  int runs = compression == BMP_RLE8 || compression == BMP_RLE4;
  if ((runs && !indexed) || (compression == BMP_BITFIELDS && indexed))
    return assay_fail(error, ASSAY_DAMAGED, "a BMP's bits contradict its compression");
  return ASSAY_OK;
}

assay_status assay_bmp_pillow(const uint8_t *bytes, size_t count, bmp_image *image, char *error) {
  memset(image, 0, sizeof *image);
  if (count < FILE_HEADER + OS2_HEADER) return truncated(error);
  const uint8_t *fields = bytes + FILE_HEADER;
  uint32_t header = assay_bmp_long(fields);
  if (!is_known_header(header))
    return assay_fail(error, ASSAY_NO_CONVERSION, "Pillow does not know the header of this BMP");
  size_t end = FILE_HEADER + (size_t)header;
  if (end > count) return truncated(error);
  uint32_t compression = BMP_RAW, colours = 0, padding = header == OS2_HEADER ? 3 : 4;
  if (header == OS2_HEADER) {
    image->width = assay_bmp_word(fields + 4);
    image->height = assay_bmp_word(fields + 6);
    image->bits = (int)assay_bmp_word(fields + 10);
  } else {
    uint32_t height = assay_bmp_long(fields + 8);
    image->width = assay_bmp_long(fields + 4);
    image->top_down = fields[11] == 0xFF;
    image->height = image->top_down ? 0u - height : height;
    image->bits = (int)assay_bmp_word(fields + 14);
    compression = assay_bmp_long(fields + 16);
    colours = assay_bmp_long(fields + 32);
  }
  assay_status status = assay_check_extent(image->width, image->height, error);
  if (status == ASSAY_OK) status = check_kind(compression, image, error);
  if (status != ASSAY_OK) return status;
  image->compression = (bmp_compression)compression;
  image->read_bits = image->bits;
  image->stride = (((size_t)image->width * (size_t)image->bits + 31) >> 3) & ~(size_t)3;
  image->red = 2, image->green = 1, image->blue = 0;
  image->offset = assay_bmp_long(bytes + 10);
  if (compression == BMP_BITFIELDS)
    status = take_masks(bytes, count, header, &end, image, error);
  if (image->bits <= 8) {
    if (colours == 0) colours = 1u << image->bits;
    // Pixels right behind the header would be its palette.
    if (image->offset == FILE_HEADER + (uint64_t)header)
      image->offset += (uint64_t)padding * colours;
    status = take_palette(bytes, count, colours, padding, &end, image, error);
  }
  if (image->offset == 0) image->offset = end;
  return status;
}
