#include "internal.h"

// oneDNN wants paddings of both sides apart, and counts a dense kernel as dilation 0.
typedef struct {
  dnnl_dims_t kernel, strides, dilation, before, after;
} geometry;

static geometry geometry_of(dn_windows w) {
  return (geometry){
      {w.kernel_height, w.kernel_width},
      {w.stride_height, w.stride_width},
      {w.dilation_height - 1, w.dilation_width - 1},
      {w.top, w.left},
      {w.bottom, w.right},
  };
}

static dnnl_status_t any_layout(dnnl_memory_desc_t *desc, dn_extents e) {
  dnnl_dims_t dims = {e.batch, e.channels, e.height, e.width};
  return dnnl_memory_desc_init_by_tag(desc, 4, dims, dnnl_f32, dnnl_format_tag_any);
}

// The layout that a convolution should read or write where the caller leaves it open.
//
// Left to itself, oneDNN 2.6 takes N·H·W·C and matrix-multiply kernels, which reach 57 to 80 % of the
// f32 peak in 1×1 convolutions; its older direct kernels on blocks of channels reach 90 to 99 %.
static dnnl_status_t convolution_layout(dnnl_memory_desc_t *desc, dn_extents e, int64_t groups) {
  int block = dn_channel_block();
  if (groups != 1 || e.channels % block != 0) return any_layout(desc, e);
  dnnl_dims_t dims = {e.batch, e.channels, e.height, e.width};
  return dnnl_memory_desc_init_by_tag(desc, 4, dims, dnnl_f32,
                                     block == 16 ? dnnl_nChw16c : dnnl_nChw8c);
}

int dn_convolution_create(dn_primitive **result, const dn_convolution *c, const dn_layout *source,
                          const dn_layout *destination) {
  dnnl_memory_desc_t from, to, kernel, bias;
  if (source) from = source->desc;
  else DN_TRY(convolution_layout(&from, c->source, c->groups));
  if (destination) to = destination->desc;
  else DN_TRY(convolution_layout(&to, c->destination, c->groups));

  int64_t inputs = c->source.channels / c->groups, outputs = c->destination.channels;
  geometry g = geometry_of(c->windows);
  if (c->groups == 1) {
    dnnl_dims_t dims = {outputs, inputs, g.kernel[0], g.kernel[1]};
    DN_TRY(dnnl_memory_desc_init_by_tag(&kernel, 4, dims, dnnl_f32, dnnl_format_tag_any));
  } else {
    dnnl_dims_t dims = {c->groups, outputs / c->groups, inputs, g.kernel[0], g.kernel[1]};
    DN_TRY(dnnl_memory_desc_init_by_tag(&kernel, 5, dims, dnnl_f32, dnnl_format_tag_any));
  }
  dnnl_dims_t bias_dims = {outputs};
  DN_TRY(dnnl_memory_desc_init_by_tag(&bias, 1, bias_dims, dnnl_f32, dnnl_x));

  dnnl_convolution_desc_t desc;
  DN_TRY(dnnl_dilated_convolution_forward_desc_init(
      &desc, dnnl_forward_inference, dnnl_convolution_direct, &from, &kernel,
      c->has_bias ? &bias : NULL, &to, g.strides, g.dilation, g.before, g.after));

  dnnl_post_ops_t post_ops;
  DN_TRY(dnnl_post_ops_create(&post_ops));
  dnnl_status_t status = dnnl_success;
  if (c->adds_to_destination) status = dnnl_post_ops_append_sum(post_ops, 1.0f);
  if (status == dnnl_success && c->relu)
    status = dnnl_post_ops_append_eltwise(post_ops, 1.0f, dnnl_eltwise_relu, 0.0f, 0.0f);
  if (status == dnnl_success) {
    const dn_role roles[] = {DN_SOURCE, DN_KERNEL, DN_DESTINATION, DN_BIAS};
    status = dn_compile(result, &desc, post_ops, roles, c->has_bias ? 4 : 3);
  }
  dnnl_post_ops_destroy(post_ops);
  return status;
}

int dn_pooling_create(dn_primitive **result, bool maximum, dn_extents source,
                      dn_extents destination, dn_windows windows, const dn_layout *layout) {
  dnnl_memory_desc_t to;
  DN_TRY(any_layout(&to, destination));
  geometry g = geometry_of(windows);
  dnnl_pooling_desc_t desc;
  DN_TRY(dnnl_pooling_forward_desc_init(
      &desc, dnnl_forward_inference,
      maximum ? dnnl_pooling_max : dnnl_pooling_avg_exclude_padding, &layout->desc, &to, g.strides,
      g.kernel, g.before, g.after));
  const dn_role roles[] = {DN_SOURCE, DN_DESTINATION};
  return dn_compile(result, &desc, NULL, roles, 2);
}

int dn_batch_norm_create(dn_primitive **result, const dn_layout *layout, float epsilon,
                         bool own_statistics, bool relu) {
  unsigned flags = dnnl_use_scale | dnnl_use_shift;
  if (!own_statistics) flags |= dnnl_use_global_stats;
  if (relu) flags |= dnnl_fuse_norm_relu;
  dnnl_batch_normalization_desc_t desc;
  DN_TRY(dnnl_batch_normalization_forward_desc_init(&desc, dnnl_forward_inference, &layout->desc,
                                                    epsilon, flags));
  const dn_role roles[] = {DN_SOURCE, DN_DESTINATION};
  DN_TRY(dn_compile(result, &desc, NULL, roles, 2));
  // The rest has one value a channel. Without a mean and a variance the primitive uses its own.
  const dn_role per_channel[] = {DN_SCALE, DN_SHIFT, DN_MEAN, DN_VARIANCE};
  dnnl_dims_t dims = {layout->desc.dims[1]};
  for (int i = 0; i < (own_statistics ? 2 : 4); i++) {
    DN_TRY(dnnl_memory_desc_init_by_tag(&(*result)->layouts[per_channel[i]].desc, 1, dims, dnnl_f32,
                                        dnnl_x));
    (*result)->present[per_channel[i]] = true;
  }
  return dnnl_success;
}

int dn_relu_create(dn_primitive **result, const dn_layout *layout) {
  dnnl_eltwise_desc_t desc;
  DN_TRY(dnnl_eltwise_forward_desc_init(&desc, dnnl_forward_inference, dnnl_eltwise_relu,
                                        &layout->desc, 0.0f, 0.0f));
  const dn_role roles[] = {DN_SOURCE, DN_DESTINATION};
  return dn_compile(result, &desc, NULL, roles, 2);
}

int dn_add_create(dn_primitive **result, const dn_layout *left, const dn_layout *right) {
  dnnl_binary_desc_t desc;
  DN_TRY(dnnl_binary_desc_init(&desc, dnnl_binary_add, &left->desc, &right->desc, &left->desc));
  const dn_role roles[] = {DN_SOURCE, DN_SOURCE_2, DN_DESTINATION};
  return dn_compile(result, &desc, NULL, roles, 3);
}

int dn_concat_create(dn_primitive **result, const dn_layout *left, const dn_layout *right) {
  dnnl_engine_t engine;
  DN_TRY(dn_engine(&engine));
  dnnl_memory_desc_t sources[] = {left->desc, right->desc};
  dnnl_primitive_attr_t attributes;
  DN_TRY(dn_attributes(&attributes, NULL));
  dnnl_primitive_desc_t descriptor;
  dnnl_status_t status = dnnl_concat_primitive_desc_create(&descriptor, NULL, 2, 1, sources,
                                                           attributes, engine);
  dnnl_primitive_attr_destroy(attributes);
  DN_TRY(status);
  const dn_role roles[] = {DN_DESTINATION};
  DN_TRY(dn_finish(result, descriptor, roles, 1));
  (*result)->layouts[DN_SOURCE] = *left;
  (*result)->layouts[DN_SOURCE_2] = *right;
  (*result)->present[DN_SOURCE] = (*result)->present[DN_SOURCE_2] = true;
  (*result)->many_sources = true;
  return dnnl_success;
}

int dn_reorder_create(dn_primitive **result, const dn_layout *from, const dn_layout *to) {
  dnnl_engine_t engine;
  DN_TRY(dn_engine(&engine));
  dnnl_primitive_attr_t attributes;
  DN_TRY(dn_attributes(&attributes, NULL));
  dnnl_primitive_desc_t descriptor;
  dnnl_status_t status = dnnl_reorder_primitive_desc_create(&descriptor, &from->desc, engine,
                                                            &to->desc, engine, attributes);
  dnnl_primitive_attr_destroy(attributes);
  DN_TRY(status);
  const dn_role roles[] = {DN_SOURCE, DN_DESTINATION};
  return dn_finish(result, descriptor, roles, 2);
}
