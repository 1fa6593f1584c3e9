// What oneDNN 2.x and 3.x write differently: descriptors of memory, and of primitives.
//
// 2.x has structures of 696 bytes that callers copy, 3.x objects behind pointers. Both become owned
// pointers here; descriptors2.c and descriptors3.c hold the one or the other, and nothing else of
// this module asks for the version. Whatever has one form in both is called as it is.
#pragma once

#include <dnnl.h>
#include <stdbool.h>
#include <stdint.h>

#if DNNL_VERSION_MAJOR >= 3
typedef dnnl_memory_desc_t dn_desc;
typedef const_dnnl_memory_desc_t dn_desc_ref;
#else
typedef dnnl_memory_desc_t *dn_desc;
typedef const dnnl_memory_desc_t *dn_desc_ref;
#endif

// The element type of all of them is float32.
dnnl_status_t dn_desc_by_tag(dn_desc *result, int axes, const dnnl_dims_t dims,
                             dnnl_format_tag_t tag);
dnnl_status_t dn_desc_by_strides(dn_desc *result, int axes, const dnnl_dims_t dims,
                                 const dnnl_dims_t strides);
dnnl_status_t dn_desc_window(dn_desc *result, dn_desc_ref whole, const dnnl_dims_t dims,
                             const dnnl_dims_t offsets);
dnnl_status_t dn_desc_copy(dn_desc *result, dn_desc_ref desc);
// Null is allowed.
void dn_desc_free(dn_desc desc);

// The second axis of maps.
typedef struct {
  int64_t count;
  int64_t block;   // how many lie side by side in a block of their own; 1 if there are no blocks
  int64_t stride;  // from block to block
} dn_channels;

dn_channels dn_desc_channels(dn_desc_ref desc);

// Where and how a primitive will run.
typedef struct {
  dnnl_engine_t engine;
  dnnl_primitive_attr_t attributes;
} dn_setting;

// Height and width; paddings of both sides apart, and a dense kernel counts as dilation 0.
typedef struct {
  dnnl_dims_t kernel, strides, dilation, before, after;
} dn_geometry;

// A function of single numbers, and the two that its formula may have.
typedef struct {
  dnnl_alg_kind_t kind;
  float alpha, beta;
} dn_formula;

// `bias` may be null.
dnnl_status_t dn_describe_convolution(dnnl_primitive_desc_t *result, const dn_setting *setting,
                                      dn_desc_ref source, dn_desc_ref kernel, dn_desc_ref bias,
                                      dn_desc_ref destination, const dn_geometry *geometry);
dnnl_status_t dn_describe_pooling(dnnl_primitive_desc_t *result, const dn_setting *setting,
                                  dnnl_alg_kind_t kind, dn_desc_ref source,
                                  dn_desc_ref destination, const dn_geometry *geometry);
dnnl_status_t dn_describe_batch_norm(dnnl_primitive_desc_t *result, const dn_setting *setting,
                                     dn_desc_ref maps, float epsilon, unsigned flags);
dnnl_status_t dn_describe_function(dnnl_primitive_desc_t *result, const dn_setting *setting,
                                   dn_desc_ref maps, dn_formula formula);
// The sum lies as `left` does.
dnnl_status_t dn_describe_add(dnnl_primitive_desc_t *result, const dn_setting *setting,
                              dn_desc_ref left, dn_desc_ref right);
dnnl_status_t dn_describe_concat(dnnl_primitive_desc_t *result, const dn_setting *setting,
                                 dn_desc_ref left, dn_desc_ref right);

// What follows a convolution: its destination's old values are added, a function is applied.
dnnl_status_t dn_append_sum(dnnl_post_ops_t post_ops);
dnnl_status_t dn_append_function(dnnl_post_ops_t post_ops, dn_formula formula);
