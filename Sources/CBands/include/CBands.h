// Convolutions of float32 maps row by row: the first of a network, 1×1, depthwise, and what is done number by number,
// alone or as chains. A chain's maps but the first and the last exist as few rows as the next layer reads at a time,
// which stay in the cache of the core that computes them.
//
// Maps lie in blocks of channels without gaps, N · C/lanes · H · W · lanes, which is oneDNN's nChw16c and
// nChw8c; the last block is filled up with any finite numbers, which no result depends on. Only images, which the
// first convolution reads, lie in plain order.
//
// Every output is computed by the same operations in the same order whatever the batch, the threads, the
// rows at a time and the layers around it: a chain gives the bits that its layers give one by one.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loops.h"

// The instructions that the kernels are compiled for.
typedef enum {
  CB_PORTABLE,  // plain C in vectors, for any processor
  CB_AVX2,      // and FMA
  CB_AVX512,
} cb_instructions;

typedef enum {
  // y = x · scale + shift, per channel, the scale perhaps of each image
  CB_AFFINE,
  // y = kernel · x + shift, pixel by pixel
  CB_POINTWISE,
  // y = (x − mean) / √(variance + epsilon) · scale + shift, by the moments of a pixel's channels
  CB_NORMALIZE,
  // y = the sum of a channel's window times its kernel, + shift
  CB_DEPTHWISE,
  // y = the sums of windows over all channels, + shift; of a map in plain order, N · H · W · C, and only the first of a
  // chain
  CB_IMAGES,
  // y = the largest of a channel's window, or its mean, of which what lies beyond the map is no part
  CB_MAXIMUM,
  CB_MEAN,
} cb_kind;

// The largest windows of CB_IMAGES: rows, and numbers of a row; those of poolings have no more rows, and columns.
enum { CB_WINDOW_ROWS = 16, CB_WINDOW_ROW = 64 };

// What CB_POINTWISE multiplies. Where it is bf16 the sums and all that follows are float32 still; sums of bytes are
// whole numbers and exact.
typedef enum {
  CB_FLOATS,
  CB_STRASSEN,  // floats, seven products for eight
  CB_DOTS,   // pairs of bf16, with AVX512_BF16
  CB_TILES,  // tiles of bf16, with AMX, which the process has leave to use; each needs CB_AVX512
  CB_BYTE_DOTS,   // fours of bytes, with AVX512_VNNI
  CB_BYTE_TILES,  // tiles of bytes, with AMX
} cb_products;

typedef struct {
  cb_kind kind;
  cb_products products;
  int inputs, outputs;  // channels; alike but in CB_POINTWISE and CB_IMAGES
  int height, width;    // of the map that is read
  int out_height, out_width;
  // Of CB_DEPTHWISE and, but for dilations, CB_IMAGES and poolings; else 1, 1, 1, 0.
  int kernel_height, kernel_width, stride_height, stride_width, dilation_height, dilation_width;
  // Before the map; of poolings negative where the first windows lie within it.
  int top, left;
  // Whether zeros lie around a map that is pooled.
  bool counts_zeros;
  // As cb_pack_* leave it for these products; of CB_IMAGES as that of a CB_POINTWISE of height · width · inputs.
  const float *kernel;
  // A number for each output, up to whole blocks; null: 0.
  const float *shift;
  // Of CB_AFFINE and CB_NORMALIZE, the same; of products of bytes what a sum is multiplied by; null: 1, or the factors that cb_run is given, a row of `inputs` an image.
  const float *scale;
  bool has_factors;
  // Of CB_NORMALIZE; what is not centered has a mean of 0 (Zhang and Sennrich 2019).
  float epsilon;
  bool centered;
  // Of products of bytes: a value becomes round(value · quantum + zero), kept to 0 … 255.
  float quantum, zero;
  // The map that cb_run is given is added before the function.
  bool adds;
  // The results are kept between these; −∞ and ∞ keep all, and what is not a number stays.
  float least, most;
  // And then this function is applied, with its parameters.
  bool has_function;
  cl_function function;
  float parameters[3];
} cb_layer;

// Layers each of which reads what the one before gives. Only the last may add. Where one reads windows, none may be
// CB_STRASSEN over a map one pixel wide.
typedef struct {
  int batch, count;
  const cb_layer *layers;
  bool in_place;  // whether the results are written over the source, of which no row may then be read twice
} cb_chain;

typedef struct {
  const float *source, *addend, *factors;
  float *destination;
  // From one image to the next, in floats: more than its own where a map is a part of one of more channels.
  size_t source_image, destination_image;
  // The mean of each row of the results, which are those of a CB_DEPTHWISE, as a map one pixel wide; null: not wanted.
  float *row_means;
} cb_arrays;

// The best instruction set that this machine has and that is not above `most`.
cb_instructions cb_best(cb_instructions most);
// The channels in a block: 16 for AVX-512, else 8.
int cb_lanes(cb_instructions instructions);

// The floats of a kernel that is packed, and the kernel: inputs · outputs, or height · width · channels.
size_t cb_pointwise_floats(int inputs, int outputs, cb_products products,
                           cb_instructions instructions);
void cb_pack_pointwise(int inputs, int outputs, cb_products products,
                       cb_instructions instructions, const float *kernel, float *packed);
// Whether CB_STRASSEN is quicker than CB_FLOATS for a map of so many rows and columns, wherever it is computed.
bool cb_pays_strassen(int inputs, int outputs, int height, int width);
// The same of bytes, with the weight that is 1 and the sum of the whole numbers of each output.
void cb_pack_bytes(int inputs, int outputs, cb_instructions instructions, const float *kernel,
                   float *packed, float *steps, float *sums);
size_t cb_depthwise_floats(int channels, int taps, cb_instructions instructions);
void cb_pack_depthwise(int channels, int taps, cb_instructions instructions, const float *kernel,
                       float *packed);

// Copies the channels of maps into maps of more channels, from the channel `first` on. In the last block that
// it writes to, what follows becomes 0: of several copies that of the first channels comes first.
typedef struct {
  int batch, pixels, channels, first;
  size_t source_image, destination_image;
} cb_channels;
void cb_copy_channels(const cb_channels *channels, cb_instructions instructions, int threads,
                      const float *source, float *destination);

// softmax(scale · q · kᵀ) · v for each head (Vaswani et al. 2017), of rows in blocks of channels: the queries are
// `heads` · `features` channels of `rows` pixels, keys and values the same of `keys` pixels, the results as the
// queries. Features are a multiple of the lanes. All but q · kᵀ and the product with v is float32.
typedef struct {
  int batch, heads, features, rows, keys;
  float scale;
  cb_products products;
  // From one image to the next, in floats.
  size_t query_image, key_image, value_image, result_image;
} cb_attention;
size_t cb_attention_bytes(const cb_attention *attention, cb_instructions instructions, int threads);
void cb_attend(const cb_attention *attention, cb_instructions instructions, int threads,
               const float *queries, const float *keys, const float *values, float *results,
               void *scratch);

// The bytes that cb_run needs besides.
size_t cb_scratch_bytes(const cb_chain *chain, cb_instructions instructions, int threads);
// Runs on up to `threads` of OpenMP's threads, those of the caller that oneDNN also uses; where the process
// has no OpenMP, the caller computes alone.
void cb_run(const cb_chain *chain, cb_instructions instructions, int threads, const cb_arrays *arrays,
            void *scratch);
