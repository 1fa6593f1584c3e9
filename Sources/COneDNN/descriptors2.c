// Descriptors of oneDNN 2.x: structures, which a primitive's descriptor is made from in two steps.
#include "descriptors.h"

#if DNNL_VERSION_MAJOR < 3
#include <stdlib.h>

#include "internal.h"

static dnnl_status_t keep(dn_desc *result, const dnnl_memory_desc_t *desc) {
  dn_desc copy = malloc(sizeof *copy);
  if (!copy) return dnnl_out_of_memory;
  *copy = *desc;
  *result = copy;
  return dnnl_success;
}

dnnl_status_t dn_desc_by_tag(dn_desc *result, int axes, const dnnl_dims_t dims,
                             dnnl_format_tag_t tag) {
  dnnl_memory_desc_t desc;
  DN_TRY(dnnl_memory_desc_init_by_tag(&desc, axes, dims, dnnl_f32, tag));
  return keep(result, &desc);
}

dnnl_status_t dn_desc_by_strides(dn_desc *result, int axes, const dnnl_dims_t dims,
                                 const dnnl_dims_t strides) {
  dnnl_memory_desc_t desc;
  DN_TRY(dnnl_memory_desc_init_by_strides(&desc, axes, dims, dnnl_f32, strides));
  return keep(result, &desc);
}

dnnl_status_t dn_desc_window(dn_desc *result, dn_desc_ref whole, const dnnl_dims_t dims,
                             const dnnl_dims_t offsets) {
  dnnl_memory_desc_t desc;
  DN_TRY(dnnl_memory_desc_init_submemory(&desc, whole, dims, offsets));
  return keep(result, &desc);
}

dnnl_status_t dn_desc_copy(dn_desc *result, dn_desc_ref desc) { return keep(result, desc); }

void dn_desc_free(dn_desc desc) { free(desc); }

dn_channels dn_desc_channels(dn_desc_ref desc) {
  const dnnl_blocking_desc_t *blocks = &desc->format_desc.blocking;
  bool blocked = blocks->inner_nblks == 1 && blocks->inner_idxs[0] == 1;
  return (dn_channels){desc->dims[1], blocked ? blocks->inner_blks[0] : 1, blocks->strides[1]};
}

static dnnl_status_t describe(dnnl_primitive_desc_t *result, const dn_setting *setting,
                              const_dnnl_op_desc_t operation) {
  return dnnl_primitive_desc_create(result, operation, setting->attributes, setting->engine, NULL);
}

dnnl_status_t dn_describe_convolution(dnnl_primitive_desc_t *result, const dn_setting *setting,
                                      dn_desc_ref source, dn_desc_ref kernel, dn_desc_ref bias,
                                      dn_desc_ref destination, const dn_geometry *g) {
  dnnl_convolution_desc_t desc;
  DN_TRY(dnnl_dilated_convolution_forward_desc_init(
      &desc, dnnl_forward_inference, dnnl_convolution_direct, source, kernel, bias, destination,
      g->strides, g->dilation, g->before, g->after));
  return describe(result, setting, &desc);
}

dnnl_status_t dn_describe_pooling(dnnl_primitive_desc_t *result, const dn_setting *setting,
                                  dnnl_alg_kind_t kind, dn_desc_ref source,
                                  dn_desc_ref destination, const dn_geometry *g) {
  dnnl_pooling_v2_desc_t desc;
  DN_TRY(dnnl_pooling_v2_forward_desc_init(&desc, dnnl_forward_inference, kind, source, destination,
                                           g->strides, g->kernel, g->dilation, g->before,
                                           g->after));
  return describe(result, setting, &desc);
}

dnnl_status_t dn_describe_batch_norm(dnnl_primitive_desc_t *result, const dn_setting *setting,
                                     dn_desc_ref maps, float epsilon, unsigned flags) {
  dnnl_batch_normalization_desc_t desc;
  DN_TRY(dnnl_batch_normalization_forward_desc_init(&desc, dnnl_forward_inference, maps, epsilon,
                                                    flags));
  return describe(result, setting, &desc);
}

dnnl_status_t dn_describe_function(dnnl_primitive_desc_t *result, const dn_setting *setting,
                                   dn_desc_ref maps, dn_formula f) {
  dnnl_eltwise_desc_t desc;
  DN_TRY(dnnl_eltwise_forward_desc_init(&desc, dnnl_forward_inference, f.kind, maps, f.alpha,
                                        f.beta));
  return describe(result, setting, &desc);
}

dnnl_status_t dn_describe_add(dnnl_primitive_desc_t *result, const dn_setting *setting,
                              dn_desc_ref left, dn_desc_ref right) {
  dnnl_binary_desc_t desc;
  DN_TRY(dnnl_binary_desc_init(&desc, dnnl_binary_add, left, right, left));
  return describe(result, setting, &desc);
}

dnnl_status_t dn_describe_concat(dnnl_primitive_desc_t *result, const dn_setting *setting,
                                 dn_desc_ref left, dn_desc_ref right) {
  const dnnl_memory_desc_t sources[] = {*left, *right};
  return dnnl_concat_primitive_desc_create(result, NULL, 2, 1, sources, setting->attributes,
                                           setting->engine);
}

dnnl_status_t dn_append_sum(dnnl_post_ops_t post_ops) {
  return dnnl_post_ops_append_sum(post_ops, 1.0f);
}

dnnl_status_t dn_append_function(dnnl_post_ops_t post_ops, dn_formula f) {
  return dnnl_post_ops_append_eltwise(post_ops, 1.0f, f.kind, f.alpha, f.beta);
}
#endif
