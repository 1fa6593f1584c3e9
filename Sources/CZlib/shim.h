#pragma once
#include <zlib.h>

// Why: inflateInit2 is a macro that passes zlib's version and the size of its struct.
// A negative window means deflate without a header, as a zip holds it.
static inline int assay_inflate_init_raw(z_streamp stream) {
  return inflateInit2(stream, -MAX_WBITS);
}
