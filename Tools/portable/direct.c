// The kernels of CDirect: convolutions of float32 and of bytes, poolings, images.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "CDirect.h"
#include "check.h"

enum { BATCH = 2, MOST = CD_PORTABLE };

static cd_map map_of(cd_type type, int channels, int height, int width, int border) {
  return (cd_map){.type = type, .channels = channels, .height = height, .width = width, .border = border};
}

// A map in memory, of numbers in plain order, with a border of zeros.
static char *laid_out(const cd_map *map, const float *plain) {
  char *memory = (char *)zeros(cd_map_bytes(map, BATCH, MOST) / sizeof(float) + 1);
  int lanes = cd_lanes(MOST), blocks = map->channels / lanes, b = map->border;
  for (int n = 0; n < BATCH; n++)
    for (int c = 0; c < map->channels; c++)
      for (int y = 0; y < map->height; y++)
        for (int x = 0; x < map->width; x++) {
          size_t row = (size_t)((n * blocks + c / lanes) * (map->height + 2 * b) + y + b);
          size_t at = (row * (size_t)(map->width + 2 * b) + (size_t)(x + b)) * (size_t)lanes + (size_t)(c % lanes);
          float value = plain[((n * map->height + y) * map->width + x) * map->channels + c];
          if (map->type == CD_U8) ((uint8_t *)memory)[at] = (uint8_t)value;
          else ((float *)memory)[at] = value;
        }
  return memory;
}

static void check_convolution(const char *name, cd_type type, int width, int size, int stride) {
  enum { INPUTS = 24, OUTPUTS = 24, HEIGHT = 9 };
  int border = size / 2;
  windows w = {.batch = BATCH, .height = HEIGHT, .width = width, .inputs = INPUTS, .outputs = OUTPUTS,
               .kernel_height = size, .kernel_width = size, .stride = stride, .dilation = 1, .top = border,
               .left = border, .groups = 1, .out_height = (HEIGHT - 1) / stride + 1,
               .out_width = (width - 1) / stride + 1};
  float *source = numbers((size_t)(BATCH * HEIGHT * width * INPUTS));
  float *kernel = numbers((size_t)(size * size * INPUTS * OUTPUTS)), *shift = numbers(OUTPUTS);
  if (type == CD_U8) {
    for (int i = 0; i < BATCH * HEIGHT * width * INPUTS; i++) source[i] = rintf(fabsf(source[i]) * 255);
    // Whole numbers up to 127 in every filter, which the packing then keeps.
    for (int i = 0; i < size * size * INPUTS * OUTPUTS; i++) kernel[i] = rintf(kernel[i] * 126);
    for (int o = 0; o < OUTPUTS; o++) kernel[o] = 127;
  }
  cd_convolution c = {.batch = BATCH, .source = map_of(type, INPUTS, HEIGHT, width, border), .outputs = OUTPUTS,
                      .kernel_height = size, .kernel_width = size, .stride = stride, .top = border,
                      .left = border, .out_height = w.out_height, .out_width = w.out_width};
  c.finish = (cd_finish){.shift = shift, .has_first = true,
                         .first = map_of(CD_F32, OUTPUTS, w.out_height, w.out_width, 0)};
  float steps[OUTPUTS], sums[OUTPUTS];
  void *packed = zeros(cd_kernel_bytes(&c, MOST) / sizeof(float));
  cd_pack_kernel(&c, MOST, INPUTS, kernel, packed, steps, sums);
  size_t count = (size_t)(BATCH * w.out_height * w.out_width * OUTPUTS);
  float *results = zeros(count);
  cd_convolve(&c, MOST, 1, laid_out(&c.source, source), packed, (cd_results){NULL, results, NULL});
  double *expected = convolved(&w, source, kernel, shift);
  check(name, count, in_plain_order(results, BATCH, w.out_height * w.out_width, OUTPUTS, cd_lanes(MOST)), expected,
        type == CD_U8 ? 1e-7 : 5e-6);
}

static void check_pool(const char *name, bool maximum) {
  enum { CHANNELS = 16, HEIGHT = 7, WIDTH = 19, OUT_HEIGHT = 4, OUT_WIDTH = 10 };
  float *source = numbers(BATCH * HEIGHT * WIDTH * CHANNELS), *results = zeros(BATCH * OUT_HEIGHT * OUT_WIDTH * CHANNELS);
  cd_pooling p = {.batch = BATCH, .source = map_of(CD_F32, CHANNELS, HEIGHT, WIDTH, 0), .maximum = maximum,
                  .window_height = 3, .window_width = 3, .stride_height = 2, .stride_width = 2, .top = 1,
                  .left = 1, .out_height = OUT_HEIGHT, .out_width = OUT_WIDTH};
  p.finish = (cd_finish){.has_first = true, .first = map_of(CD_F32, CHANNELS, OUT_HEIGHT, OUT_WIDTH, 0)};
  cd_pool(&p, MOST, 1, laid_out(&p.source, source), (cd_results){NULL, results, NULL});
  static double expected[BATCH * OUT_HEIGHT * OUT_WIDTH * CHANNELS];
  for (int i = 0; i < BATCH * OUT_HEIGHT * OUT_WIDTH * CHANNELS; i++) {
    int c = i % CHANNELS, x = i / CHANNELS % OUT_WIDTH, y = i / CHANNELS / OUT_WIDTH % OUT_HEIGHT;
    int n = i / CHANNELS / OUT_WIDTH / OUT_HEIGHT, count = 0;
    double sum = 0, most = -INFINITY;
    for (int row = 2 * y - 1; row < 2 * y + 2; row++)
      for (int column = 2 * x - 1; column < 2 * x + 2; column++) {
        if (row < 0 || row >= HEIGHT || column < 0 || column >= WIDTH) continue;
        double value = source[((n * HEIGHT + row) * WIDTH + column) * CHANNELS + c];
        sum += value, count++;
        if (value > most) most = value;
      }
    expected[i] = maximum ? most : sum / count;
  }
  check(name, BATCH * OUT_HEIGHT * OUT_WIDTH * CHANNELS,
        in_plain_order(results, BATCH, OUT_HEIGHT * OUT_WIDTH, CHANNELS, cd_lanes(MOST)), expected, 1e-6);
}

// Images of 3 channels, whose fourth is 0, as numbers, their upper halves, and bytes.
static void check_images(const char *name, cd_type type) {
  enum { HEIGHT = 5, WIDTH = 7, PIXELS = BATCH * HEIGHT * WIDTH };
  cd_map map = map_of(type, 3, HEIGHT, WIDTH, 0);
  float *images = numbers(PIXELS * 3), *results = zeros(PIXELS * 4);
  if (type == CD_U8) map.zero = 7;
  void *memory = zeros(cd_map_bytes(&map, BATCH, MOST) / sizeof(float));
  cd_import_images(&map, BATCH, false, 300, images, memory);
  static double expected[PIXELS * 4];
  for (int i = 0; i < PIXELS * 4; i++) {
    double value = i % 4 < 3 ? images[i / 4 * 3 + i % 4] : 0;
    if (type == CD_U8) {
      value = rint(value * 300 + 7);
      value = value < 0 ? 0 : value > 255 ? 255 : value;
      results[i] = ((uint8_t *)memory)[i];
    } else if (type == CD_BF16) {
      uint32_t bits = (uint32_t)((uint16_t *)memory)[i] << 16;
      memcpy(&results[i], &bits, sizeof bits);
    } else {
      results[i] = ((float *)memory)[i];
    }
    expected[i] = value;
  }
  check(name, PIXELS * 4, results, expected, type == CD_BF16 ? 0x1p-8 : 0);
}

void check_direct(void) {
  check_convolution("direct 1x1", CD_F32, 17, 1, 1);
  check_convolution("direct 3x3", CD_F32, 13, 3, 1);
  check_convolution("direct 5x5, stride 2", CD_F32, 14, 5, 2);
  check_convolution("direct 3x3 of bytes", CD_U8, 11, 3, 1);
  check_convolution("direct 1x1 of bytes, stride 2", CD_U8, 8, 1, 2);
  check_pool("direct largest of windows", true);
  check_pool("direct mean of windows", false);
  check_images("images", CD_F32);
  check_images("images in bf16", CD_BF16);
  check_images("images in bytes", CD_U8);
}
