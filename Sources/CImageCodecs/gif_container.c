// GIF's blocks up to the first image, or through all of them, as giflib and as Pillow read them.
#include "gif.h"

#include <string.h>

enum { CONTROL = 0xF9, COMMENT = 0xFE };

static uint32_t word(const uint8_t *bytes) { return (uint32_t)(bytes[0] | bytes[1] << 8); }

static assay_status truncated(char *error) {
  return assay_fail(error, ASSAY_TRUNCATED, "the GIF data ends before an image");
}

// The next bytes, or null where there are too few.
static const uint8_t *take(gif_cursor *cursor, size_t count) {
  if (cursor->left < count) return NULL;
  const uint8_t *bytes = cursor->next;
  cursor->next += count;
  cursor->left -= count;
  return bytes;
}

static int take_palette(gif_cursor *cursor, uint8_t flags, gif_palette *palette) {
  *palette = (gif_palette){0};
  if (!(flags & 0x80)) return 1;
  palette->count = 2 << (flags & 7);
  palette->colours = take(cursor, 3 * (size_t)palette->count);
  return palette->colours != NULL;
}

// Skips blocks up to an empty one.
static int skip_blocks(gif_cursor *cursor) {
  for (;;) {
    const uint8_t *size = take(cursor, 1);
    if (!size || !take(cursor, *size)) return 0;
    if (*size == 0) return 1;
  }
}

// Of several graphic controls giflib takes the first, Pillow the last that names a colour.
static int take_extension(gif_cursor *cursor, assay_rules rules, int *transparent, int *controlled) {
  const uint8_t *label = take(cursor, 1);
  const uint8_t *size = take(cursor, 1);
  const uint8_t *block = size ? take(cursor, *size) : NULL;
  if (!label || !block) return 0;
  if (*label == CONTROL && *size != 0) {
    if (rules == ASSAY_RULES_PILLOW) {
      if (*size < 3 || (block[0] & 1 && *size < 4)) return 0;
      if (block[0] & 1) *transparent = block[3];
    } else if (!*controlled) {
      *controlled = 1;
      if (*size == 4 && block[0] & 1) *transparent = block[3];
    }
  }
  // Both look for more blocks behind an empty first one, Pillow not in a comment.
  if (*size == 0 && *label == COMMENT && rules == ASSAY_RULES_PILLOW) return 1;
  return skip_blocks(cursor);
}

static int take_frame(gif_cursor *cursor, gif_frame *frame) {
  const uint8_t *fields = take(cursor, 9);
  if (!fields) return 0;
  frame->left = word(fields);
  frame->top = word(fields + 2);
  frame->width = word(fields + 4);
  frame->height = word(fields + 6);
  frame->interlaced = fields[8] & 0x40;
  if (!take_palette(cursor, fields[8], &frame->local)) return 0;
  frame->data = *cursor;
  return 1;
}

static void grow(gif_image *image, uint32_t width, uint32_t height) {
  if (width > image->width) image->width = width;
  if (height > image->height) image->height = height;
}

// The first frame, whatever lies before it.
static assay_status find_pillow(gif_cursor *cursor, gif_image *image, char *error) {
  for (;;) {
    const uint8_t *kind = take(cursor, 1);
    if (!kind) return truncated(error);
    if (*kind == ';') return assay_fail(error, ASSAY_DAMAGED, "a GIF without an image");
    int controlled = 0;
    if (*kind == '!' &&
        !take_extension(cursor, ASSAY_RULES_PILLOW, &image->transparent, &controlled))
      return truncated(error);
    if (*kind == ',') break;
  }
  gif_frame *frame = &image->frame;
  if (!take_frame(cursor, frame) || cursor->left == 0) return truncated(error);
  if (frame->width == 0 || frame->height == 0)
    return assay_fail(error, ASSAY_DAMAGED, "the GIF's first frame is empty");
  grow(image, frame->left + frame->width, frame->top + frame->height);
  return assay_check_extent(image->width, image->height, error);
}

// One frame as giflib reads it: whether all of it is there, and what is wrong where it is not.
static assay_status scan_frame(gif_cursor *cursor, gif_frame *frame, char *error) {
  if (!take_frame(cursor, frame)) return truncated(error);
  assay_status status = assay_check_extent(frame->width, frame->height, error);
  if (status != ASSAY_OK) return status;
  size_t count = (size_t)frame->width * frame->height;
  status = assay_gif_codes(cursor, NULL, count, error);
  if (status != ASSAY_OK) return status;
  return skip_blocks(cursor) ? ASSAY_OK : truncated(error);
}

// Every frame, for the largest is the canvas, up to the first one that is damaged. That spoils
// nothing unless it is the first of all.
static assay_status find_tensorflow(gif_cursor *cursor, gif_image *image, char *error) {
  int frames = 0, controlled = 0;
  image->width = image->height = 0;
  assay_status status = assay_fail(error, ASSAY_DAMAGED, "a GIF without an image");
  for (const uint8_t *kind = take(cursor, 1); kind && *kind != ';'; kind = take(cursor, 1)) {
    if (*kind == '!') {
      // What follows the first frame is of the others.
      int none, *transparent = frames == 0 ? &image->transparent : &none;
      if (take_extension(cursor, ASSAY_RULES_TENSORFLOW, transparent, &controlled)) continue;
      break;
    }
    if (*kind != ',') break;
    gif_frame frame = {0};
    status = scan_frame(cursor, &frame, error);
    if (status != ASSAY_OK && frames == 0) return status;
    // Larger than a canvas may be and perhaps whole, or with codes of which giflib makes something:
    // neither is left out without knowing.
    int extended = frame.width > 0 && frame.height > 0;
    if (status == ASSAY_TOO_LARGE || (status == ASSAY_DAMAGED && extended)) return status;
    if (status != ASSAY_OK) break;
    if (frames++ == 0) image->frame = frame;
    grow(image, frame.width, frame.height);
  }
  if (frames == 0) return status;
  return assay_check_extent(image->width, image->height, error);
}

assay_status assay_gif_find(const uint8_t *bytes, size_t count, assay_rules rules,
                            gif_image *image, char *error) {
  gif_cursor cursor = {bytes, count};
  memset(image, 0, sizeof *image);
  image->transparent = ASSAY_GIF_NONE;
  const uint8_t *screen = take(&cursor, 13);
  if (!screen || !take_palette(&cursor, screen[10], &image->global)) return truncated(error);
  if (rules == ASSAY_RULES_TENSORFLOW) return find_tensorflow(&cursor, image, error);
  if ((screen[4] != '7' && screen[4] != '9') || screen[5] != 'a')
    return assay_fail(error, ASSAY_UNKNOWN_FORMAT, "neither GIF87a nor GIF89a");
  image->width = word(screen + 6);
  image->height = word(screen + 8);
  return find_pillow(&cursor, image, error);
}
