// Vectors of LANES values. Memory that they are loaded from need not be aligned.
typedef float lanes __attribute__((vector_size(LANES * 4)));
typedef int lanes_i __attribute__((vector_size(LANES * 4)));
typedef double lanes_d __attribute__((vector_size(LANES * 8)));
typedef float loose_lanes __attribute__((vector_size(LANES * 4), aligned(4)));
#define INLINE static inline __attribute__((always_inline))
#define UNROLLED _Pragma("clang loop unroll(full)")

#if FUSED
#define FMA(x, y, z) __builtin_elementwise_fma((x), (y), (z))
#else
#define FMA(x, y, z) ((x) * (y) + (z))
#endif

INLINE lanes load(const float *from) { return *(const loose_lanes *)from; }

INLINE void store(float *to, lanes x) { *(loose_lanes *)to = x; }

// Not `(lanes){} + x`: to add 0 to a float is an operation, as −0 becomes 0.
INLINE lanes splat(float x) {
  int bits;
  __builtin_memcpy(&bits, &x, sizeof bits);
  return (lanes)((lanes_i){} + bits);
}

// The first `count` values of a vector, fewer than LANES; nothing beyond them is touched, and 0 is
// there.
INLINE lanes load_some(const float *from, int64_t count) {
#if LANES == 16
  return (lanes)_mm512_maskz_loadu_ps((__mmask16)((1u << count) - 1), from);
#else
  lanes x = {};
  for (int64_t i = 0; i < count; i++) x[i] = from[i];
  return x;
#endif
}

INLINE void store_some(float *to, lanes x, int64_t count) {
#if LANES == 16
  _mm512_mask_storeu_ps(to, (__mmask16)((1u << count) - 1), (__m512)x);
#else
  for (int64_t i = 0; i < count; i++) to[i] = x[i];
#endif
}

INLINE lanes choose(lanes_i which, lanes x, lanes y) {
  return (lanes)((which & (lanes_i)x) | (~which & (lanes_i)y));
}

// The larger and the smaller of two; what is not a number stays.
INLINE lanes larger(lanes x, lanes y) { return choose((x >= y) | (x != x), x, y); }
INLINE lanes smaller(lanes x, lanes y) { return choose((x <= y) | (x != x), x, y); }

// Between two numbers; what is not a number stays.
INLINE lanes clipped(lanes x, lanes least, lanes largest) {
#if LANES == 16
  // Of two operands the second is taken if one is not a number.
  return (lanes)_mm512_min_ps((__m512)largest, _mm512_max_ps((__m512)least, (__m512)x));
#else
  x = choose(x < least, least, x);
  return choose(x > largest, largest, x);
#endif
}

#define SIGN_BIT ((lanes_i){} + INT32_MIN)
INLINE lanes magnitude(lanes x) { return (lanes)((lanes_i)x & ~SIGN_BIT); }
INLINE lanes with_sign_of(lanes x, lanes sign) {
  return (lanes)(((lanes_i)x & ~SIGN_BIT) | ((lanes_i)sign & SIGN_BIT));
}

// A function of single numbers, for those that are not worth a vector's.
INLINE lanes each(float (*function)(float), lanes x) {
  lanes y;
  UNROLLED
  for (int i = 0; i < LANES; i++) y[i] = function(x[i]);
  return y;
}
