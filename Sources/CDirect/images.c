#include <string.h>

#include "internal.h"

#pragma clang fp contract(off)

// The channels of a pixel.
typedef float four __attribute__((ext_vector_type(4)));
typedef int four_i __attribute__((ext_vector_type(4)));
typedef float loose_four __attribute__((ext_vector_type(4), aligned(4)));

// One pixel of up to 4 channels, of which the others stay 0; what kernels multiply those with is 0 too.
static void import_pixel(cd_type type, four values, float quantum, float zero, char *to) {
  if (type == CD_U8) {
    four scaled = values * quantum + zero;
    // What is not a number becomes 0, as there is no byte for it.
    scaled = scaled > 0.0f ? scaled : (four)0.0f;
    scaled = scaled < 255.0f ? scaled : (four)255.0f;
    // Beside so large a number the digits after the point have no place: it is rounded to even.
    four_i bits = (four_i)(scaled + 0x1.8p23f);
    unsigned char bytes __attribute__((ext_vector_type(4))) =
        __builtin_convertvector(bits & 255, unsigned char __attribute__((ext_vector_type(4))));
    memcpy(to, &bytes, 4);
  } else if (type == CD_BF16) {
    four_i bits = (four_i)values, rounded = bits + 0x7fff + (bits >> 16 & 1);
    // Not a number stays one.
    rounded = values == values ? rounded : bits | 0x400000;
    unsigned short halves __attribute__((ext_vector_type(4))) = __builtin_convertvector(
        rounded >> 16 & 0xffff, unsigned short __attribute__((ext_vector_type(4))));
    memcpy(to, &halves, 8);
  } else {
    memcpy(to, &values, 16);
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
  four_i mask = (four_i){0, 1, 2, 3} < channels;
  for (int n = 0; n < batch; n++) {
    const float *image = images + (size_t)n * (size_t)pixels * (size_t)channels;
    for (int y = 0; y < map->height; y++) {
      char *to = (char *)result + (size_t)n * s.image + s.inside + (size_t)y * s.row;
      for (int x = 0; x < map->width; x++, to += s.pixel) {
        int pixel = y * map->width + x;
        four values;
        if (pixel < together) {
          four_i bits = (four_i) * (const loose_four *)(image + (size_t)pixel * (size_t)channels);
          values = (four)(bits & mask);
        } else {
          values = 0.0f;
          for (int c = 0; c < channels; c++)
            values[c] = channels_first ? image[(size_t)c * (size_t)pixels + (size_t)pixel]
                                     : image[(size_t)pixel * (size_t)channels + (size_t)c];
        }
        import_pixel(map->type, values, quantum, (float)map->zero, to);
      }
    }
  }
}
