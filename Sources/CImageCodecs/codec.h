// What the decoders share.
#pragma once

#include "CImageCodecs.h"

assay_status assay_jpeg_header(const uint8_t *bytes, size_t count, assay_image_header *header,
                               char *error);
assay_status assay_jpeg_decode(const uint8_t *bytes, size_t count, assay_rules rules, int channels,
                               uint8_t *pixels, size_t capacity, char *error);
assay_status assay_png_header(const uint8_t *bytes, size_t count, assay_image_header *header,
                              char *error);
assay_status assay_png_decode(const uint8_t *bytes, size_t count, assay_rules rules, int channels,
                              uint8_t *pixels, size_t capacity, char *error);

// The extent of these depends on whose decoder is reproduced.
assay_status assay_gif_header(const uint8_t *bytes, size_t count, assay_rules rules,
                              assay_image_header *header, char *error);
assay_status assay_gif_decode(const uint8_t *bytes, size_t count, assay_rules rules, int channels,
                              uint8_t *pixels, size_t capacity, char *error);
assay_status assay_bmp_header(const uint8_t *bytes, size_t count, assay_rules rules,
                              assay_image_header *header, char *error);
assay_status assay_bmp_decode(const uint8_t *bytes, size_t count, assay_rules rules, int channels,
                              uint8_t *pixels, size_t capacity, char *error);
assay_status assay_webp_header(const uint8_t *bytes, size_t count, assay_rules rules,
                               assay_image_header *header, char *error);
assay_status assay_webp_decode(const uint8_t *bytes, size_t count, assay_rules rules, int channels,
                               uint8_t *pixels, size_t capacity, char *error);
assay_status assay_pnm_header(const uint8_t *bytes, size_t count, assay_rules rules,
                              assay_image_header *header, char *error);
assay_status assay_pnm_decode(const uint8_t *bytes, size_t count, assay_rules rules, int channels,
                              uint8_t *pixels, size_t capacity, char *error);

/// Writes `text` to an error buffer and gives `status` back.
assay_status assay_fail(char *error, assay_status status, const char *text);

/// Checks a header against the limit on pixels.
assay_status assay_check_extent(uint32_t width, uint32_t height, char *error);

/// When a decode must have ended, in nanoseconds of this thread's processor time; 0: whenever it likes.
typedef struct {
  uint64_t end;
  uint32_t calls;
} assay_deadline;

/// That of a decode that begins now.
assay_deadline assay_deadline_for(uint32_t width, uint32_t height, size_t count);

/// Whether that is over; to be asked about every row, of which it looks at the clock for one in sixteen.
int assay_is_late(assay_deadline *deadline);

/// The refusal of an image that took too long.
assay_status assay_too_late(uint32_t width, uint32_t height, size_t count, char *error);

/// Pillow's luma: ITU-R 601 in 16-bit fixed point, rounded to nearest.
static inline uint8_t assay_luma(const uint8_t *rgb) {
  return (uint8_t)((rgb[0] * 19595u + rgb[1] * 38470u + rgb[2] * 7471u + 0x8000u) >> 16);
}

/// Turns a pixel of RGB into `channels` channels, 1 or 3, by Pillow's luma.
static inline void assay_from_rgb(const uint8_t *rgb, int channels, uint8_t *target) {
  if (channels == 1) {
    *target = assay_luma(rgb);
  } else {
    for (int c = 0; c < 3; c++) target[c] = rgb[c];
  }
}
