// What is done number by number, and by the channels of a pixel, for the file that includes kernels.h.

void NAME(cb_affine)(const cb_rows *r) {
  const cb_layer *l = r->layer;
  const float *scales = l->has_factors ? r->factors : l->scale;
  lanes least = l->least, most = l->most;
  for (int row = 0; row < r->rows; row++) {
    for (int b = r->first; b < r->last; b++) {
      lanes scale = scales ? at(scales + b * LANES) : (lanes)1.0f;
      lanes shift = l->shift ? at(l->shift + b * LANES) : (lanes)0.0f;
      const float *x = r->source[row] + (size_t)b * r->source_block;
      float *y = r->results[row] + (size_t)b * r->result_block;
      const float *addend = l->adds ? r->addend[row] + (size_t)b * r->addend_block : 0;
      // A copy must leave −0 as it is.
      bool copies = !scales && !l->shift;
      for (int i = 0; i < r->width; i++) {
        lanes value = copies ? at(x + i * LANES) : FMA(at(x + i * LANES), scale, shift);
        if (addend) value += at(addend + i * LANES);
        *(lanes *)(y + i * LANES) = kept(value, least, most);
      }
    }
    apply(r, row, r->first, r->last);
  }
}

// The sum of all places, in each of them: halves are added to each other.
INLINE lanes summed(lanes x) {
#if LANES == 16
  x += __builtin_shufflevector(x, x, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7);
  x += __builtin_shufflevector(x, x, 4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11);
  x += __builtin_shufflevector(x, x, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13);
  return x + __builtin_shufflevector(x, x, 1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14);
#else
  x += __builtin_shufflevector(x, x, 4, 5, 6, 7, 0, 1, 2, 3);
  x += __builtin_shufflevector(x, x, 2, 3, 0, 1, 6, 7, 4, 5);
  return x + __builtin_shufflevector(x, x, 1, 0, 3, 2, 5, 4, 7, 6);
#endif
}

void NAME(cb_normalize)(const cb_rows *r) {
  const cb_layer *l = r->layer;
  int blocks = cb_parts(l->outputs, LANES);
  lanes least = l->least, most = l->most, count = (float)l->outputs;
  lanes_i known = places_within(0, l->outputs - (blocks - 1) * LANES);
  for (int row = 0; row < r->rows; row++) {
    for (int i = 0; i < r->width; i++) {
      const float *x = r->source[row] + i * LANES, *last = x + (size_t)(blocks - 1) * r->source_block;
      lanes mean = 0.0f;
      if (l->centered) {
        for (const float *v = x; v != last; v += r->source_block) mean += at(v);
        mean = summed(mean + chosen(known, at(last), (lanes)0.0f)) / count;
      }
      lanes square = 0.0f;
      for (const float *v = x; v != last; v += r->source_block) {
        lanes d = at(v) - mean;
        square = FMA(d, d, square);
      }
      lanes d = chosen(known, at(last) - mean, (lanes)0.0f);
      lanes variance = summed(FMA(d, d, square)) / count;
      lanes factor = (lanes)1.0f / __builtin_elementwise_sqrt(variance + (lanes)l->epsilon);
      float *y = r->results[row] + i * LANES;
      for (int b = 0; b < blocks; b++, x += r->source_block, y += r->result_block) {
        lanes scale = l->scale ? at(l->scale + b * LANES) : (lanes)1.0f;
        lanes shift = l->shift ? at(l->shift + b * LANES) : (lanes)0.0f;
        *(lanes *)y = kept(FMA((at(x) - mean) * factor, scale, shift), least, most);
      }
    }
    apply(r, row, 0, blocks);
  }
}

// Channels that begin within a block go partly into the next. The vectors that are loaded lie askew over the
// pixels, so the first and the last one are put together number by number: nothing beside the map is read.
void NAME(cb_copy)(int pixels, int channels, int shift, const float *source, float *first,
                   float *second) {
  int here = channels < LANES - shift ? channels : LANES - shift, there = channels - here;
  lanes_i in_first = places_within(shift, shift + here), before = places_within(0, shift);
  lanes_i in_second = places_within(0, there);
  for (int p = 0; p < pixels; p++) {
    const float *x = source + p * LANES;
    lanes *to = (lanes *)(first + p * LANES), *next = (lanes *)(second + p * LANES);
    lanes one = 0.0f, two = 0.0f;
    if (shift == 0) {
      one = at(x);
    } else if (p == 0 || p == pixels - 1) {
      for (int i = 0; i < here; i++) one[shift + i] = x[i];
      for (int i = 0; i < there; i++) two[i] = x[here + i];
    } else {
      one = *(const loose_lanes *)(x - shift);
      two = *(const loose_lanes *)(x + here);
    }
    one = chosen(in_first, one, (lanes)0.0f);
    *to = shift == 0 ? one : chosen(before, *to, one);
    if (there > 0) *next = chosen(in_second, two, (lanes)0.0f);
  }
}
