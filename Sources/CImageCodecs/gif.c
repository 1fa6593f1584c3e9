// GIF, the first image of it, by a decoder of its own: giflib would decode every frame into memory.
// TensorFlow and Pillow agree on little but the codes. TensorFlow's canvas is as large as the
// largest frame, black where nothing is drawn or where the colour is transparent; Pillow's is the
// screen, grown to hold the first frame, and has the transparent colour itself.
#include "gif.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

assay_status assay_gif_header(const uint8_t *bytes, size_t count, assay_rules rules,
                              assay_image_header *header, char *error) {
  gif_image image;
  assay_status status = assay_gif_find(bytes, count, rules, &image, error);
  header->width = image.width;
  header->height = image.height;
  header->components = 1;
  header->bits = 8;
  header->orientation = 1;
  // The indices of the frame, which is no larger than the canvas.
  header->grey_bytes = header->colour_bytes = (uint64_t)image.width * image.height;
  return status;
}

// The row of an image in which the row at `place` of its data belongs.
static uint32_t interlaced_row(uint32_t place, uint32_t height) {
  static const uint32_t first[4] = {0, 4, 2, 1}, step[4] = {8, 8, 4, 2};
  for (int pass = 0; pass < 4; pass++) {
    uint32_t rows = height > first[pass] ? (height - first[pass] + step[pass] - 1) / step[pass] : 0;
    if (place < rows) return first[pass] + place * step[pass];
    place -= rows;
  }
  return 0;
}

// TensorFlow: the frame at its place on black.
static assay_status draw_tensorflow(const gif_image *image, const uint8_t *indices,
                                    uint8_t *pixels, char *error) {
  const gif_frame *frame = &image->frame;
  gif_palette palette = frame->local.colours ? frame->local : image->global;
  memset(pixels, 0, 3 * (size_t)image->width * image->height);
  if (!palette.colours)
    return assay_fail(error, ASSAY_NO_CONVERSION,
                      "TensorFlow does not decode a GIF without a palette");
  for (uint32_t place = 0; place < frame->height; place++) {
    uint32_t y = frame->interlaced ? interlaced_row(place, frame->height) : place;
    if (y + frame->top >= image->height) continue;
    const uint8_t *row = indices + (size_t)place * frame->width;
    uint8_t *target = pixels + 3 * (size_t)(y + frame->top) * image->width;
    for (uint32_t x = 0; x < frame->width && x + frame->left < image->width; x++) {
      if (row[x] == image->transparent) continue;
      if (row[x] >= palette.count) {
        snprintf(error, ASSAY_ERROR_CAPACITY, "a colour of index %d in a GIF of %d colours",
                 row[x], palette.count);
        return ASSAY_DAMAGED;
      }
      memcpy(target + 3 * (size_t)(x + frame->left), palette.colours + 3 * row[x], 3);
    }
  }
  return ASSAY_OK;
}

// Pillow takes a palette that says i, i, i of every i for none: the image is grey.
static int is_ramp(const gif_palette *palette) {
  for (int i = 0; i < 3 * palette->count; i++)
    if (palette->colours[i] != i / 3) return 0;
  return 1;
}

// The colours in which Pillow shows indices, as it converts to RGB or to grey.
static void choose_pillow(const gif_image *image, int channels, uint8_t colours[256][3]) {
  const gif_palette *global = &image->global, *local = &image->frame.local;
  const gif_palette *palette = is_ramp(global) ? NULL : global;
  if (local->colours) {
    if (!is_ramp(local)) {
      palette = local;
    } else if (channels == 1) {
      // Grey by its mode, and yet turned into RGB by the palette of the screen.
      palette = NULL;
    }
  }
  for (int i = 0; i < 256; i++) {
    if (!palette) {
      memset(colours[i], i, 3);
    } else if (i < palette->count) {
      memcpy(colours[i], palette->colours + 3 * i, 3);
    } else {
      memset(colours[i], 0, 3);
    }
  }
}

// Pillow: the frame at its place on the transparent index, or on index 0.
static void draw_pillow(const gif_image *image, const uint8_t *indices, int channels,
                        uint8_t *pixels) {
  const gif_frame *frame = &image->frame;
  uint8_t colours[256][3], shades[256];
  choose_pillow(image, channels, colours);
  for (int i = 0; i < 256; i++) shades[i] = assay_luma(colours[i]);
  int ground = image->transparent == ASSAY_GIF_NONE ? 0 : image->transparent;
  size_t count = (size_t)image->width * image->height;
  for (size_t i = 0; i < count; i++) {
    if (channels == 1) {
      pixels[i] = shades[ground];
    } else {
      memcpy(pixels + 3 * i, colours[ground], 3);
    }
  }
  for (uint32_t place = 0; place < frame->height; place++) {
    uint32_t y = frame->interlaced ? interlaced_row(place, frame->height) : place;
    const uint8_t *row = indices + (size_t)place * frame->width;
    size_t start = (size_t)(y + frame->top) * image->width + frame->left;
    for (uint32_t x = 0; x < frame->width; x++) {
      if (channels == 1) {
        pixels[start + x] = shades[row[x]];
      } else {
        memcpy(pixels + 3 * (start + x), colours[row[x]], 3);
      }
    }
  }
}

assay_status assay_gif_decode(const uint8_t *bytes, size_t count, assay_rules rules, int channels,
                              uint8_t *pixels, size_t capacity, char *error) {
  gif_image image;
  assay_status status = assay_gif_find(bytes, count, rules, &image, error);
  if (status != ASSAY_OK) return status;
  if ((size_t)image.width * image.height * (size_t)channels > capacity)
    return assay_fail(error, ASSAY_OUT_OF_MEMORY, "the buffer is smaller than the image");
  size_t area = (size_t)image.frame.width * image.frame.height;
  uint8_t *indices = malloc(area);
  if (!indices) return assay_fail(error, ASSAY_OUT_OF_MEMORY, "out of memory");
  gif_cursor data = image.frame.data;
  status = assay_gif_codes(&data, indices, area, error);
  if (status == ASSAY_OK) {
    if (rules == ASSAY_RULES_TENSORFLOW) {
      status = draw_tensorflow(&image, indices, pixels, error);
    } else {
      draw_pillow(&image, indices, channels, pixels);
    }
  }
  free(indices);
  return status;
}
