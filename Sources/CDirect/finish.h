// What becomes of sums, compiled once for each instruction set: see `cd_finish`.

// 16 bits of a float, rounded to the nearest, to even of two.
#if HAS_BF16
INLINE void store_bf16(void *to, lanes y) {
  *(__m256bh *)to = _mm512_cvtneps_pbh((__m512)y);
}
#else
INLINE void store_bf16(void *to, lanes y) {
  // Not a number stays one: its last bit of 16 must not be rounded away.
  lanes_i bits = (lanes_i)y, rounded = bits + 0x7fff + ((bits >> 16) & 1);
  lanes_i nan = (y != y) & ((bits & ~0xffff) | 0x400000);
  rounded = ((y == y) & rounded) | nan;
  *(half_lanes *)to = __builtin_convertvector((rounded >> 16) & 0xffff, half_lanes);
}
#endif

INLINE lanes load_bf16(const void *from) {
  return (lanes)(__builtin_convertvector(*(const half_lanes *)from, lanes_i) << 16);
}

INLINE lanes load_map(cd_type type, const void *from) {
  return type == CD_F32 ? *(const lanes *)from : load_bf16(from);
}

// Bytes from 0 to 255, the nearest of them, of two the even one.
INLINE void store_u8(void *to, lanes y) {
#if LANES == 16
  __m512i q = _mm512_cvtps_epi32((__m512)y);
  _mm_store_si128(to, _mm512_cvtusepi32_epi8(_mm512_max_epi32(q, _mm512_setzero_si512())));
#elif defined(__AVX2__)
  __m256i q = _mm256_cvtps_epi32((__m256)y);
  __m128i words = _mm_packus_epi32(_mm256_castsi256_si128(q), _mm256_extracti128_si256(q, 1));
  _mm_storel_epi64(to, _mm_packus_epi16(words, words));
#else
  for (int l = 0; l < LANES; l++) {
    // What is not a number becomes 0, as there is no byte for it.
    float kept = y[l] > 0 ? (y[l] < 255 ? y[l] : 255) : 0;
    ((uint8_t *)to)[l] = (uint8_t)__builtin_rintf(kept);
  }
#endif
}

// As a comparison that lets what is not a number pass, so that it is seen at the end.
INLINE lanes rectified(lanes y) { return (lanes)(~(y < 0) & (lanes_i)y); }

INLINE lanes per_channel(const float *values, int channel, float otherwise) {
  return values ? *(const lanes *)(values + channel) : splat(otherwise);
}

// From one pixel of a block of channels to the next, in bytes: known here, which leaves no addresses to compute.
// Pixels that tiles read take a row of these.
INLINE size_t pixel_bytes(bool tiled, cd_type type) {
  return tiled ? 64 : LANES * (type == CD_F32 ? 4 : type == CD_BF16 ? 2 : 1);
}

// Adds pixels of a map that are `step` bytes apart.
INLINE void add_map(int rows, cd_type type, size_t step, const char *addend, lanes *y) {
  UNROLLED
  for (int r = 0; r < rows; r++) y[r] += load_map(type, addend + r * step);
}

// `rows` pixels of one block of channels, each `LANES` sums. The three places are those of the first pixel; of the addend
// the pixels are `step` bytes apart.
INLINE void finish_rows(int rows, bool whole, bool tiled, const cd_finish *f, const lanes_i *sums,
                        int channel, const char *addend, size_t step, char *first, char *second) {
  lanes y[ROWS];
  lanes scale = per_channel(f->scale, channel, 1), shift = per_channel(f->shift, channel, 0);
  UNROLLED
  for (int r = 0; r < rows; r++) {
    lanes_i sum = sums[r];
    y[r] = whole ? __builtin_convertvector(sum, lanes) : (lanes)sum;
  }
  if (f->scale) {
    UNROLLED
    for (int r = 0; r < rows; r++) y[r] = FMA(y[r], scale, shift);
  } else if (f->shift) {
    UNROLLED
    for (int r = 0; r < rows; r++) y[r] += shift;
  }
  if (f->adds) {
    if (f->addend_stride > 1) add_map(rows, f->addend.type, step, addend, y);
    else if (f->addend.type == CD_F32) add_map(rows, CD_F32, pixel_bytes(tiled, CD_F32), addend, y);
    else add_map(rows, CD_BF16, pixel_bytes(tiled, CD_BF16), addend, y);
  }
  if (f->relu) {
    UNROLLED
    for (int r = 0; r < rows; r++) y[r] = rectified(y[r]);
  }
  if (f->is_clipped) {
    // What is not a number stays.
    lanes least = splat(f->least), most = splat(f->most);
    UNROLLED
    for (int r = 0; r < rows; r++) {
      lanes_i low = y[r] < least;
      y[r] = (lanes)((low & (lanes_i)least) | (~low & (lanes_i)y[r]));
      lanes_i high = y[r] > most;
      y[r] = (lanes)((high & (lanes_i)most) | (~high & (lanes_i)y[r]));
    }
  }
  if (f->has_function) {
    // A copy, as the values themselves stay in registers where no function is.
    lanes values[ROWS];
    UNROLLED
    for (int r = 0; r < rows; r++) values[r] = y[r];
    cl_map(f->function, f->parameters, LOOPS, 1, rows * LANES, (float *)values, (float *)values);
    UNROLLED
    for (int r = 0; r < rows; r++) y[r] = values[r];
  }
  if (f->has_first) {
    if (f->first.type == CD_F32) {
      UNROLLED
      for (int r = 0; r < rows; r++) *(lanes *)(first + r * pixel_bytes(tiled, CD_F32)) = y[r];
    } else {
      UNROLLED
      for (int r = 0; r < rows; r++) store_bf16(first + r * pixel_bytes(tiled, CD_BF16), y[r]);
    }
  }
  if (!f->has_second) return;
  if (f->gain || f->offset) {
    lanes gain = per_channel(f->gain, channel, 1), offset = per_channel(f->offset, channel, 0);
    UNROLLED
    for (int r = 0; r < rows; r++) y[r] = FMA(y[r], gain, offset);
  }
  // Bytes of which the least stands for 0 are rectified as they are stored.
  if (f->second_relu && (f->second.type != CD_U8 || f->second.zero != 0)) {
    UNROLLED
    for (int r = 0; r < rows; r++) y[r] = rectified(y[r]);
  }
  if (f->second.type == CD_U8) {
    if (f->quantum != 1 || f->second.zero != 0) {
      lanes quantum = splat(f->quantum), zero = splat((float)f->second.zero);
      UNROLLED
      for (int r = 0; r < rows; r++) y[r] = FMA(y[r], quantum, zero);
    }
    UNROLLED
    for (int r = 0; r < rows; r++) store_u8(second + r * pixel_bytes(tiled, CD_U8), y[r]);
  } else if (f->second.type == CD_BF16) {
    UNROLLED
    for (int r = 0; r < rows; r++) store_bf16(second + r * pixel_bytes(tiled, CD_BF16), y[r]);
  } else {
    UNROLLED
    for (int r = 0; r < rows; r++) *(lanes *)(second + r * pixel_bytes(tiled, CD_F32)) = y[r];
  }
}

// The maps that results go to.
typedef struct {
  bool tiled;
  cd_strides addend, first, second;
} finish_strides;

static finish_strides finish_strides_of(const cd_finish *f, cd_instructions instructions) {
  finish_strides s = {.tiled = instructions == CD_AMX};
  if (f->adds) s.addend = cd_strides_of(&f->addend, instructions);
  if (f->adds && f->addend_stride > 1) {
    s.addend.pixel *= (size_t)f->addend_stride;
    s.addend.row *= (size_t)f->addend_stride;
  }
  if (f->has_first) s.first = cd_strides_of(&f->first, instructions);
  if (f->has_second) s.second = cd_strides_of(&f->second, instructions);
  return s;
}

// The places in these maps of the first pixel of a row of one vector of channels, which move on along the
// row.
typedef struct {
  const char *addend;
  char *first, *second;
} places;

INLINE places places_of(const finish_strides *s, const cd_results *r, int image, int vector, int y) {
  return (places){
      (const char *)r->addend + (r->addend ? cd_place(&s->addend, image, vector, y) : 0),
      (char *)r->first + (r->first ? cd_place(&s->first, image, vector, y) : 0),
      (char *)r->second + (r->second ? cd_place(&s->second, image, vector, y) : 0),
  };
}

// Has the lines of so many pixels on their way: those to read, and those to write in parts.
INLINE void prefetch_places(const finish_strides *s, int rows, const places *p) {
  for (size_t at = 0; at < rows * s->addend.pixel; at += 64) __builtin_prefetch(p->addend + at);
  for (size_t at = 0; at < rows * s->second.pixel; at += 64) __builtin_prefetch(p->second + at, 1);
}

// The channels that a map's last block has and the map has not: products with them must give 0.
INLINE void clear_rest(const cd_map *map, const cd_strides *s, int rows, int channel, char *to) {
  if (channel + LANES != map->channels || map->type != CD_BF16) return;
  if (channel / LANES % s->vectors == s->vectors - 1) return;
  for (int r = 0; r < rows; r++)
    *(half_lanes *)(to + (size_t)r * s->pixel + LANES * 2) = (half_lanes){};
}

// Finishes any number of pixels and moves on behind them. Those that there are kernels for have functions
// of their own.
static void finish(const cd_finish *f, const finish_strides *s, bool whole, const lanes_i *sums,
                   int rows, int channel, places *at) {
  places p = *at;
  size_t a = s->addend.pixel, b = s->first.pixel, c = s->second.pixel;
  at->addend += rows * a;
  at->first += rows * b;
  at->second += rows * c;
  if (f->has_first) clear_rest(&f->first, &s->first, rows, channel, p.first);
  if (f->has_second) clear_rest(&f->second, &s->second, rows, channel, p.second);
#define FINISH(rows, whole, tiled)                                                               \
  finish_rows(rows, whole, tiled, f, sums, channel, p.addend, a, p.first, p.second)
#if HAS_BF16
#define FINISH_WHERE(rows, whole)                                                                \
  if (s->tiled) FINISH(rows, whole, true);                                                       \
  else FINISH(rows, whole, false)
#else
#define FINISH_WHERE(rows, whole) FINISH(rows, whole, false)
#endif
#define FINISH_ALL(count)                                                                        \
  while (rows >= count) {                                                                        \
    if (whole) {                                                                                 \
      FINISH_WHERE(count, true);                                                                 \
    } else {                                                                                     \
      FINISH_WHERE(count, false);                                                                \
    }                                                                                            \
    rows -= count, sums += count;                                                                \
    p.addend += count * a, p.first += count * b, p.second += count * c;                          \
  }
  FINISH_ALL(ROWS)
#if LANES == 16
#if ROWS > 14
  // The rows of maps of 224 pixels and their halves.
  FINISH_ALL(14)
#endif
  FINISH_ALL(8)
  FINISH_ALL(7)
  FINISH_ALL(4)
  FINISH_ALL(2)
#else
  FINISH_ALL(HALF)
#endif
  FINISH_ALL(1)
#undef FINISH_ALL
#undef FINISH_WHERE
#undef FINISH
}
