#include "internal.h"

static dn_geometry geometry_of(dn_windows w) {
  return (dn_geometry){
      {w.kernel_height, w.kernel_width},
      {w.stride_height, w.stride_width},
      {w.dilation_height - 1, w.dilation_width - 1},
      {w.top, w.left},
      {w.bottom, w.right},
  };
}

static dn_formula formula_of(dn_function f) {
  switch (f.kind) {
    case DN_NONE:
    case DN_RELU: return (dn_formula){dnnl_eltwise_relu, f.alpha, 0};
    case DN_CLIP: return (dn_formula){dnnl_eltwise_clip, f.alpha, f.beta};
    case DN_SIGMOID: return (dn_formula){dnnl_eltwise_logistic, 0, 0};
    case DN_TANH: return (dn_formula){dnnl_eltwise_tanh, 0, 0};
    case DN_SILU: return (dn_formula){dnnl_eltwise_swish, 1, 0};
    // x · min(max(alpha · x + beta, 0), 1); 2.x has these two numbers in the formula.
    case DN_HARD_SILU: return (dn_formula){dnnl_eltwise_hardswish, 1.0f / 6, 0.5f};
    case DN_GELU: return (dn_formula){dnnl_eltwise_gelu_erf, 0, 0};
    case DN_GELU_TANH: return (dn_formula){dnnl_eltwise_gelu_tanh, 0, 0};
    case DN_ELU: return (dn_formula){dnnl_eltwise_elu, f.alpha, 0};
  }
}

static dnnl_status_t maps(dn_desc *result, dn_extents e, dnnl_format_tag_t tag) {
  dnnl_dims_t dims = {e.batch, e.channels, e.height, e.width};
  return dn_desc_by_tag(result, 4, dims, tag);
}

// The layout that a convolution should read or write where the caller leaves it open.
//
// Left to itself, oneDNN 2.6 takes N·H·W·C and matrix-multiply kernels, which reach 57 to 80 % of the
// f32 peak in 1×1 convolutions; its older direct kernels on blocks of channels reach 90 to 99 %. 3.7
// chooses the same direct kernels for them, as quick.
//
// A depthwise convolution would take N·H·W·C too, between layers that read and write blocks: two copies
// of each map for a kernel that is no quicker.
static dnnl_status_t convolution_layout(dn_desc *result, dn_extents e, const dn_convolution *c) {
  int block = dn_channel_block();
  bool is_depthwise = c->groups == c->source.channels && c->groups == c->destination.channels;
  if ((c->groups != 1 && !is_depthwise) || e.channels % block != 0)
    return maps(result, e, dnnl_format_tag_any);
  return maps(result, e, block == 16 ? dnnl_nChw16c : dnnl_nChw8c);
}

static dnnl_status_t convolution_kernel(dn_desc *result, const dn_convolution *c) {
  int64_t inputs = c->source.channels / c->groups, outputs = c->destination.channels;
  int64_t h = c->windows.kernel_height, w = c->windows.kernel_width;
  dnnl_dims_t dense = {outputs, inputs, h, w};
  dnnl_dims_t grouped = {c->groups, outputs / c->groups, inputs, h, w};
  return c->groups == 1 ? dn_desc_by_tag(result, 4, dense, dnnl_format_tag_any)
                        : dn_desc_by_tag(result, 5, grouped, dnnl_format_tag_any);
}

int dn_convolution_create(dn_primitive **result, const dn_convolution *c, const dn_layout *source,
                          const dn_layout *destination) {
  DN_LOCAL(dn_desc) from = NULL, to = NULL, kernel = NULL, bias = NULL;
  DN_TRY(source ? dn_desc_copy(&from, source->desc)
                : convolution_layout(&from, c->source, c));
  DN_TRY(destination ? dn_desc_copy(&to, destination->desc)
                     : convolution_layout(&to, c->destination, c));
  DN_TRY(convolution_kernel(&kernel, c));
  dnnl_dims_t bias_dims = {c->destination.channels};
  if (c->has_bias) DN_TRY(dn_desc_by_tag(&bias, 1, bias_dims, dnnl_x));

  dnnl_post_ops_t post_ops;
  DN_TRY(dnnl_post_ops_create(&post_ops));
  dnnl_status_t status = dnnl_success;
  if (c->adds_to_destination) status = dn_append_sum(post_ops);
  if (status == dnnl_success && c->function.kind != DN_NONE)
    status = dn_append_function(post_ops, formula_of(c->function));
  DN_LOCAL(dn_setting) setting = {0};
  if (status == dnnl_success) status = dn_setting_make(&setting, post_ops);
  dnnl_post_ops_destroy(post_ops);
  DN_TRY(status);

  dnnl_primitive_desc_t descriptor;
  dn_geometry geometry = geometry_of(c->windows);
  DN_TRY(dn_describe_convolution(&descriptor, &setting, from, kernel, bias, to, &geometry));
  const dn_role roles[] = {DN_SOURCE, DN_KERNEL, DN_DESTINATION, DN_BIAS};
  return dn_finish(result, descriptor, roles, c->has_bias ? 4 : 3);
}

int dn_pooling_create(dn_primitive **result, bool maximum, dn_extents source,
                      dn_extents destination, dn_windows windows, const dn_layout *layout) {
  DN_LOCAL(dn_desc) to = NULL;
  DN_TRY(maps(&to, destination, dnnl_format_tag_any));
  DN_LOCAL(dn_setting) setting = {0};
  DN_TRY(dn_setting_make(&setting, NULL));
  dnnl_primitive_desc_t descriptor;
  dn_geometry geometry = geometry_of(windows);
  DN_TRY(dn_describe_pooling(&descriptor, &setting,
                             maximum ? dnnl_pooling_max : dnnl_pooling_avg_exclude_padding,
                             layout->desc, to, &geometry));
  const dn_role roles[] = {DN_SOURCE, DN_DESTINATION};
  return dn_finish(result, descriptor, roles, 2);
}

int dn_batch_norm_create(dn_primitive **result, const dn_layout *layout, float epsilon,
                         bool own_statistics, bool relu) {
  unsigned flags = dnnl_use_scale | dnnl_use_shift;
  if (!own_statistics) flags |= dnnl_use_global_stats;
  if (relu) flags |= dnnl_fuse_norm_relu;
  DN_LOCAL(dn_setting) setting = {0};
  DN_TRY(dn_setting_make(&setting, NULL));
  dnnl_primitive_desc_t descriptor;
  DN_TRY(dn_describe_batch_norm(&descriptor, &setting, layout->desc, epsilon, flags));
  const dn_role roles[] = {DN_SOURCE, DN_DESTINATION};
  dn_primitive *made;
  DN_TRY(dn_finish(&made, descriptor, roles, 2));
  // The rest has one value a channel. Without a mean and a variance the primitive uses its own.
  const dn_role per_channel[] = {DN_SCALE, DN_SHIFT, DN_MEAN, DN_VARIANCE};
  dnnl_dims_t dims = {dn_desc_channels(layout->desc).count};
  for (int i = 0; i < (own_statistics ? 2 : 4); i++) {
    dnnl_status_t status = dn_desc_by_tag(&made->layouts[per_channel[i]].desc, 1, dims, dnnl_x);
    if (status != dnnl_success) {
      dn_primitive_free(made);
      return status;
    }
  }
  *result = made;
  return dnnl_success;
}

int dn_function_create(dn_primitive **result, dn_function function, const dn_layout *layout) {
  DN_LOCAL(dn_setting) setting = {0};
  DN_TRY(dn_setting_make(&setting, NULL));
  dnnl_primitive_desc_t descriptor;
  DN_TRY(dn_describe_function(&descriptor, &setting, layout->desc, formula_of(function)));
  const dn_role roles[] = {DN_SOURCE, DN_DESTINATION};
  return dn_finish(result, descriptor, roles, 2);
}

int dn_add_create(dn_primitive **result, const dn_layout *left, const dn_layout *right) {
  DN_LOCAL(dn_setting) setting = {0};
  DN_TRY(dn_setting_make(&setting, NULL));
  dnnl_primitive_desc_t descriptor;
  DN_TRY(dn_describe_add(&descriptor, &setting, left->desc, right->desc));
  const dn_role roles[] = {DN_SOURCE, DN_SOURCE_2, DN_DESTINATION};
  return dn_finish(result, descriptor, roles, 3);
}

int dn_concat_create(dn_primitive **result, const dn_layout *left, const dn_layout *right) {
  DN_LOCAL(dn_setting) setting = {0};
  DN_TRY(dn_setting_make(&setting, NULL));
  dnnl_primitive_desc_t descriptor;
  DN_TRY(dn_describe_concat(&descriptor, &setting, left->desc, right->desc));
  const dn_role roles[] = {DN_DESTINATION};
  dn_primitive *made;
  DN_TRY(dn_finish(&made, descriptor, roles, 1));
  made->many_sources = true;
  dnnl_status_t status = dn_desc_copy(&made->layouts[DN_SOURCE].desc, left->desc);
  if (status == dnnl_success)
    status = dn_desc_copy(&made->layouts[DN_SOURCE_2].desc, right->desc);
  if (status != dnnl_success) {
    dn_primitive_free(made);
    return status;
  }
  *result = made;
  return dnnl_success;
}

int dn_reorder_create(dn_primitive **result, const dn_layout *from, const dn_layout *to) {
  DN_LOCAL(dn_setting) setting = {0};
  DN_TRY(dn_setting_make(&setting, NULL));
  dnnl_primitive_desc_t descriptor;
  DN_TRY(dnnl_reorder_primitive_desc_create(&descriptor, from->desc, setting.engine, to->desc,
                                            setting.engine, setting.attributes));
  const dn_role roles[] = {DN_SOURCE, DN_DESTINATION};
  return dn_finish(result, descriptor, roles, 2);
}
