// The kernels of CBands. Memory is not given back: the program ends soon.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "CBands.h"
#include "check.h"

enum { BATCH = 2, MOST = CB_PORTABLE };

static cb_layer layer_of(cb_kind kind, const windows *w) {
  return (cb_layer){
      .kind = kind, .inputs = w->inputs, .outputs = w->outputs, .height = w->height, .width = w->width,
      .out_height = w->out_height, .out_width = w->out_width, .kernel_height = w->kernel_height,
      .kernel_width = w->kernel_width, .stride_height = w->stride, .stride_width = w->stride,
      .dilation_height = w->dilation, .dilation_width = w->dilation, .top = w->top, .left = w->left,
      .least = -INFINITY, .most = INFINITY};
}

// The layer of so many outputs that reads a map of these extents, with as much padding as keeps them.
static windows windows_of(int height, int width, int inputs, int outputs, int size, int stride, int dilation) {
  int padding = (size - 1) * dilation / 2, lost = (size - 1) * dilation - 2 * padding;
  return (windows){
      .batch = BATCH, .height = height, .width = width, .inputs = inputs, .outputs = outputs,
      .kernel_height = size, .kernel_width = size, .stride = stride, .dilation = dilation, .top = padding,
      .left = padding, .groups = 1, .out_height = (height - lost - 1) / stride + 1,
      .out_width = (width - lost - 1) / stride + 1};
}

// The largest or the mean of windows, of which what lies beyond the map is no part.
static double *pooled(bool maximum, const windows *w, const float *source) {
  double *result = calloc((size_t)(w->batch * w->out_height * w->out_width * w->outputs), sizeof *result);
  if (!result) abort();
  double *to = result;
  for (int place = 0; place < w->batch * w->out_height * w->out_width * w->outputs; place++, to++) {
    int c = place % w->outputs, x = place / w->outputs % w->out_width;
    int y = place / w->outputs / w->out_width % w->out_height, n = place / w->outputs / w->out_width / w->out_height;
    int count = 0;
    double most = -INFINITY, sum = 0;
    for (int tap = 0; tap < w->kernel_height * w->kernel_width; tap++) {
      int row = y * w->stride + tap / w->kernel_width - w->top;
      int column = x * w->stride + tap % w->kernel_width - w->left;
      if (row < 0 || row >= w->height || column < 0 || column >= w->width) continue;
      double value = source[((n * w->height + row) * w->width + column) * w->inputs + c];
      most = fmax(most, value);
      sum += value;
      count++;
    }
    *to = maximum ? most : sum / count;
  }
  return result;
}

// Adds the numbers of a layer, and says what it makes of a map in plain order.
static double *apply(cb_layer *l, windows w, const float *source) {
  if (l->kind == CB_MAXIMUM || l->kind == CB_MEAN) return pooled(l->kind == CB_MAXIMUM, &w, source);
  float *shift = numbers((size_t)w.outputs + 16), *kernel;
  l->shift = shift;
  size_t taps = (size_t)(w.kernel_height * w.kernel_width);
  switch (l->kind) {
    case CB_POINTWISE:
    case CB_IMAGES: {
      int inputs = (int)taps * w.inputs;
      kernel = numbers((size_t)(inputs * w.outputs));
      float *packed = zeros(cb_pointwise_floats(inputs, w.outputs, l->products, MOST));
      cb_pack_pointwise(inputs, w.outputs, l->products, MOST, kernel, packed);
      l->kernel = packed;
      return convolved(&w, source, kernel, shift);
    }
    case CB_DEPTHWISE: {
      kernel = numbers(taps * (size_t)w.inputs);
      float *packed = zeros(cb_depthwise_floats(w.inputs, (int)taps, MOST));
      cb_pack_depthwise(w.inputs, (int)taps, MOST, kernel, packed);
      l->kernel = packed;
      w.groups = w.inputs;
      return convolved(&w, source, kernel, shift);
    }
    case CB_AFFINE: {
      float *scale = numbers((size_t)w.outputs + 16);
      l->scale = scale;
      w.groups = w.inputs;
      return convolved(&w, source, scale, shift);
    }
    case CB_NORMALIZE:
    default: break;
  }
  float *ones = numbers((size_t)w.outputs + 16);
  l->scale = ones;
  l->epsilon = 1e-3f;
  l->centered = true;
  w.groups = w.inputs;
  double *result = convolved(&w, source, ones, NULL);
  for (int pixel = 0; pixel < BATCH * w.height * w.width; pixel++) {
    double mean = 0, square = 0;
    for (int c = 0; c < w.inputs; c++) mean += source[pixel * w.inputs + c] / (double)w.inputs;
    for (int c = 0; c < w.inputs; c++) square += pow(source[pixel * w.inputs + c] - mean, 2) / w.inputs;
    for (int c = 0; c < w.inputs; c++)
      result[pixel * w.inputs + c] =
          (source[pixel * w.inputs + c] - mean) / sqrt(square + 1e-3f) * ones[c] + shift[c];
  }
  return result;
}

// A chain, whose expected results go through float from layer to layer.
static void check_chain(const char *name, int height, int width, int channels, int count, const cb_kind *kinds,
                        const int (*shapes)[4], bool silu, bool strassen) {
  cb_layer layers[4];
  int lanes = cb_lanes(MOST), inputs = channels, pixels = height * width;
  float *source = numbers((size_t)(BATCH * pixels * channels)), *from = source;
  double *expected = NULL;
  windows w = {0};
  for (int i = 0; i < count; i++) {
    bool mixes = kinds[i] == CB_POINTWISE || kinds[i] == CB_IMAGES;
    w = windows_of(height, width, channels, mixes ? shapes[i][0] : channels, shapes[i][1], shapes[i][2],
                   shapes[i][3]);
    layers[i] = layer_of(kinds[i], &w);
    if (strassen && kinds[i] == CB_POINTWISE) layers[i].products = CB_STRASSEN;
    expected = apply(&layers[i], w, from);
    size_t values = (size_t)(BATCH * w.out_height * w.out_width * w.outputs);
    from = zeros(values);
    for (size_t v = 0; v < values; v++) {
      if (silu) expected[v] /= 1 + exp(-expected[v]);
      from[v] = (float)expected[v];
    }
    layers[i].has_function = silu;
    layers[i].function = CL_SILU;
    (height = w.out_height, width = w.out_width, channels = w.outputs);
  }
  int padded = (channels + lanes - 1) / lanes * lanes, padded_inputs = (inputs + lanes - 1) / lanes * lanes;
  size_t result_image = (size_t)(padded * height * width);
  size_t source_image = (size_t)((kinds[0] == CB_IMAGES ? inputs : padded_inputs) * pixels);
  float *results = zeros(BATCH * result_image);
  const float *read = kinds[0] == CB_IMAGES ? source : in_blocks(source, BATCH, pixels, inputs, lanes);
  cb_chain chain = {BATCH, count, layers};
  cb_arrays arrays = {read, NULL, NULL, results, source_image, result_image};
  cb_run(&chain, MOST, 1, &arrays, zeros(cb_scratch_bytes(&chain, MOST, 1) / sizeof(float)));
  float *plain = in_plain_order(results, BATCH, height * width, channels, lanes);
  check(name, (size_t)(BATCH * height * width * channels), plain, expected, 5e-6);
}

static void check_attention(void) {
  enum { ROWS = 21, FEATURES = 16, HEADS = 2, CHANNELS = FEATURES * HEADS };
  cb_attention a = {.batch = 1, .heads = HEADS, .features = FEATURES, .rows = ROWS, .keys = ROWS,
                    .scale = 0.25f, .query_image = ROWS * CHANNELS, .key_image = ROWS * CHANNELS,
                    .value_image = ROWS * CHANNELS, .result_image = ROWS * CHANNELS};
  float *in[3], *blocks[3], *results = zeros(ROWS * CHANNELS);
  int lanes = cb_lanes(MOST);
  for (int i = 0; i < 3; i++) in[i] = numbers(ROWS * CHANNELS), blocks[i] = in_blocks(in[i], 1, ROWS, CHANNELS, lanes);
  cb_attend(&a, MOST, 1, blocks[0], blocks[1], blocks[2], results,
            zeros(cb_attention_bytes(&a, MOST, 1) / sizeof(float)));
  static double expected[ROWS * CHANNELS];
  for (int h = 0; h < HEADS; h++)
    for (int r = 0; r < ROWS; r++) {
      double shares[ROWS], sum = 0;
      for (int k = 0; k < ROWS; k++) {
        double product = 0;
        for (int f = h * FEATURES; f < (h + 1) * FEATURES; f++)
          product += (double)in[0][r * CHANNELS + f] * (double)in[1][k * CHANNELS + f];
        sum += shares[k] = exp(product * 0.25);
      }
      for (int f = h * FEATURES; f < (h + 1) * FEATURES; f++)
        for (int k = 0; k < ROWS; k++) expected[r * CHANNELS + f] += shares[k] / sum * in[2][k * CHANNELS + f];
    }
  check("attention", ROWS * CHANNELS, in_plain_order(results, 1, ROWS, CHANNELS, lanes), expected, 5e-6);
}

void check_bands(void) {
  const struct {
    const char *name;
    int height, width, channels, count;
    cb_kind kinds[4];
    int shapes[4][4];  // outputs, size of the windows, stride, dilation
    bool silu;
    bool strassen;
  } chains[] = {
      {"affine", 3, 7, 11, 1, {CB_AFFINE}, {{0, 1, 1, 1}}, false},
      {"normalize", 5, 3, 21, 1, {CB_NORMALIZE}, {{0, 1, 1, 1}}, false},
      {"1x1", 7, 9, 19, 1, {CB_POINTWISE}, {{43, 1, 1, 1}}, false},
      {"1x1 of many inputs", 4, 5, 300, 1, {CB_POINTWISE}, {{8, 1, 1, 1}}, true},
      {"depthwise 3x3", 9, 11, 10, 1, {CB_DEPTHWISE}, {{0, 3, 1, 1}}, false},
      {"depthwise 3x3, stride 2", 10, 7, 16, 1, {CB_DEPTHWISE}, {{0, 3, 2, 1}}, false},
      {"depthwise 5x5, stride 2", 13, 12, 8, 1, {CB_DEPTHWISE}, {{0, 5, 2, 1}}, true},
      {"depthwise 7x7", 8, 17, 24, 1, {CB_DEPTHWISE}, {{0, 7, 1, 1}}, false},
      {"depthwise 3x3, dilation 2", 9, 9, 9, 1, {CB_DEPTHWISE}, {{0, 3, 1, 2}}, false},
      {"images 3x3, stride 2", 15, 13, 3, 1, {CB_IMAGES}, {{24, 3, 2, 1}}, false},
      {"images 7x7, stride 2", 21, 19, 3, 1, {CB_IMAGES}, {{16, 7, 2, 1}}, true},
      {"images+depthwise+1x1", 16, 14, 3, 3, {CB_IMAGES, CB_DEPTHWISE, CB_POINTWISE},
       {{16, 3, 2, 1}, {0, 3, 1, 1}, {12, 1, 1, 1}}, true},
      {"1x1+depthwise+1x1", 14, 14, 8, 3, {CB_POINTWISE, CB_DEPTHWISE, CB_POINTWISE},
       {{48, 1, 1, 1}, {0, 3, 2, 1}, {16, 1, 1, 1}}, false},
      {"largest of windows, stride 2", 9, 14, 12, 1, {CB_MAXIMUM}, {{0, 3, 2, 1}}, false},
      {"mean of windows", 7, 80, 8, 1, {CB_MEAN}, {{0, 3, 1, 1}}, true},
      {"1x1+mean", 12, 11, 16, 2, {CB_POINTWISE, CB_MEAN}, {{20, 1, 1, 1}, {0, 5, 2, 1}}, false},
      {"affine+1x1", 6, 5, 30, 2, {CB_AFFINE, CB_POINTWISE}, {{0, 1, 1, 1}, {17, 1, 1, 1}}, false},
      {"1x1, Strassen's", 9, 8, 130, 1, {CB_POINTWISE}, {{75, 1, 1, 1}}, true, true},
      {"depthwise+1x1, Strassen's", 7, 9, 50, 2, {CB_DEPTHWISE, CB_POINTWISE}, {{0, 3, 1, 1}, {40, 1, 1, 1}}, false, true},
  };
  for (size_t i = 0; i < sizeof chains / sizeof *chains; i++)
    check_chain(chains[i].name, chains[i].height, chains[i].width, chains[i].channels, chains[i].count,
                chains[i].kinds, chains[i].shapes, chains[i].silu, chains[i].strassen);
  check_attention();
}
