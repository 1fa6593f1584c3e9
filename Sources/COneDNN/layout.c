#include <stdlib.h>

#include "internal.h"

static int keep(dn_layout **result, const dnnl_memory_desc_t *desc) {
  dn_layout *layout = malloc(sizeof *layout);
  if (!layout) return dnnl_out_of_memory;
  layout->desc = *desc;
  *result = layout;
  return dnnl_success;
}

int dn_layout_plain(dn_layout **result, dn_extents e, dn_order order) {
  dnnl_dims_t dims = {e.batch, e.channels, e.height, e.width};
  dnnl_memory_desc_t desc;
  DN_TRY(dnnl_memory_desc_init_by_tag(&desc, 4, dims, dnnl_f32,
                                      order == DN_NCHW   ? dnnl_nchw
                                      : order == DN_NHWC ? dnnl_nhwc
                                                         : dnnl_hwio));
  return keep(result, &desc);
}

int dn_channel_block(void) {
  return dnnl_get_effective_cpu_isa() >= dnnl_cpu_isa_avx512_core ? 16 : 8;
}

int dn_layout_blocked(dn_layout **result, dn_extents e) {
  dnnl_dims_t dims = {e.batch, e.channels, e.height, e.width};
  dnnl_memory_desc_t desc;
  DN_TRY(dnnl_memory_desc_init_by_tag(&desc, 4, dims, dnnl_f32,
                                      dn_channel_block() == 16 ? dnnl_nChw16c : dnnl_nChw8c));
  return keep(result, &desc);
}

int dn_layout_kernel(dn_layout **result, const dn_convolution *c) {
  int64_t inputs = c->source.channels / c->groups, outputs = c->destination.channels;
  int64_t h = c->windows.kernel_height, w = c->windows.kernel_width;
  dnnl_memory_desc_t desc;
  if (c->groups == 1) {
    dnnl_dims_t dims = {outputs, inputs, h, w};
    DN_TRY(dnnl_memory_desc_init_by_tag(&desc, 4, dims, dnnl_f32, dnnl_hwio));
  } else {
    // No tag has the groups inside the innermost axis, so the strides are given.
    int64_t share = outputs / c->groups;
    dnnl_dims_t dims = {c->groups, share, inputs, h, w};
    dnnl_dims_t strides = {share, 1, outputs, w * inputs * outputs, inputs * outputs};
    DN_TRY(dnnl_memory_desc_init_by_strides(&desc, 5, dims, dnnl_f32, strides));
  }
  return keep(result, &desc);
}

int dn_layout_window(dn_layout **result, const dn_layout *whole, dn_extents e, int64_t top,
                     int64_t left) {
  dnnl_dims_t dims = {e.batch, e.channels, e.height, e.width};
  dnnl_dims_t offsets = {0, 0, top, left};
  dnnl_memory_desc_t desc;
  DN_TRY(dnnl_memory_desc_init_submemory(&desc, &whole->desc, dims, offsets));
  return keep(result, &desc);
}

int dn_layout_like(dn_layout **result, const dn_layout *like, dn_extents e) {
  const dnnl_blocking_desc_t *blocks = &like->desc.format_desc.blocking;
  dnnl_dims_t dims = {e.batch, e.channels, e.height, e.width};
  dnnl_format_tag_t tag = dnnl_nchw;
  if (blocks->inner_nblks == 1 && blocks->inner_idxs[0] == 1) {
    tag = blocks->inner_blks[0] == 16  ? dnnl_nChw16c
          : blocks->inner_blks[0] == 8 ? dnnl_nChw8c
                                       : dnnl_nChw4c;
  } else if (blocks->inner_nblks == 0 && blocks->strides[1] == 1) {
    tag = dnnl_nhwc;
  }
  dnnl_memory_desc_t desc;
  DN_TRY(dnnl_memory_desc_init_by_tag(&desc, 4, dims, dnnl_f32, tag));
  return keep(result, &desc);
}

int dn_layout_copy(dn_layout **result, const dn_layout *layout) {
  return keep(result, &layout->desc);
}

size_t dn_layout_bytes(const dn_layout *layout) { return dnnl_memory_desc_get_size(&layout->desc); }

bool dn_layout_equal(const dn_layout *left, const dn_layout *right) {
  return dnnl_memory_desc_equal(&left->desc, &right->desc);
}

void dn_layout_free(dn_layout *layout) { free(layout); }
