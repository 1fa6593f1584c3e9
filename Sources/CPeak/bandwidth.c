#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "CPeak.h"

enum { BYTES = 64 << 20, SUMS = 16 };

typedef float sixteen __attribute__((ext_vector_type(16)));

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

double cp_measure_bandwidth(double seconds) {
  sixteen *memory = aligned_alloc(4096, BYTES);
  if (!memory) return 0;
  // Pages that nobody has written are one page of zeros.
  memset(memory, 1, BYTES);
  double begin = now(), elapsed;
  long passes = 0;
  volatile float sink = 0;
  do {
    sixteen sums[SUMS] = {0};
    for (size_t i = 0; i < BYTES / sizeof *memory; i += SUMS)
      for (int s = 0; s < SUMS; s++) sums[s] += memory[i + (size_t)s];
    for (int s = 0; s < SUMS; s++) sink += sums[s].x;
    passes++;
    elapsed = now() - begin;
  } while (elapsed < seconds);
  free(memory);
  return (double)passes * BYTES / elapsed;
}
