#include <stdlib.h>

#include "internal.h"

// The layout of a descriptor, which it takes over.
static int keep(dn_layout **result, dn_desc desc) {
  dn_layout *layout = malloc(sizeof *layout);
  if (!layout) {
    dn_desc_free(desc);
    return dnnl_out_of_memory;
  }
  layout->desc = desc;
  *result = layout;
  return dnnl_success;
}

static int keep_maps(dn_layout **result, dn_extents e, dnnl_format_tag_t tag) {
  dnnl_dims_t dims = {e.batch, e.channels, e.height, e.width};
  dn_desc desc;
  DN_TRY(dn_desc_by_tag(&desc, 4, dims, tag));
  return keep(result, desc);
}

int dn_layout_plain(dn_layout **result, dn_extents e, dn_order order) {
  return keep_maps(result, e,
                   order == DN_NCHW   ? dnnl_nchw
                   : order == DN_NHWC ? dnnl_nhwc
                                      : dnnl_hwio);
}

int dn_channel_block(void) { return dn_has(dnnl_cpu_isa_avx512_core) ? 16 : 8; }

int dn_layout_blocked(dn_layout **result, dn_extents e) {
  return keep_maps(result, e, dn_channel_block() == 16 ? dnnl_nChw16c : dnnl_nChw8c);
}

int dn_layout_kernel(dn_layout **result, const dn_convolution *c) {
  int64_t inputs = c->source.channels / c->groups, outputs = c->destination.channels;
  int64_t h = c->windows.kernel_height, w = c->windows.kernel_width;
  dn_desc desc;
  if (c->groups == 1) {
    dnnl_dims_t dims = {outputs, inputs, h, w};
    DN_TRY(dn_desc_by_tag(&desc, 4, dims, dnnl_hwio));
  } else {
    // No tag has the groups inside the innermost axis, so the strides are given.
    int64_t share = outputs / c->groups;
    dnnl_dims_t dims = {c->groups, share, inputs, h, w};
    dnnl_dims_t strides = {share, 1, outputs, w * inputs * outputs, inputs * outputs};
    DN_TRY(dn_desc_by_strides(&desc, 5, dims, strides));
  }
  return keep(result, desc);
}

int dn_layout_window(dn_layout **result, const dn_layout *whole, dn_extents e, int64_t top,
                     int64_t left) {
  dnnl_dims_t dims = {e.batch, e.channels, e.height, e.width};
  dnnl_dims_t offsets = {0, 0, top, left};
  dn_desc desc;
  DN_TRY(dn_desc_window(&desc, whole->desc, dims, offsets));
  return keep(result, desc);
}

int dn_layout_like(dn_layout **result, const dn_layout *like, dn_extents e) {
  dn_channels channels = dn_desc_channels(like->desc);
  switch (channels.block) {
    case 16: return keep_maps(result, e, dnnl_nChw16c);
    case 8: return keep_maps(result, e, dnnl_nChw8c);
    case 4: return keep_maps(result, e, dnnl_nChw4c);
    default: return keep_maps(result, e, channels.stride == 1 ? dnnl_nhwc : dnnl_nchw);
  }
}

int dn_layout_copy(dn_layout **result, const dn_layout *layout) {
  dn_desc desc;
  DN_TRY(dn_desc_copy(&desc, layout->desc));
  return keep(result, desc);
}

size_t dn_layout_bytes(const dn_layout *layout) { return dnnl_memory_desc_get_size(layout->desc); }

bool dn_layout_equal(const dn_layout *left, const dn_layout *right) {
  return dnnl_memory_desc_equal(left->desc, right->desc);
}

void dn_layout_free(dn_layout *layout) {
  dn_desc_free(layout->desc);
  free(layout);
}
