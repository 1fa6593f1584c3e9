// What the parts of the GIF decoder share: the container, the codes, the picture.
#pragma once

#include "codec.h"

/// A place in the file that never passes its end.
typedef struct {
  const uint8_t *next;
  size_t left;
} gif_cursor;

typedef struct {
  const uint8_t *colours;
  int count;
} gif_palette;

typedef struct {
  uint32_t left, top, width, height;
  int interlaced;
  gif_palette local;
  // From the byte with the size of the codes on.
  gif_cursor data;
} gif_frame;

typedef struct {
  uint32_t width, height;
  gif_palette global;
  gif_frame frame;
  // The transparent index, or none.
  int transparent;
} gif_image;

enum { ASSAY_GIF_NONE = -1 };

/// Finds the first image and the extent of its canvas; nothing is allocated.
assay_status assay_gif_find(const uint8_t *bytes, size_t count, assay_rules rules,
                            gif_image *image, char *error);

/// Decodes the LZW codes of one image of `count` indices, from the byte with the codes' size on, and
/// writes them to `indices`, or nowhere where that is null. Leaves the cursor behind the block in
/// which the last of them lay.
assay_status assay_gif_codes(gif_cursor *cursor, uint8_t *indices, size_t count, char *error);
