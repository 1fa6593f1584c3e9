// Descriptors of oneDNN 3.x: objects behind pointers, and primitives described in one step.
#include "descriptors.h"

#if DNNL_VERSION_MAJOR >= 3
dnnl_status_t dn_desc_by_tag(dn_desc *result, int axes, const dnnl_dims_t dims,
                             dnnl_format_tag_t tag) {
  return dnnl_memory_desc_create_with_tag(result, axes, dims, dnnl_f32, tag);
}

dnnl_status_t dn_desc_by_strides(dn_desc *result, int axes, const dnnl_dims_t dims,
                                 const dnnl_dims_t strides) {
  return dnnl_memory_desc_create_with_strides(result, axes, dims, dnnl_f32, strides);
}

dnnl_status_t dn_desc_window(dn_desc *result, dn_desc_ref whole, const dnnl_dims_t dims,
                             const dnnl_dims_t offsets) {
  return dnnl_memory_desc_create_submemory(result, whole, dims, offsets);
}

dnnl_status_t dn_desc_copy(dn_desc *result, dn_desc_ref desc) {
  return dnnl_memory_desc_clone(result, desc);
}

void dn_desc_free(dn_desc desc) { dnnl_memory_desc_destroy(desc); }

dn_channels dn_desc_channels(dn_desc_ref desc) {
  const dnnl_dims_t *dims, *strides, *sizes, *axes;
  int blocks = 0;
  // These fail only for descriptors without strides, and none of ours is one.
  dnnl_memory_desc_query(desc, dnnl_query_dims, &dims);
  dnnl_memory_desc_query(desc, dnnl_query_strides, &strides);
  dnnl_memory_desc_query(desc, dnnl_query_inner_nblks_s32, &blocks);
  dnnl_memory_desc_query(desc, dnnl_query_inner_blks, &sizes);
  dnnl_memory_desc_query(desc, dnnl_query_inner_idxs, &axes);
  bool blocked = blocks == 1 && (*axes)[0] == 1;
  return (dn_channels){(*dims)[1], blocked ? (*sizes)[0] : 1, (*strides)[1]};
}

dnnl_status_t dn_describe_convolution(dnnl_primitive_desc_t *result, const dn_setting *setting,
                                      dn_desc_ref source, dn_desc_ref kernel, dn_desc_ref bias,
                                      dn_desc_ref destination, const dn_geometry *g) {
  return dnnl_convolution_forward_primitive_desc_create(
      result, setting->engine, dnnl_forward_inference, dnnl_convolution_direct, source, kernel,
      bias, destination, g->strides, g->dilation, g->before, g->after, setting->attributes);
}

dnnl_status_t dn_describe_pooling(dnnl_primitive_desc_t *result, const dn_setting *setting,
                                  dnnl_alg_kind_t kind, dn_desc_ref source,
                                  dn_desc_ref destination, const dn_geometry *g) {
  return dnnl_pooling_forward_primitive_desc_create(
      result, setting->engine, dnnl_forward_inference, kind, source, destination, g->strides,
      g->kernel, g->dilation, g->before, g->after, setting->attributes);
}

dnnl_status_t dn_describe_batch_norm(dnnl_primitive_desc_t *result, const dn_setting *setting,
                                     dn_desc_ref maps, float epsilon, unsigned flags) {
  return dnnl_batch_normalization_forward_primitive_desc_create(
      result, setting->engine, dnnl_forward_inference, maps, maps, epsilon, flags,
      setting->attributes);
}

dnnl_status_t dn_describe_function(dnnl_primitive_desc_t *result, const dn_setting *setting,
                                   dn_desc_ref maps, dn_formula f) {
  return dnnl_eltwise_forward_primitive_desc_create(result, setting->engine, dnnl_forward_inference,
                                                    f.kind, maps, maps, f.alpha, f.beta,
                                                    setting->attributes);
}

dnnl_status_t dn_describe_add(dnnl_primitive_desc_t *result, const dn_setting *setting,
                              dn_desc_ref left, dn_desc_ref right) {
  return dnnl_binary_primitive_desc_create(result, setting->engine, dnnl_binary_add, left, right,
                                           left, setting->attributes);
}

dnnl_status_t dn_describe_concat(dnnl_primitive_desc_t *result, const dn_setting *setting,
                                 dn_desc_ref left, dn_desc_ref right) {
  const dn_desc_ref sources[] = {left, right};
  return dnnl_concat_primitive_desc_create(result, setting->engine, NULL, 2, 1, sources,
                                           setting->attributes);
}

dnnl_status_t dn_append_sum(dnnl_post_ops_t post_ops) {
  // Values of the destination's own type, which has no zero point.
  return dnnl_post_ops_append_sum(post_ops, 1.0f, 0, dnnl_data_type_undef);
}

dnnl_status_t dn_append_function(dnnl_post_ops_t post_ops, dn_formula f) {
  return dnnl_post_ops_append_eltwise(post_ops, f.kind, f.alpha, f.beta);
}
#endif
