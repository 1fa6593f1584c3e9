#pragma once
#include <zlib.h>

// Why: inflateInit2 is a macro that passes zlib's version and the size of its struct.
// A negative window means deflate without a header, as a zip holds it.
static inline int assay_inflate_init_raw(z_streamp stream) {
  return inflateInit2(stream, -MAX_WBITS);
}

// Why: the same macro. A window of 32 more than the largest reads GZIP and zlib, whichever it is.
static inline int assay_inflate_init_detecting(z_streamp stream) {
  return inflateInit2(stream, MAX_WBITS + 32);
}
