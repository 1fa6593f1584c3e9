#include <emmintrin.h>
#include <string.h>

#include "internal.h"

// One pixel of up to 4 channels, of which the others stay 0; what kernels multiply those with is 0 too.
static void import_pixel(cd_type type, __m128 values, float quantum, float zero, char *to) {
  if (type == CD_U8) {
    __m128 scaled = _mm_mul_ps(values, _mm_set1_ps(quantum));
    __m128i q = _mm_cvtps_epi32(_mm_add_ps(scaled, _mm_set1_ps(zero)));
    __m128i bytes = _mm_packus_epi16(_mm_packs_epi32(q, q), q);
    int word = _mm_cvtsi128_si32(bytes);
    memcpy(to, &word, 4);
  } else if (type == CD_BF16) {
    __m128i bits = _mm_castps_si128(values);
    __m128i odd = _mm_and_si128(_mm_srli_epi32(bits, 16), _mm_set1_epi32(1));
    __m128i rounded = _mm_add_epi32(_mm_add_epi32(bits, _mm_set1_epi32(0x7fff)), odd);
    // Not a number stays one.
    __m128i nan = _mm_castps_si128(_mm_cmpunord_ps(values, values));
    __m128i quiet = _mm_or_si128(bits, _mm_set1_epi32(0x400000));
    rounded = _mm_or_si128(_mm_and_si128(nan, quiet), _mm_andnot_si128(nan, rounded));
    // Shifted with their sign, 16 bits are within what the packing keeps.
    __m128i halves = _mm_srai_epi32(rounded, 16);
    _mm_storel_epi64((__m128i *)to, _mm_packs_epi32(halves, halves));
  } else {
    _mm_storeu_ps((float *)to, values);
  }
}

void cd_import_images(const cd_map *map, int batch, bool channels_first, float quantum,
                      const float *images, void *result) {
  // A block of 4 channels is the same in each instruction set.
  cd_strides s = cd_strides_of(map, CD_PORTABLE);
  cd_fill_border(map, batch, CD_PORTABLE, result);
  int pixels = map->height * map->width, channels = map->channels;
  // Of a pixel that is followed by another four values can be loaded at once.
  int together = channels_first ? 0 : pixels - 4 / channels - 1;
  const __m128i numbers = _mm_setr_epi32(0, 1, 2, 3);
  __m128 mask = _mm_castsi128_ps(_mm_cmplt_epi32(numbers, _mm_set1_epi32(channels)));
  for (int n = 0; n < batch; n++) {
    const float *image = images + (size_t)n * (size_t)pixels * (size_t)channels;
    for (int y = 0; y < map->height; y++) {
      char *to = (char *)result + (size_t)n * s.image + s.inside + (size_t)y * s.row;
      for (int x = 0; x < map->width; x++, to += s.pixel) {
        int pixel = y * map->width + x;
        __m128 values;
        if (pixel < together) {
          values = _mm_and_ps(_mm_loadu_ps(image + (size_t)pixel * (size_t)channels), mask);
        } else {
          float each[4] = {0};
          for (int c = 0; c < channels; c++)
            each[c] = channels_first ? image[(size_t)c * (size_t)pixels + (size_t)pixel]
                                     : image[(size_t)pixel * (size_t)channels + (size_t)c];
          values = _mm_loadu_ps(each);
        }
        import_pixel(map->type, values, quantum, (float)map->zero, to);
      }
    }
  }
}
