// Direct convolutions, poolings and sums of maps, in f32, bf16 and int8, each with all that follows
// it fused: scale and shift, a sum, ReLU, and a second result that a batch norm and ReLU make of the
// first.
//
// Maps lie in blocks of channels with a border around each plane, N · C/lanes · (H + 2·border) ·
// (W + 2·border) · lanes; without a border and in f32 that is oneDNN's nChw16c and nChw8c. With CD_AMX
// a block is 64 bytes of whatever type, a row of a tile; in bf16 its last channels may be zeros. A
// convolution takes its padding from the border, which holds the value that stands for 0, so no
// pixel is an exception.
//
// Every output is computed by the same operations in the same order whatever the batch, the threads
// and its neighbours: these change no bit. In int8 the sums are whole numbers and exact.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loops.h"

// The instructions that the kernels are compiled for.
typedef enum {
  CD_PORTABLE,     // what every x86-64 has
  CD_AVX2,         // and FMA
  CD_AVX512,       // F, BW, DQ, VL
  CD_AVX512_VNNI,  // and products of bytes
  CD_AVX512_BF16,  // and both
  CD_AMX,          // and tiles of either (Sapphire Rapids and after)
} cd_instructions;

typedef enum {
  CD_F32,
  CD_BF16,
  CD_U8,
} cd_type;

// A batch of maps in memory. Channels are a multiple of the lanes; or, of u8 and bf16 that a convolution
// reads, up to 4, which then lie as one block of 4. Products of bf16 need CD_AVX512_BF16 or CD_AMX.
typedef struct {
  cd_type type;
  int channels, height, width;
  int border;
  int zero;   // what stands for 0 in u8
  int whole;  // the channels of the map that this one is a part of, in whole blocks; 0: of none
} cd_map;

// What becomes of a value once it is computed, per channel:
//   y = value · scale + shift + addend, or max(that, 0) with `relu`, kept between `least` and `most`, or
//       any function of it
//   first = y
//   second = y · gain + offset, or max(that, 0) with `second_relu`
typedef struct {
  const float *scale, *shift;  // null: 1 and 0; 64-byte aligned, as all of these
  bool adds, relu;
  cd_map addend;  // f32 or bf16
  int addend_stride;  // from each of its rows and columns that is added to the next; 0: 1
  bool is_clipped;
  float least, most;
  bool has_function;
  cl_function function;
  float parameters[3];
  bool has_first, has_second;
  cd_map first;         // f32 or bf16; may lie where the addend lies, if all of that is added
  cd_map second;        // any type; u8 is q = round(value · quantum + zero), kept to 0 … 255
  const float *gain, *offset;  // null: 1 and 0
  bool second_relu;
  float quantum;  // of a second result in u8
} cd_finish;

typedef struct {
  const void *addend;
  void *first, *second;
} cd_results;

typedef struct {
  int batch;
  cd_map source;
  int outputs;  // a multiple of the lanes
  int kernel_height, kernel_width, stride;
  int top, left;  // padding; the border is no narrower, on any side
  int out_height, out_width;
  cd_finish finish;
} cd_convolution;

// The largest of each window, or the mean; padding takes no part in either, unless it `counts_zeros`,
// as of the maximum of a map with zeros around it.
typedef struct {
  int batch;
  cd_map source;  // f32 or bf16
  bool maximum, counts_zeros;
  int window_height, window_width, stride_height, stride_width;
  int top, left;
  int out_height, out_width;
  cd_finish finish;
} cd_pooling;

// The best instruction set that this machine has and that is not above `most`.
cd_instructions cd_best(cd_instructions most);
// The channels in a block: 16 for AVX-512, else 8.
int cd_lanes(cd_instructions instructions);
// The bytes of a batch of maps.
size_t cd_map_bytes(const cd_map *map, int batch, cd_instructions instructions);

// The bytes of a packed kernel.
size_t cd_kernel_bytes(const cd_convolution *convolution, cd_instructions instructions);
// Packs a kernel that lies as H · W · inputs · outputs. In u8 it becomes whole numbers: each output
// has its largest weight at 127, `steps` gets the weight that is 1, and `sums` the sum of the whole
// numbers, by which a source's `zero` shifts the result.
void cd_pack_kernel(const cd_convolution *convolution, cd_instructions instructions, int inputs,
                    const float *kernel, void *packed, float *steps, float *sums);

// Each of these runs on up to `threads` of OpenMP's threads, those of the caller that oneDNN also
// uses; where the process has no OpenMP, the caller computes alone.
void cd_convolve(const cd_convolution *convolution, cd_instructions instructions, int threads,
                 const void *source, const void *packed, cd_results results);
void cd_pool(const cd_pooling *pooling, cd_instructions instructions, int threads,
             const void *source, cd_results results);
// Plain images, N · H · W · C or, with `channels_first`, N · C · H · W, of up to 4 channels, become a
// map of one block of 4.
void cd_import_images(const cd_map *map, int batch, bool channels_first, float quantum,
                      const float *images, void *result);
