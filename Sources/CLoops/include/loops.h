// Plain loops over float32 arrays, one function a primitive of a network: what runs where no faster
// kernel offers itself.
//
// Arrays lie in row-major order, the batch first and channels last, without gaps, unless strides are
// given. Every output is computed by the same operations in the same order whatever the batch, the
// threads and the instruction set's neighbours: these change no bit. Sums run in float32 in an order
// that depends on the layer's extents alone.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// The instructions that the loops are compiled for.
typedef enum {
  CL_PORTABLE,  // what every x86-64 has
  CL_AVX2,      // and FMA
  CL_AVX512,    // F, BW, DQ, VL
} cl_instructions;

// The best instruction set that this machine has and that is not above `most`.
cl_instructions cl_best(cl_instructions most);

// Runs a worker on so many of OpenMP's threads at once, those of the caller that oneDNN also uses; where the process has
// no OpenMP, the caller does all the work alone.
void cl_run_on(int threads, void (*worker)(void *), void *argument);

enum { CL_AXES = 8 };

// Windows that move over up to three axes of space; missing ones come first, with extents of 1 and no
// padding. Arrays are N · depth · height · width · channels.
typedef struct {
  int64_t batch;
  int64_t source[3], source_channels;
  int64_t result[3], result_channels;
  int64_t kernel[3], strides[3], dilation[3];
  int64_t before[3];  // padding before the first row, column; what follows is told by the result
  int64_t groups;
} cl_windows;

// Cross-correlation. The kernel lies as taps · inputs/groups · outputs, the output channels of one group
// side by side; `bias` of the outputs may be null. A depthwise convolution has as many groups as inputs.
void cl_convolve(const cl_windows *windows, cl_instructions instructions, int threads,
                 const float *source, const float *kernel, const float *bias, float *result);

// Keras's Conv2DTranspose: result[i · stride + tap · dilation − before] += source[i] · kernel[tap]. The
// kernel lies as taps · outputs · inputs; no groups; each result is gathered, not scattered.
void cl_convolve_transposed(const cl_windows *windows, cl_instructions instructions, int threads,
                            const float *source, const float *kernel, const float *bias,
                            float *result);

// The largest of each window, or the mean; padding takes no part in either.
void cl_pool(const cl_windows *windows, bool maximum, cl_instructions instructions, int threads,
             const float *source, float *result);

// For each of `count` pairs of matrices: result = a · b (+ bias of the columns, which may be null). Strides
// are in values; a stride of 0 for `matrix` uses one matrix for all. The result lies without gaps.
typedef struct {
  int64_t count, rows, inner, columns;
  struct { int64_t matrix, row, column; } a, b;
} cl_product;
void cl_multiply(const cl_product *product, cl_instructions instructions, int threads,
                 const float *a, const float *b, const float *bias, float *result);

// What is done to single numbers. `p` are a function's parameters, in the order of its comment.
typedef enum {
  CL_AFFINE,        // x · p0 + p1
  CL_RELU,          // negative slope, largest (may be infinite), threshold: x ≥ largest ? largest : x ≥
                    // threshold ? x : slope · (x − threshold); a NaN stays NaN
  CL_CLIP,          // least, largest
  CL_SIGMOID, CL_TANH, CL_EXP, CL_LOG, CL_SQRT, CL_RSQRT, CL_SQUARE, CL_ABS, CL_NEGATIVE, CL_RECIPROCAL,
  CL_FLOOR, CL_CEIL, CL_ROUND /* half to even */, CL_SIGN, CL_LOG1P, CL_EXPM1, CL_ERF,
  CL_SIN, CL_COS,
  CL_SILU,          // x · sigmoid(x)
  CL_HARD_SIGMOID,  // relu6(x + 3) / 6
  CL_HARD_SILU,     // x · relu6(x + 3) / 6
  CL_GELU,          // ½x(1 + erf(x/√2))
  CL_GELU_TANH,     // ½x(1 + tanh(√(2/π)(x + 0.044715x³)))
  CL_ELU,           // α: x > 0 ? x : α(eˣ − 1)
  CL_CELU,          // α: x > 0 ? x : α(e^(x/α) − 1)
  CL_SELU,          // 1.05070099 · (x > 0 ? x : 1.67326324(eˣ − 1))
  CL_SOFTPLUS,      // log(1 + eˣ), without overflow
  CL_SOFTSIGN,      // x / (1 + |x|)
  CL_MISH,          // x · tanh(softplus(x))
  CL_SQUAREPLUS,    // b: (x + √(x² + b)) / 2
  CL_HARD_SHRINK,   // t: |x| > t ? x : 0
  CL_SOFT_SHRINK,   // t: sign(x) · max(|x| − t, 0)
  CL_TANH_SHRINK,   // x − tanh(x)
  CL_THRESHOLD,     // t, v: x > t ? x : v
  CL_SPARSE_PLUS,   // 0 for x ≤ −1, ¼(x + 1)² for x < 1, else x
  CL_LOG_SIGMOID,   // log(sigmoid(x)), without overflow
} cl_function;
void cl_map(cl_function function, const float *p, cl_instructions instructions, int threads,
            int64_t count, const float *source, float *result);

typedef enum {
  CL_ADD, CL_SUBTRACT, CL_MULTIPLY, CL_DIVIDE, CL_MAXIMUM /* a NaN wins */, CL_MINIMUM, CL_POWER,
  CL_FLOOR_DIVIDE, CL_REMAINDER /* of the divisor's sign */,
  CL_GREATER, CL_GREATER_EQUAL, CL_LESS, CL_LESS_EQUAL, CL_EQUAL, CL_NOT_EQUAL /* 1 or 0 */,
} cl_arithmetic;
// Up to CL_AXES axes; a stride of 0 repeats a value along an axis. The result lies without gaps.
typedef struct {
  int rank;
  int64_t extents[CL_AXES], a[CL_AXES], b[CL_AXES];
} cl_pair;
void cl_zip(cl_arithmetic arithmetic, const cl_pair *pair, cl_instructions instructions, int threads,
            const float *a, const float *b, float *result);

// Where the condition is not 0 a value of `a`, else one of `b`; axes and strides as in a pair.
typedef struct {
  int rank;
  int64_t extents[CL_AXES], condition[CL_AXES], a[CL_AXES], b[CL_AXES];
} cl_choice;
void cl_select(const cl_choice *choice, int threads, const float *condition, const float *a,
               const float *b, float *result);

// Copies between strided arrays: permutations, slices (also with negative strides), padding, parts of a
// concatenation. Strides and offsets are in values.
typedef struct {
  int rank;
  int64_t extents[CL_AXES], source[CL_AXES], result[CL_AXES];
  int64_t source_offset, result_offset;
} cl_copy;
void cl_copy_values(const cl_copy *copy, int threads, const float *source, float *result);
void cl_fill(int64_t count, float value, int threads, float *result);

typedef enum { CL_SUM, CL_MEAN, CL_LARGEST, CL_LEAST, CL_PRODUCT, CL_SQUARED_SUM } cl_reduction;
// The source is outer · inner · rest: `inner` is reduced. Sums are exact to some units of the last place also
// for a million values: in double precision, or by halves.
void cl_reduce(cl_reduction reduction, cl_instructions instructions, int threads, int64_t outer,
               int64_t inner, int64_t rest, const float *source, float *result);

typedef enum { CL_SOFTMAX, CL_LOG_SOFTMAX, CL_SPARSEMAX } cl_softmax_kind;
// Over the middle of outer · inner · rest.
void cl_softmax(cl_softmax_kind kind, int threads, int64_t outer, int64_t inner, int64_t rest,
                const float *source, float *result);

// (x − mean) / √(variance + ε), with mean and biased variance over `inner` values, in double precision;
// without `centered`, x / √(mean of squares + ε).
void cl_normalize(bool centered, float epsilon, int threads, int64_t outer, int64_t inner,
                  const float *source, float *result);

// A weighted sum of rows and columns: each result along one axis is Σ weights[k] · source[indices[k]], with
// `taps` of them a place. The source is outer · length · rest, the result outer · places · rest.
void cl_resample(int threads, int64_t outer, int64_t length, int64_t places, int64_t rest, int64_t taps,
                 const int32_t *indices, const float *weights, const float *source, float *result);

// Places along one axis, as indices tell: of each image the source is outer · length · rest, the indices
// `places` numbers, the result outer · places · rest. A stride of 0 uses one source, or the same indices, for
// all images. A negative index counts from the end; one that lies outside gives NaN.
typedef struct {
  int64_t batch, outer, length, places, rest;
  int64_t source_batch, indices_batch;  // strides of the images
} cl_taking;
void cl_take_places(const cl_taking *taking, int threads, const float *source, const float *indices,
                    float *result);
