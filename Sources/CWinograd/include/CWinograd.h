// Winograd's F(4×4, 3×3): 3×3 convolutions of stride 1 with a quarter of the multiplications.
//
// Each tile of 6×6 inputs becomes 36 values by additions, these meet the kernel's 36 in products
// over the input channels, and the 36 sums become 4×4 outputs: Lavin & Gray 2016, "Fast Algorithms
// for Convolutional Neural Networks". The points of interpolation are 0, ±5/8, ±3/2 and ∞: with 16
// to 512 channels the outputs differ from exact ones by 1 to 3 millionths of the largest, a third
// of what 0, ±1, ±2, ∞ give. oneDNN's direct convolutions differ by a fifth of a millionth with
// AVX-512, and by up to 2.4 with AVX2.
//
// Maps lie in blocks of channels, N · C/lanes · H · W · lanes, as oneDNN's nChw16c and nChw8c.
// Every output is computed by the same operations in the same order whatever the batch, the threads
// and the tile's neighbours: these change no bit. The instruction set does.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "loops.h"

// The instructions that a convolution is compiled for.
typedef enum {
  CW_PORTABLE,  // what every x86-64 has
  CW_AVX2,      // and FMA
  CW_AVX512,
} cw_instructions;

typedef struct {
  int batch, inputs, outputs;  // channels are multiples of the lanes
  int height, width;           // of the source
  int top, left;               // zeros around it; those below and right follow from the output
  int out_height, out_width;
  bool adds_to_destination;  // destination += convolution
  bool relu;                 // applied to the sums
  bool has_function;         // as is this, last
  cl_function function;
  float parameters[3];
  bool bf16;                 // source and destination are bfloat16; all between is not
  // From one image to the next, in values, where a map is a part of one of more channels; 0 where it is not.
  size_t source_image, destination_image;
} cw_convolution;

// Whether this machine has the instructions.
bool cw_supported(cw_instructions instructions);
// The channels in a block: 16 for AVX-512, else 8.
int cw_lanes(cw_instructions instructions);

// The number of values in a transformed kernel, four times those of the plain one.
size_t cw_kernel_count(const cw_convolution *convolution);
// Transforms a kernel that lies as 3 · 3 · inputs · outputs, in double, rounded once.
void cw_transform_kernel(const cw_convolution *convolution, cw_instructions instructions,
                         const float *kernel, float *transformed);

// The scratch memory for so many threads, in bytes.
size_t cw_scratch_bytes(const cw_convolution *convolution, cw_instructions instructions,
                        int threads);
// Convolves; `bias` may be null. All arrays but the bias are aligned to 64 bytes.
//
// More threads than one are OpenMP's, those of the caller that oneDNN also uses; where the process
// has no OpenMP, the caller computes alone.
void cw_convolve(const cw_convolution *convolution, cw_instructions instructions, int threads,
                 const void *source, const float *transformed, const float *bias,
                 void *destination, void *scratch);
