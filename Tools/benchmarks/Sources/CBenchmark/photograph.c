// Pictures that keep a JPEG decoder as busy as a photograph: a decoder's time goes with the bits
// a pixel, so these have the 60 to 100 kB of a 500×375 photograph at quality 90.
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

// After stdio.h, which it needs.
#include <jpeglib.h>

#include "CBenchmark.h"

// SplitMix64 (Steele et al. 2014) of a position: the same number wherever it is asked from.
static float noise(uint64_t seed, int64_t x, int64_t y) {
  uint64_t z = seed + (uint64_t)x * 0x9E3779B97F4A7C15u + (uint64_t)y * 0xC2B2AE3D27D4EB4Fu;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return (float)((z ^ (z >> 31)) >> 40) / (float)(1 << 23) - 1.0f;
}

// Noise on a lattice of `period` pixels, smooth between its points.
static float smooth_noise(uint64_t seed, float x, float y, float period) {
  x /= period, y /= period;
  float left = floorf(x), top = floorf(y), u = x - left, v = y - top;
  u = u * u * (3 - 2 * u), v = v * v * (3 - 2 * v);
  int64_t i = (int64_t)left, j = (int64_t)top;
  float upper = noise(seed, i, j) * (1 - u) + noise(seed, i + 1, j) * u;
  float lower = noise(seed, i, j + 1) * (1 - u) + noise(seed, i + 1, j + 1) * u;
  return upper * (1 - v) + lower * v;
}

static uint8_t byte(float value) {
  return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value + 0.5f);
}

// One pixel: light in octaves, an edge where a slow field changes sign, texture on one side of it
// and fine grain everywhere.
static void paint(uint64_t seed, int x, int y, uint8_t *rgb) {
  float fx = (float)x, fy = (float)y, light = 0, amplitude = 70;
  for (int octave = 0; octave < 5; octave++, amplitude *= 0.6f)
    light += amplitude * smooth_noise(seed + (uint64_t)octave, fx, fy, (float)(160 >> octave));
  float field = smooth_noise(seed + 10, fx, fy, 90.0f);
  int object = field > 0;
  float texture = (object ? 34.0f : 12.0f) * smooth_noise(seed + 11, fx, fy, 3.0f);
  float grain = 14.0f * noise(seed + 12, x, y);
  float value = 120 + light + (object ? 35.0f : -15.0f) + texture + grain;
  float warm = 30 * smooth_noise(seed + 13, fx, fy, 110.0f) + (object ? 12.0f : -8.0f);
  float green = 18 * smooth_noise(seed + 14, fx, fy, 70.0f);
  rgb[0] = byte(value + warm);
  rgb[1] = byte(value + green);
  rgb[2] = byte(value - warm);
}

int64_t bench_write_photograph(const char *path, uint64_t seed, int width, int height,
                               int quality) {
  FILE *file = fopen(path, "wb");
  uint8_t *row = malloc((size_t)width * 3);
  if (!file || !row) {
    if (file) fclose(file);
    free(row);
    return 0;
  }
  struct jpeg_compress_struct codec;
  struct jpeg_error_mgr errors;
  codec.err = jpeg_std_error(&errors);
  jpeg_create_compress(&codec);
  jpeg_stdio_dest(&codec, file);
  codec.image_width = (JDIMENSION)width;
  codec.image_height = (JDIMENSION)height;
  codec.input_components = 3;
  codec.in_color_space = JCS_RGB;
  jpeg_set_defaults(&codec);  // 4:2:0
  jpeg_set_quality(&codec, quality, TRUE);
  jpeg_start_compress(&codec, TRUE);
  for (int y = 0; y < height; y++) {
    for (int x = 0; x < width; x++) paint(seed, x, y, row + 3 * x);
    JSAMPROW rows[] = {row};
    jpeg_write_scanlines(&codec, rows, 1);
  }
  jpeg_finish_compress(&codec);
  jpeg_destroy_compress(&codec);
  free(row);
  long size = ftell(file);
  return fclose(file) == 0 ? size : 0;
}

#define TEXT_OF(x) #x
#define TEXT(x) TEXT_OF(x)
const char *bench_jpeg_version(void) {
#ifdef LIBJPEG_TURBO_VERSION
  return "libjpeg-turbo " TEXT(LIBJPEG_TURBO_VERSION);
#else
  return "libjpeg " TEXT(JPEG_LIB_VERSION);
#endif
}
