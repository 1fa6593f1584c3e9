// A flat view of oneDNN for one CPU and float32: layouts, compiled primitives, and their execution.
//
// It exists because oneDNN 2.x passes 696-byte descriptors by value and 3.x hides them all behind
// pointers: callers see neither. Every function that can fail returns 0 or a dnnl_status_t.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// How an array lies in memory. Owned by whoever created it, borrowed everywhere else.
typedef struct dn_layout dn_layout;
// A compiled primitive and the layouts that it has chosen. Immutable: any thread may execute it.
typedef struct dn_primitive dn_primitive;

// Plain layouts; the logical order of axes is always N·C·H·W, or O·I·H·W for kernels.
typedef enum {
  DN_NCHW,
  DN_NHWC,
  DN_KERNEL_HWIO,
} dn_order;

// Which array of a primitive.
typedef enum {
  DN_SOURCE,
  DN_SOURCE_2,
  DN_KERNEL,
  DN_BIAS,
  DN_DESTINATION,
  DN_MEAN,
  DN_VARIANCE,
  DN_SCALE,
  DN_SHIFT,
  DN_SCRATCHPAD,
} dn_role;

typedef struct {
  int64_t batch, channels, height, width;
} dn_extents;

typedef struct {
  int64_t kernel_height, kernel_width;
  int64_t stride_height, stride_width;
  int64_t dilation_height, dilation_width;  // 1 is dense
  int64_t top, bottom, left, right;         // padding
} dn_windows;

// Functions of single numbers, as Keras's activations have them.
typedef enum {
  DN_NONE,
  DN_RELU,  // x above 0, else alpha · x
  DN_CLIP,  // x, kept between alpha and beta
  DN_SIGMOID,
  DN_TANH,
  DN_SILU,       // x · sigmoid(x)
  DN_HARD_SILU,  // x · relu6(x + 3) / 6
  DN_GELU,
  DN_GELU_TANH,
  DN_ELU,  // x above 0, else alpha · (eˣ − 1)
} dn_function_kind;

typedef struct {
  dn_function_kind kind;
  float alpha, beta;
} dn_function;

typedef struct {
  dn_extents source, destination;
  dn_windows windows;
  int64_t groups;
  bool has_bias;
  bool adds_to_destination;  // destination += convolution
  dn_function function;      // applied last
} dn_convolution;

// The version of oneDNN that is loaded, 20603 for 2.6.3.
int dn_version(void);
// The instruction set that oneDNN uses on this machine.
const char *dn_instruction_set(void);
// A status in words.
const char *dn_status_text(int status);
// Sets the number of threads for primitives that the calling thread executes from now on.
void dn_set_threads(int count);

int dn_layout_plain(dn_layout **result, dn_extents extents, dn_order order);
// The channels in a block of the layouts that suit this machine's instruction set, 16 or 8.
int dn_channel_block(void);
// Maps in such blocks, N · C/block · H · W · block; channels are a multiple of the block.
int dn_layout_blocked(dn_layout **result, dn_extents extents);
// A Keras kernel: H·W·I·O, the groups side by side on the last axis.
int dn_layout_kernel(dn_layout **result, const dn_convolution *convolution);
// The part of `whole` that starts `top` rows and `left` columns in: the inside of a padded map.
int dn_layout_window(dn_layout **result, const dn_layout *whole, dn_extents inside, int64_t top,
                     int64_t left);
// The layout of `like` for other extents of height, width and channels.
int dn_layout_like(dn_layout **result, const dn_layout *like, dn_extents extents);
int dn_layout_copy(dn_layout **result, const dn_layout *layout);
size_t dn_layout_bytes(const dn_layout *layout);
bool dn_layout_equal(const dn_layout *left, const dn_layout *right);
void dn_layout_free(dn_layout *layout);

// `source` and `destination` may be null: the primitive then chooses.
int dn_convolution_create(dn_primitive **result, const dn_convolution *convolution,
                          const dn_layout *source, const dn_layout *destination);
// Padding counts as −∞ for the maximum and is left out of the mean.
int dn_pooling_create(dn_primitive **result, bool maximum, dn_extents source,
                      dn_extents destination, dn_windows windows, const dn_layout *layout);
// With `own_statistics` the mean and variance of the batch are used, else they are inputs.
int dn_batch_norm_create(dn_primitive **result, const dn_layout *layout, float epsilon,
                         bool own_statistics, bool relu);
// The function is not DN_NONE. Its result may lie where its source does.
int dn_function_create(dn_primitive **result, dn_function function, const dn_layout *layout);
int dn_add_create(dn_primitive **result, const dn_layout *left, const dn_layout *right);
int dn_concat_create(dn_primitive **result, const dn_layout *left, const dn_layout *right);
int dn_reorder_create(dn_primitive **result, const dn_layout *from, const dn_layout *to);

// The layout of one of its arrays, owned by the primitive; null if it has none of that role.
const dn_layout *dn_primitive_layout(const dn_primitive *primitive, dn_role role);
// Which kernel oneDNN has chosen.
const char *dn_primitive_kernel(const dn_primitive *primitive);
void dn_primitive_free(dn_primitive *primitive);

typedef struct {
  dn_role role;
  void *data;
} dn_argument;

// Runs the primitive on the calling thread's threads and waits for it.
int dn_primitive_execute(const dn_primitive *primitive, const dn_argument *arguments, int count);
