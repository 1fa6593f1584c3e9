#include <stdatomic.h>
#include <string.h>

#include "internal.h"

#if defined(__x86_64__)
static cb_copy_kernel *const copies[] = {cb_copy_portable, cb_copy_avx2, cb_copy_avx512};
#else
static cb_copy_kernel *const copies[] = {cb_copy_portable};
#endif

typedef struct {
  const cb_channels *channels;
  cb_copy_kernel *copy;
  int lanes;
  const float *source;
  float *destination;
  atomic_int next_image;
} work;

// The blocks of an image one after the other: two that follow each other write to the same block.
static void copy_images(void *argument) {
  work *w = argument;
  const cb_channels *c = w->channels;
  size_t plane = (size_t)(c->pixels * w->lanes);
  for (;;) {
    int image = atomic_fetch_add(&w->next_image, 1);
    if (image >= c->batch) return;
    const float *source = w->source + c->source_image * (size_t)image;
    float *destination = w->destination + c->destination_image * (size_t)image +
                         plane * (size_t)(c->first / w->lanes);
    for (int channel = 0; channel < c->channels; channel += w->lanes) {
      int count = c->channels - channel < w->lanes ? c->channels - channel : w->lanes;
      int shift = c->first % w->lanes;
      if (shift == 0 && count == w->lanes) memcpy(destination, source, plane * sizeof(float));
      else w->copy(c->pixels, count, shift, source, destination, destination + plane);
      source += plane;
      destination += plane;
    }
  }
}

void cb_copy_channels(const cb_channels *channels, cb_instructions instructions, int threads,
                      const float *source, float *destination) {
  work w = {.channels = channels, .copy = copies[instructions], .lanes = cb_lanes(instructions),
            .source = source, .destination = destination};
  cl_run_on(channels->batch > 1 ? threads : 1, copy_images, &w);
}
