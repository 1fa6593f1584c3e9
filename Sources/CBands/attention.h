// What cb_attend does besides products, for the file that includes kernels.h: kernels of keys and of values, which lie
// as cb_pack_pointwise leaves those of weights, and softmax.

// Where element i of two rows of a square, `size` apart, comes from if the blocks beside the diagonal change places.
#define UPPER(i, size) ((i) & (size) ? LANES + (i) - (size) : (i))
#define LOWER(i, size) ((i) & (size) ? LANES + (i) : (i) + (size))
#define EIGHT(M, i, size)                                                                              \
  M((i), size), M((i) + 1, size), M((i) + 2, size), M((i) + 3, size), M((i) + 4, size), M((i) + 5, size), \
      M((i) + 6, size), M((i) + 7, size)
#if LANES == 16
#define EACH_LANE(M, size) EIGHT(M, 0, size), EIGHT(M, 8, size)
#else
#define EACH_LANE(M, size) EIGHT(M, 0, size)
#endif
#define EXCHANGE(square, size)                                                                   \
  UNROLLED                                                                                       \
  for (int i = 0; i < LANES; i++) {                                                              \
    if (i & (size)) continue;                                                                    \
    lanes upper = square[i], lower = square[i + (size)];                                         \
    square[i] = __builtin_shufflevector(upper, lower, EACH_LANE(UPPER, size));                   \
    square[i + (size)] = __builtin_shufflevector(upper, lower, EACH_LANE(LOWER, size));          \
  }

INLINE void transpose(lanes square[LANES]) {
  EXCHANGE(square, 1)
  EXCHANGE(square, 2)
  EXCHANGE(square, 4)
#if LANES == 16
  EXCHANGE(square, 8)
#endif
}

// As cl_bfloat16_of, in the lower halves of words: a third of an attention in bf16 if it went number by number.
INLINE lanes_i bfloat16_of(lanes x) {
  lanes_i bits = (lanes_i)x, upper = (bits >> 16) & 0xffff;
  lanes_i nearest = ((bits + 0x7fff + (upper & 1)) >> 16) & 0xffff, quiet = upper | 0x40;
  lanes_i is_none = x != x;
  return (is_none & quiet) | (~is_none & nearest);
}

// Where one block of a packed kernel lies: its first number, and from one input's to the next one's.
typedef struct {
  float *first;
  int step;
} packed_block;

// `words` are the floats that the inputs of one output take.
INLINE packed_block block_in(cb_grouping grouping, int group, int block, size_t words, float *packed) {
  int begin = cb_group_begin(grouping, group), end = cb_group_begin(grouping, group + 1);
  return (packed_block){packed + words * (size_t)(begin * LANES) + (block - begin) * LANES, (end - begin) * LANES};
}

// Writes the weights of inputs from an even one on; of bf16 an even number of them.
INLINE void write_inputs(packed_block p, bool rounds, int input, int count, const lanes *weights) {
  if (!rounds)
    for (int i = 0; i < count; i++) *(lanes *)(p.first + (size_t)(input + i) * (size_t)p.step) = weights[i];
  else
    for (int i = 0; i < count; i += 2)
      *(lanes_i *)(p.first + (size_t)((input + i) / 2) * (size_t)p.step) =
          bfloat16_of(weights[i]) | bfloat16_of(weights[i + 1]) << 16;
}

// The words that fill up the last step of products of bf16.
INLINE void clear_inputs(packed_block p, int inputs, int words) {
  for (int word = cb_parts(inputs, 2); word < words; word++)
    *(lanes *)(p.first + (size_t)word * (size_t)p.step) = 0.0f;
}

// Writes all inputs of one block of outputs.
typedef void write_block(const cb_head *head, const float *source, int block, bool rounds, packed_block to);

INLINE void pack_blocks(const cb_head *h, int inputs, int outputs, write_block *write, const float *source,
                        float *packed) {
  cb_grouping grouping = cb_grouping_of(outputs, h->products, LANES);
  bool rounds = cb_rounds(h->products);
  int words = cb_words(inputs, h->products);
  for (int g = 0; g < grouping.count; g++)
    for (int b = cb_group_begin(grouping, g); b < cb_group_begin(grouping, g + 1); b++) {
      packed_block to = block_in(grouping, g, b, (size_t)words, packed);
      write(h, source, b, rounds, to);
      if (rounds) clear_inputs(to, inputs, words);
    }
}

INLINE void write_keys(const cb_head *h, const float *keys, int block, bool rounds, packed_block to) {
  for (int f = 0; f < h->features; f += LANES) {
    const float *from = keys + (size_t)(f / LANES) * h->block + (size_t)block * (LANES * LANES);
    lanes square[LANES];
    UNROLLED
    for (int i = 0; i < LANES; i++)
      square[i] = block * LANES + i < h->keys ? at(from + i * LANES) * h->scale : (lanes)0.0f;
    transpose(square);
    write_inputs(to, rounds, f, LANES, square);
  }
}

INLINE void write_values(const cb_head *h, const float *values, int block, bool rounds, packed_block to) {
  const float *from = values + (size_t)block * h->block;
  for (int k = 0; k < h->keys; k += 2, from += 2 * LANES) {
    bool both = k + 1 < h->keys;
    lanes two[2] = {at(from), both ? at(from + LANES) : (lanes)0.0f};
    write_inputs(to, rounds, k, both || rounds ? 2 : 1, two);
  }
}

void NAME(cb_pack_keys)(const cb_head *h, const float *keys, float *packed) {
  pack_blocks(h, h->features, h->keys, write_keys, keys, packed);
}

void NAME(cb_pack_values)(const cb_head *h, const float *values, float *packed) {
  pack_blocks(h, h->keys, h->features, write_values, values, packed);
}

INLINE lanes largest(lanes x) {
#if LANES == 16
  x = __builtin_elementwise_max(
      x, __builtin_shufflevector(x, x, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
  x = __builtin_elementwise_max(
      x, __builtin_shufflevector(x, x, 4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11));
  x = __builtin_elementwise_max(
      x, __builtin_shufflevector(x, x, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13));
  return __builtin_elementwise_max(
      x, __builtin_shufflevector(x, x, 1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14));
#else
  x = __builtin_elementwise_max(x, __builtin_shufflevector(x, x, 4, 5, 6, 7, 0, 1, 2, 3));
  x = __builtin_elementwise_max(x, __builtin_shufflevector(x, x, 2, 3, 0, 1, 6, 7, 4, 5));
  return __builtin_elementwise_max(x, __builtin_shufflevector(x, x, 1, 0, 3, 2, 5, 4, 7, 6));
#endif
}

void NAME(cb_softmax)(const cb_rows *r) {
  int channels = r->layer->outputs, blocks = cb_parts(channels, LANES);
  size_t block = r->result_block;
  lanes_i known = places_within(0, channels - (blocks - 1) * LANES);
  lanes none = -__builtin_inff();
  for (int i = 0; i < r->width; i++) {
    float *x = r->results[0] + i * LANES, *last = x + (size_t)(blocks - 1) * block;
    *(lanes *)last = chosen(known, at(last), none);
    lanes most = none;
    for (float *v = x; v <= last; v += block) most = __builtin_elementwise_max(most, at(v));
    most = largest(most);
    for (float *v = x; v <= last; v += block) *(lanes *)v = at(v) - most;
  }
  cl_map(CL_EXP, 0, LOOPS, 1, (int64_t)((size_t)blocks * block), r->results[0], r->results[0]);
  for (int i = 0; i < r->width; i++) {
    float *x = r->results[0] + i * LANES, *last = x + (size_t)(blocks - 1) * block;
    *(lanes *)last = chosen(known, at(last), (lanes)0.0f);
    lanes sum = 0.0f;
    for (float *v = x; v <= last; v += block) sum += at(v);
    lanes factor = (lanes)1.0f / summed(sum);
    for (float *v = x; v <= last; v += block) *(lanes *)v = at(v) * factor;
  }
}
