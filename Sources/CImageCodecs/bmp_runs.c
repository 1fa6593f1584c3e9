// The run lengths of a BMP, as Pillow expands them: pixels are appended one after another, so that a
// line which is ended early is filled up with index 0.
#include "bmp.h"

#include <string.h>

typedef struct {
  const uint8_t *bytes;
  size_t next, count;
  uint8_t *indices;
  size_t done, whole;
} run_state;

static void put(run_state *state, uint8_t index) {
  if (state->done < state->whole) state->indices[state->done] = index;
  state->done++;
}

static void put_run(run_state *state, int four_bits, size_t length, uint8_t value) {
  for (size_t i = 0; i < length; i++)
    put(state, !four_bits ? value : i % 2 == 0 ? value >> 4 : value & 15);
}

// Pixels that are no run. Gives whether the data goes on.
static int put_literals(run_state *state, int four_bits, size_t wanted) {
  size_t left = state->whole - state->done;
  size_t length = wanted < left ? wanted : left;
  size_t bytes = four_bits ? (length + 1) / 2 : length;
  size_t there = state->count - state->next;
  size_t taken = bytes < there ? bytes : there;
  for (size_t i = 0; i < taken; i++) {
    uint8_t value = state->bytes[state->next + i];
    put(state, four_bits ? value >> 4 : value);
    if (four_bits && 2 * i + 1 < length) put(state, value & 15);
  }
  state->next += taken;
  if (taken < bytes || state->done == state->whole) return 0;
  // Aligned to the file, not to the data.
  if (state->next % 2 != 0 && state->next < state->count) state->next++;
  return 1;
}

assay_status assay_bmp_runs(const uint8_t *bytes, size_t count, const bmp_image *image,
                            uint8_t *indices, char *error) {
  size_t width = image->width;
  int four_bits = image->compression == BMP_RLE4;
  run_state state = {.bytes = bytes, .count = count, .indices = indices};
  state.next = image->offset < count ? (size_t)image->offset : count;
  state.whole = width * image->height;
  size_t x = 0;
  while (state.done < state.whole && count - state.next >= 2) {
    size_t length = bytes[state.next];
    uint8_t value = bytes[state.next + 1];
    state.next += 2;
    if (length > 0) {
      if (x + length > width) length = x < width ? width - x : 0;
      put_run(&state, four_bits, length, value);
      x += length;
    } else if (value == 0) {
      while (state.done % width != 0) put(&state, 0);
      x = 0;
    } else if (value == 1) {
      break;
    } else if (value == 2) {
      if (count - state.next < 2) break;
      size_t skipped = bytes[state.next] + bytes[state.next + 1] * width;
      state.next += 2;
      if (skipped > state.whole - state.done) skipped = state.whole - state.done;
      put_run(&state, 0, skipped, 0);
      x = state.done % width;
    } else {
      if (!put_literals(&state, four_bits, value)) break;
      x += value;
    }
  }
  if (state.done < state.whole)
    return assay_fail(error, ASSAY_TRUNCATED, "the BMP's run lengths end before the image");
  return ASSAY_OK;
}
