#include <emmintrin.h>
#include <math.h>
#include <string.h>

#include "internal.h"

// One pixel of up to 4 channels, of which the others stay 0; what kernels multiply those with is 0 too.
static void import_pixel(cd_type type, const float *channels, float quantum, float zero, char *to) {
  __m128 values = _mm_loadu_ps(channels);
  if (type == CD_U8) {
    __m128i q = _mm_cvtps_epi32(_mm_add_ps(_mm_mul_ps(values, _mm_set1_ps(quantum)), _mm_set1_ps(zero)));
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
  cd_strides s = cd_strides_of(map, 16);
  cd_fill_border(map, batch, 16, result);
  size_t pixels = (size_t)map->height * (size_t)map->width;
  size_t channels = (size_t)map->channels;
  for (int n = 0; n < batch; n++) {
    const float *image = images + (size_t)n * pixels * channels;
    for (int y = 0; y < map->height; y++) {
      char *to = (char *)result + (size_t)n * s.image + s.inside + (size_t)y * s.row;
      for (int x = 0; x < map->width; x++, to += s.pixel) {
        size_t pixel = (size_t)y * (size_t)map->width + (size_t)x;
        float values[4] = {0};
        for (size_t c = 0; c < channels; c++)
          values[c] = channels_first ? image[c * pixels + pixel] : image[pixel * channels + c];
        import_pixel(map->type, values, quantum, (float)map->zero, to);
      }
    }
  }
}
