// The convolutions and, with pool.h, the poolings, compiled once for each instruction set.
//
// The file that includes this one defines what vectors.h asks for, of which ROWS are the pixels that are
// multiplied at once: twice as many sums must fit into the registers; and
//   HAS_VNNI  whether products of bytes are one operation
//   NAME      a function's name for this instruction set
#include "vectors.h"

// A kernel's word for each lane, ready to be multiplied: bytes may be spread out.
typedef struct {
  lanes_i even, odd;
} taps;

INLINE taps load_taps(cd_type type, const char *packed) {
  taps t = {*(const lanes_i *)packed, {}};
#if !HAS_VNNI
  if (type == CD_U8) {
    // Products of bytes that saturate are of no use: even and odd bytes go as 16 bits each.
    typedef short shorts __attribute__((vector_size(LANES * 4)));
    shorts bytes = (shorts)t.even;
    t.odd = (lanes_i)(bytes >> 8);
    t.even = (lanes_i)((shorts)(bytes << 8) >> 8);
  }
#endif
  return t;
}

#if LANES == 16
#define MULTIPLY_PAIRS(a, b) (lanes_i) _mm512_madd_epi16((__m512i)(a), (__m512i)(b))
#elif FUSED
#define MULTIPLY_PAIRS(a, b) (lanes_i) _mm256_madd_epi16((__m256i)(a), (__m256i)(b))
#else
INLINE lanes_i multiply_pairs(lanes_i a, lanes_i b) {
  return ((a << 16) >> 16) * ((b << 16) >> 16) + (a >> 16) * (b >> 16);
}
#define MULTIPLY_PAIRS(a, b) multiply_pairs((a), (b))
#endif

// Adds to each lane's sum the products of the four bytes of a word: one float, two of bf16, or four
// bytes.
INLINE lanes_i add_products(cd_type type, int word, taps t, lanes_i sum) {
  lanes_i x = (lanes_i){} + word;
  if (type == CD_F32) return (lanes_i)FMA((lanes)x, (lanes)t.even, (lanes)sum);
#if HAS_BF16
  if (type == CD_BF16)
    return (lanes_i)_mm512_dpbf16_ps((__m512)sum, (__m512bh)x, (__m512bh)t.even);
#endif
#if HAS_VNNI
  return (lanes_i)_mm512_dpbusd_epi32((__m512i)sum, (__m512i)x, (__m512i)t.even);
#else
  lanes_i even = x & 0x00ff00ff, odd = (x >> 8) & 0x00ff00ff;
  return sum + MULTIPLY_PAIRS(even, t.even) + MULTIPLY_PAIRS(odd, t.odd);
#endif
}

// Steps through the source of a convolution, in bytes.
typedef struct {
  int height, width, blocks;
  size_t row, pixel, plane;
} walk;

// `rows` pixels × `blocks` blocks of outputs, over all taps and inputs in their order: each sum is
// the same whatever is computed beside it. All that is not the walk or a pointer is a constant where
// this is called.
INLINE void multiply(cd_type type, int words, int stride, int rows, int blocks, const walk *w,
                     const char *source, const char *packed, lanes_i *sums) {
  lanes_i sum[ROWS][2];
  UNROLLED
  for (int r = 0; r < rows; r++) {
    UNROLLED
    for (int b = 0; b < blocks; b++) sum[r][b] = (lanes_i){};
  }
  // One tap reads a few lines of each plane, too few for the processor to foresee: those of the next pixels are
  // asked for.
  bool single = w->height * w->width == 1;
  int tile = 4 * rows * stride * words;
  for (int y = 0; y < w->height; y++)
    for (int x = 0; x < w->width; x++) {
      const char *v = source + y * w->row + x * w->pixel;
      for (int i = 0; i < w->blocks; i++, v += w->plane) {
        if (single) {
          UNROLLED
          for (int line = 0; line < tile; line += 64) __builtin_prefetch(v + tile + line);
        }
#pragma clang loop unroll_count(4)
        for (int k = 0; k < words; k++, packed += blocks * LANES * 4) {
          taps t[2];
          UNROLLED
          for (int b = 0; b < blocks; b++) t[b] = load_taps(type, packed + b * LANES * 4);
          UNROLLED
          for (int r = 0; r < rows; r++) {
            int word = *(const int *)(v + 4 * (r * stride * words + k));
            UNROLLED
            for (int b = 0; b < blocks; b++) sum[r][b] = add_products(type, word, t[b], sum[r][b]);
          }
        }
      }
    }
  UNROLLED
  for (int r = 0; r < rows; r++) {
    UNROLLED
    for (int b = 0; b < blocks; b++) sums[b * rows + r] = sum[r][b];
  }
}

typedef void multiply_kernel(const walk *w, const char *source, const char *packed, lanes_i *sums);

// The numbers of pixels that there are kernels for, the largest first.
#if ROWS == 14
#define SIZES(X, ...)                                                                         \
  X(14, __VA_ARGS__) X(10, __VA_ARGS__) X(9, __VA_ARGS__) X(8, __VA_ARGS__)                   \
  X(7, __VA_ARGS__) X(4, __VA_ARGS__) X(2, __VA_ARGS__) X(1, __VA_ARGS__)
#elif ROWS == 6
#define SIZES(X, ...)                                                                         \
  X(6, __VA_ARGS__) X(4, __VA_ARGS__) X(3, __VA_ARGS__) X(2, __VA_ARGS__) X(1, __VA_ARGS__)
#else
#define SIZES(X, ...) X(3, __VA_ARGS__) X(2, __VA_ARGS__) X(1, __VA_ARGS__)
#endif

// A function for each of them, and for one or two blocks.
#define KERNEL(rows, type, words, stride, blocks)                                             \
  static void multiply_##type##_##words##_##stride##_##rows##_##blocks(                       \
      const walk *w, const char *source, const char *packed, lanes_i *sums) {                 \
    multiply(type, words, stride, rows, blocks, w, source, packed, sums);                     \
  }
#define KERNELS_OF_SIZE(rows, type, words, stride)                                            \
  KERNEL(rows, type, words, stride, 1) KERNEL(rows, type, words, stride, 2)
#define NAMES_OF_SIZE(rows, type, words, stride)                                              \
  {multiply_##type##_##words##_##stride##_##rows##_1, multiply_##type##_##words##_##stride##_##rows##_2},

#if LANES == 16
#define F32_WORDS 16
#define BF16_WORDS 8
#define U8_WORDS 4
#else
#define F32_WORDS 8
#define BF16_WORDS 4
#define U8_WORDS 2
#endif

#define KERNELS(type, words)                                                                  \
  SIZES(KERNELS_OF_SIZE, type, words, 1) SIZES(KERNELS_OF_SIZE, type, words, 2)
#define TABLE(type, words)                                                                    \
  {{SIZES(NAMES_OF_SIZE, type, words, 1)}, {SIZES(NAMES_OF_SIZE, type, words, 2)}}
KERNELS(CD_F32, F32_WORDS)
KERNELS(CD_U8, U8_WORDS)
KERNELS(CD_U8, 1)
#if HAS_BF16
KERNELS(CD_BF16, BF16_WORDS)
KERNELS(CD_BF16, 2)
#endif

#define SIZE(rows, type, words, stride) rows,
static const int sizes[] = {SIZES(SIZE, 0, 0, 0)};
enum { SIZE_COUNT = sizeof sizes / sizeof *sizes };

// The largest number of pixels that leaves nothing, or half of ROWS or more: of fewer at once, each sum would
// wait for its last product.
static int size_for(int pixels) {
  for (int size = 0; size < SIZE_COUNT; size++) {
    int rest = pixels - sizes[size];
    if (rest == 0 || rest >= HALF) return size;
  }
  int size = 0;
  while (sizes[size] > pixels) size++;
  return size;
}

// By stride, number of pixels, and blocks.
typedef multiply_kernel *kernel_table[2][SIZE_COUNT][2];
static const kernel_table kernels_f32 = TABLE(CD_F32, F32_WORDS);
static const kernel_table kernels_u8 = TABLE(CD_U8, U8_WORDS);
static const kernel_table kernels_u8_few = TABLE(CD_U8, 1);
#if HAS_BF16
static const kernel_table kernels_bf16 = TABLE(CD_BF16, BF16_WORDS);
static const kernel_table kernels_bf16_few = TABLE(CD_BF16, 2);
#endif

static const kernel_table *table_for(const cd_map *source) {
  bool few = source->channels <= 4;
#if HAS_BF16
  if (source->type == CD_BF16) return few ? &kernels_bf16_few : &kernels_bf16;
#endif
  if (source->type == CD_U8) return few ? &kernels_u8_few : &kernels_u8;
  return &kernels_f32;
}

void NAME(cd_convolve)(const cd_convolve_call *call, int group, int part) {
  const cd_convolution *c = call->convolution;
  const cd_division *d = call->division;
  multiply_kernel *const(*kernels)[2] = (*table_for(&c->source))[c->stride - 1];
  cd_strides s = cd_strides_of(&c->source, call->instructions);
  int words = (int)s.pixel / 4, blocks = cd_blocks(&c->source, call->instructions);
  walk w = {c->kernel_height, c->kernel_width, blocks, s.row, s.pixel, s.plane};
  // The bytes of a row of taps for one block of outputs, and of all of them.
  size_t tap_row = (size_t)c->kernel_width * blocks * words * LANES * 4;
  size_t block_bytes = tap_row * c->kernel_height;
  finish_strides results = finish_strides_of(&c->finish, call->instructions);
  bool whole = c->source.type == CD_U8;
  lanes_i sums[2 * ROWS];

  for (int pair = cd_share(d->pairs, part, d->parts); pair < cd_share(d->pairs, part + 1, d->parts);
       pair++) {
    int o = 2 * pair, count = c->outputs / LANES - o < 2 ? 1 : 2;
    const char *packed = call->packed + o * block_bytes;
    for (int row = cd_share(d->rows, group, d->groups); row < cd_share(d->rows, group + 1, d->groups);
         row++) {
      int image = row / c->out_height, y = row % c->out_height;
      // Taps above and below the map meet nothing but zeros, where 0 is what stands for it.
      int top = y * c->stride - c->top, skipped = 0;
      w.height = c->kernel_height;
      if (c->source.zero == 0) {
        if (top < 0) skipped = -top;
        if (top + w.height > c->source.height) w.height = c->source.height - top;
        w.height -= skipped;
      }
      const char *rest = packed + (size_t)skipped * tap_row * count;
      const char *line = call->source + image * s.image + s.inside +
                         (ptrdiff_t)(top + skipped) * (ptrdiff_t)s.row -
                         c->left * (ptrdiff_t)s.pixel;
      places to[2];
      for (int b = 0; b < count; b++)
        to[b] = places_of(&results, &call->results, image, o + b, y);
      for (int x = 0, rows; x < c->out_width; x += rows) {
        int size = size_for(c->out_width - x);
        rows = sizes[size];
        // What the sums will be added to comes while they are computed.
        for (int b = 0; b < count; b++) prefetch_places(&results, rows, &to[b]);
        kernels[size][count - 1](&w, line + (size_t)x * c->stride * s.pixel, rest, sums);
        for (int b = 0; b < count; b++)
          finish(&c->finish, &results, whole, sums + b * rows, rows, (o + b) * LANES, &to[b]);
      }
    }
  }
}

#include "pool.h"

#ifdef TARGET
#pragma clang attribute pop
#endif
