// Keras `preprocess_input`, in float32 and to the bit: divisions stay divisions, for a reciprocal
// changes the result of 105 to 111 of the 256 bytes.
#pragma STDC FP_CONTRACT OFF

#include "CImageCodecs.h"

#include <math.h>

static void torch(float *values, size_t count) {
  // Four pixels of constants, so that the loop over twelve becomes three vectors.
  static const float mean[12] = {0.485f, 0.456f, 0.406f, 0.485f, 0.456f, 0.406f,
                                 0.485f, 0.456f, 0.406f, 0.485f, 0.456f, 0.406f};
  static const float deviation[12] = {0.229f, 0.224f, 0.225f, 0.229f, 0.224f, 0.225f,
                                      0.229f, 0.224f, 0.225f, 0.229f, 0.224f, 0.225f};
  size_t i = 0;
  for (; i + 12 <= count; i += 12)
    for (int k = 0; k < 12; k++)
      values[i + (size_t)k] = (values[i + (size_t)k] / 255.0f - mean[k]) / deviation[k];
  for (int k = 0; i < count; i++, k++) values[i] = (values[i] / 255.0f - mean[k]) / deviation[k];
}

static void caffe(float *values, size_t pixels) {
  for (size_t i = 0; i < pixels; i++, values += 3) {
    float red = values[0], green = values[1], blue = values[2];
    values[0] = blue - 103.939f;
    values[1] = green - 116.779f;
    values[2] = red - 123.68f;
  }
}

// TF-slim's `_mean_image_subtraction`, with TensorFlow's constants.
static void rgb_means(float *values, size_t pixels) {
  for (size_t i = 0; i < pixels; i++, values += 3) {
    values[0] -= 123.68f;
    values[1] -= 116.78f;
    values[2] -= 103.94f;
  }
}

void assay_normalize(float *values, size_t pixels, int channels, assay_normalization mode) {
  size_t count = pixels * (size_t)channels;
  switch (mode) {
  case ASSAY_NORMALIZE_NONE: break;
  case ASSAY_NORMALIZE_UNIT:
    for (size_t i = 0; i < count; i++) values[i] = values[i] / 255.0f;
    break;
  case ASSAY_NORMALIZE_TF:
    for (size_t i = 0; i < count; i++) values[i] = values[i] / 127.5f - 1.0f;
    break;
  case ASSAY_NORMALIZE_CAFFE: caffe(values, pixels); break;
  case ASSAY_NORMALIZE_TORCH: torch(values, count); break;
  case ASSAY_NORMALIZE_RGB_MEANS: rgb_means(values, pixels); break;
  }
}

void assay_scale(float *values, size_t pixels, int channels, const float *scale) {
  for (size_t i = 0; i < pixels; i++)
    for (int c = 0; c < channels; c++) *values++ *= scale[c];
}

void assay_shift(float *values, size_t pixels, int channels, const float *offset) {
  for (size_t i = 0; i < pixels; i++)
    for (int c = 0; c < channels; c++) *values++ += offset[c];
}

void assay_round_to_bytes(float *values, size_t count) {
  for (size_t i = 0; i < count; i++) values[i] = fminf(fmaxf(rintf(values[i]), 0.0f), 255.0f);
}

void assay_widen(const uint8_t *bytes, size_t count, float *result) {
  for (size_t i = 0; i < count; i++) result[i] = bytes[i];
}

void assay_planes(const float *values, size_t pixels, int channels, float *result) {
  for (int c = 0; c < channels; c++)
    for (size_t i = 0; i < pixels; i++)
      *result++ = values[i * (size_t)channels + (size_t)c];
}
