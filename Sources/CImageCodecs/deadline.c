// How long a decode may take. Whatever is honest takes a third of it at most, on a slow machine: a
// progressive JPEG of 89 million pixels and 84 MB took 4.2 s of the 12.5 s that it has.
#include "codec.h"

#include <stdio.h>
#include <time.h>

static const uint64_t second = 1000000000;

static uint64_t allowance(uint32_t width, uint32_t height, size_t count) {
  return second / 2 + 40 * (uint64_t)width * height + 100 * (uint64_t)count;
}

// Of this thread alone, so that a machine with other work to do refuses no more images.
static uint64_t now(void) {
  struct timespec time;
  if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time) != 0) return 0;
  return (uint64_t)time.tv_sec * second + (uint64_t)time.tv_nsec;
}

assay_deadline assay_deadline_for(uint32_t width, uint32_t height, size_t count) {
  return (assay_deadline){.end = now() + allowance(width, height, count)};
}

int assay_is_late(assay_deadline *deadline) {
  // A look at this clock takes as long as a row of a small image.
  enum { calls_per_look = 16 };
  if (deadline->end == 0 || deadline->calls++ % calls_per_look != 0) return 0;
  return now() > deadline->end;
}

assay_status assay_too_late(uint32_t width, uint32_t height, size_t count, char *error) {
  snprintf(error, ASSAY_ERROR_CAPACITY,
           "decoding takes more than %.1f s of a processor, too much for %u×%u pixels in %zu bytes",
           (double)allowance(width, height, count) / (double)second, width, height, count);
  return ASSAY_TOO_LARGE;
}
