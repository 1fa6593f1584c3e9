#include "codec.h"

#include <stdio.h>
#include <string.h>

assay_status assay_fail(char *error, assay_status status, const char *text) {
  snprintf(error, ASSAY_ERROR_CAPACITY, "%s", text);
  return status;
}

assay_status assay_check_extent(uint32_t width, uint32_t height, char *error) {
  if (width == 0 || height == 0) return assay_fail(error, ASSAY_DAMAGED, "the image is empty");
  if ((uint64_t)width * height > ASSAY_MAX_PIXELS) {
    snprintf(error, ASSAY_ERROR_CAPACITY, "the header claims %u×%u pixels, more than %d", width,
             height, ASSAY_MAX_PIXELS);
    return ASSAY_TOO_LARGE;
  }
  if (width > ASSAY_MAX_SIDE || height > ASSAY_MAX_SIDE) {
    snprintf(error, ASSAY_ERROR_CAPACITY, "the header claims %u×%u pixels, a side of more than %d",
             width, height, ASSAY_MAX_SIDE);
    return ASSAY_TOO_LARGE;
  }
  return ASSAY_OK;
}

static int begins(const uint8_t *bytes, size_t count, const char *magic, size_t length) {
  return count >= length && memcmp(bytes, magic, length) == 0;
}

// By magic bytes, never by extension: ImageNet has a PNG named .JPEG.
static assay_status recognise(const uint8_t *bytes, size_t count, assay_format *format,
                              char *error) {
  static const struct {
    const char *magic;
    size_t length;
    assay_format format;
  } formats[] = {
      {"\xff\xd8\xff", 3, ASSAY_FORMAT_JPEG},
      {"\x89PNG\r\n\x1a\n", 8, ASSAY_FORMAT_PNG},
      {"GIF8", 4, ASSAY_FORMAT_GIF},
      {"BM", 2, ASSAY_FORMAT_BMP},
  };
  for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
    if (!begins(bytes, count, formats[i].magic, formats[i].length)) continue;
    *format = formats[i].format;
    return ASSAY_OK;
  }
  if (begins(bytes, count, "RIFF", 4) && count > 12 && memcmp(bytes + 8, "WEBP", 4) == 0) {
    *format = ASSAY_FORMAT_WEBP;
    return ASSAY_OK;
  }
  // A bitmap or map of Netpbm: P1 to P6, and a blank.
  if (count > 3 && bytes[0] == 'P' && bytes[1] >= '1' && bytes[1] <= '6' &&
      (bytes[2] == ' ' || (bytes[2] >= '\t' && bytes[2] <= '\r'))) {
    *format = ASSAY_FORMAT_PNM;
    return ASSAY_OK;
  }
  if (begins(bytes, count, "II*\0", 4) || begins(bytes, count, "MM\0*", 4) ||
      begins(bytes, count, "II+\0", 4) || begins(bytes, count, "MM\0+", 4))
    return assay_fail(error, ASSAY_UNSUPPORTED_FORMAT,
                      "a TIFF, which is not decoded here; as a PNG it would be");
  if (count == 0) return assay_fail(error, ASSAY_UNKNOWN_FORMAT, "the file is empty");
  return assay_fail(error, ASSAY_UNKNOWN_FORMAT, "no JPEG, PNG, GIF, BMP, WebP, PPM or PGM image");
}

assay_status assay_read_header(const uint8_t *bytes, size_t count, assay_rules rules,
                               assay_image_header *header, char *error) {
  assay_format format;
  memset(header, 0, sizeof *header);
  error[0] = 0;
  assay_status status = recognise(bytes, count, &format, error);
  if (status != ASSAY_OK) return status;
  header->format = format;
  switch (format) {
  case ASSAY_FORMAT_JPEG: return assay_jpeg_header(bytes, count, header, error);
  case ASSAY_FORMAT_PNG: return assay_png_header(bytes, count, header, error);
  case ASSAY_FORMAT_GIF: return assay_gif_header(bytes, count, rules, header, error);
  case ASSAY_FORMAT_BMP: return assay_bmp_header(bytes, count, rules, header, error);
  case ASSAY_FORMAT_WEBP: return assay_webp_header(bytes, count, rules, header, error);
  case ASSAY_FORMAT_PNM: return assay_pnm_header(bytes, count, rules, header, error);
  }
  return ASSAY_UNKNOWN_FORMAT;
}

// The name of a format that TensorFlow decodes into three channels alone, or NULL.
static const char *colour_only(assay_format format) {
  switch (format) {
  case ASSAY_FORMAT_JPEG:
  case ASSAY_FORMAT_PNG: return NULL;
  case ASSAY_FORMAT_GIF: return "GIF";
  case ASSAY_FORMAT_BMP: return "BMP";
  case ASSAY_FORMAT_WEBP: return "WebP";
  case ASSAY_FORMAT_PNM: return NULL;
  }
  return NULL;
}

assay_status assay_decode(const uint8_t *bytes, size_t count, assay_rules rules, int channels,
                          uint8_t *pixels, size_t capacity, char *error) {
  assay_format format;
  error[0] = 0;
  if (channels != 1 && channels != 3)
    return assay_fail(error, ASSAY_NO_CONVERSION, "an image has 1 or 3 channels");
  assay_status status = recognise(bytes, count, &format, error);
  if (status != ASSAY_OK) return status;
  if (rules == ASSAY_RULES_TENSORFLOW && channels != 3 && colour_only(format)) {
    snprintf(error, ASSAY_ERROR_CAPACITY, "TensorFlow does not turn a %s into grey",
             colour_only(format));
    return ASSAY_NO_CONVERSION;
  }
  switch (format) {
  case ASSAY_FORMAT_JPEG:
    return assay_jpeg_decode(bytes, count, rules, channels, pixels, capacity, error);
  case ASSAY_FORMAT_PNG:
    return assay_png_decode(bytes, count, rules, channels, pixels, capacity, error);
  case ASSAY_FORMAT_GIF:
    return assay_gif_decode(bytes, count, rules, channels, pixels, capacity, error);
  case ASSAY_FORMAT_BMP:
    return assay_bmp_decode(bytes, count, rules, channels, pixels, capacity, error);
  case ASSAY_FORMAT_WEBP:
    return assay_webp_decode(bytes, count, rules, channels, pixels, capacity, error);
  case ASSAY_FORMAT_PNM:
    return assay_pnm_decode(bytes, count, rules, channels, pixels, capacity, error);
  }
  return ASSAY_UNKNOWN_FORMAT;
}
