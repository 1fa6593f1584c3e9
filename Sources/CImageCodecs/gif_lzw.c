// GIF's LZW, strictly: a code that no entry can have is an error. giflib and Pillow agree on all
// that passes here.
#include "gif.h"

#include <stdio.h>

enum { ENTRIES = 4096, LONGEST_CODE = 12, NONE = -1 };

typedef struct {
  gif_cursor *cursor;
  // Bytes left in the block.
  size_t block;
  uint32_t held;
  int held_bits;
} code_reader;

// The strings seen so far, each an earlier one and a last index.
typedef struct {
  uint16_t prefix[ENTRIES];
  uint8_t first[ENTRIES];
  uint8_t last[ENTRIES];
  uint32_t length[ENTRIES];
} string_table;

static assay_status truncated(char *error) {
  return assay_fail(error, ASSAY_TRUNCATED, "the GIF data ends before the image");
}

// A block is looked at once all of it is there, as by giflib and Pillow.
static assay_status next_code(code_reader *reader, int size, int *code, char *error) {
  gif_cursor *cursor = reader->cursor;
  while (reader->held_bits < size) {
    if (reader->block == 0) {
      // An empty block is the end of the data.
      if (cursor->left == 0 || cursor->next[0] == 0 || cursor->left <= cursor->next[0])
        return truncated(error);
      reader->block = *cursor->next++;
      cursor->left--;
    }
    reader->held |= (uint32_t)*cursor->next++ << reader->held_bits;
    reader->held_bits += 8;
    cursor->left--;
    reader->block--;
  }
  *code = (int)(reader->held & ((1u << size) - 1));
  reader->held >>= size;
  reader->held_bits -= size;
  return ASSAY_OK;
}

// Writes a string from its end, for it is linked that way, and as much of it as there is room for.
static void write_string(const string_table *table, int code, uint8_t *target, size_t room) {
  for (size_t at = table->length[code]; at > 0; at--) {
    if (at <= room) target[at - 1] = table->last[code];
    code = table->prefix[code];
  }
}

static void begin_table(string_table *table, int clear) {
  for (int i = 0; i < clear; i++) {
    table->prefix[i] = 0;
    table->first[i] = table->last[i] = (uint8_t)i;
    table->length[i] = 1;
  }
}

static void add_string(string_table *table, int place, int prefix, uint8_t last) {
  table->prefix[place] = (uint16_t)prefix;
  table->first[place] = table->first[prefix];
  table->last[place] = last;
  table->length[place] = table->length[prefix] + 1;
}

assay_status assay_gif_codes(gif_cursor *cursor, uint8_t *indices, size_t count, char *error) {
  if (cursor->left == 0) return truncated(error);
  int bits = *cursor->next++;
  cursor->left--;
  if (bits < 2 || bits > 8) {
    snprintf(error, ASSAY_ERROR_CAPACITY, "GIF codes of %d bits", bits);
    return ASSAY_DAMAGED;
  }
  string_table table;
  code_reader reader = {.cursor = cursor};
  int clear = 1 << bits, following = clear + 2, size = bits + 1, before = NONE;
  begin_table(&table, clear);
  size_t done = 0;
  while (done < count) {
    int code;
    assay_status status = next_code(&reader, size, &code, error);
    if (status != ASSAY_OK) return status;
    if (code == clear) {
      following = clear + 2, size = bits + 1, before = NONE;
      continue;
    }
    if (code == clear + 1)
      return assay_fail(error, ASSAY_TRUNCATED, "the GIF codes end before the image");
    // The newest string may be used by the very code that completes it.
    int newest = before != NONE && following < ENTRIES ? following : following - 1;
    if (before == NONE ? code > clear : code > newest)
      return assay_fail(error, ASSAY_DAMAGED, "a GIF code without a string");
    if (before != NONE && following < ENTRIES) {
      add_string(&table, following, before, table.first[code == following ? before : code]);
      following++;
      if (following == 1 << size && size < LONGEST_CODE) size++;
    }
    if (indices) write_string(&table, code, indices + done, count - done);
    done += table.length[code];
    before = code;
  }
  cursor->next += reader.block;
  cursor->left -= reader.block;
  return ASSAY_OK;
}
