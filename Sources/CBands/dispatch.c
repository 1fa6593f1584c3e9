#include "internal.h"

#if defined(__x86_64__)
static cb_kernel *const kernels[][3] = {
    [CB_AFFINE] = {cb_affine_portable, cb_affine_avx2, cb_affine_avx512},
    [CB_NORMALIZE] = {cb_normalize_portable, cb_normalize_avx2, cb_normalize_avx512},
    [CB_POINTWISE] = {cb_pointwise_portable, cb_pointwise_avx2, cb_pointwise_avx512},
    [CB_DEPTHWISE] = {cb_depthwise_portable, cb_depthwise_avx2, cb_depthwise_avx512},
    [CB_IMAGES] = {cb_images_portable, cb_images_avx2, cb_images_avx512},
    [CB_MAXIMUM] = {cb_maximum_portable, cb_maximum_avx2, cb_maximum_avx512},
    [CB_MEAN] = {cb_mean_portable, cb_mean_avx2, cb_mean_avx512},
};
static cb_kernel *const strassen[] = {cb_strassen_portable, cb_strassen_avx2, cb_strassen_avx512};
#else
static cb_kernel *const strassen[] = {cb_strassen_portable};
static cb_kernel *const kernels[][1] = {
    [CB_AFFINE] = {cb_affine_portable},
    [CB_NORMALIZE] = {cb_normalize_portable},
    [CB_POINTWISE] = {cb_pointwise_portable},
    [CB_DEPTHWISE] = {cb_depthwise_portable},
    [CB_IMAGES] = {cb_images_portable},
    [CB_MAXIMUM] = {cb_maximum_portable},
    [CB_MEAN] = {cb_mean_portable},
};
#endif

cb_kernel *cb_kernel_of(const cb_layer *layer, cb_instructions instructions) {
  if (layer->products == CB_STRASSEN) return strassen[instructions];
#if defined(__x86_64__)
  static cb_kernel *const narrow[] = {
      [CB_DOTS] = cb_pointwise_dots, [CB_TILES] = cb_pointwise_tiles,
      [CB_BYTE_DOTS] = cb_pointwise_byte_dots, [CB_BYTE_TILES] = cb_pointwise_byte_tiles};
  if (cb_rounds(layer->products)) return narrow[layer->products];
#endif
  return kernels[layer->kind][instructions];
}

const cb_head_kernels *cb_head_kernels_of(cb_instructions instructions) {
  static const cb_head_kernels all[] = {
      {cb_pack_keys_portable, cb_pack_values_portable, cb_softmax_portable},
#if defined(__x86_64__)
      {cb_pack_keys_avx2, cb_pack_values_avx2, cb_softmax_avx2},
      {cb_pack_keys_avx512, cb_pack_values_avx512, cb_softmax_avx512},
#endif
  };
  return &all[instructions];
}

cb_instructions cb_best(cb_instructions most) {
  // The functions that follow are CLoops', which has the same three.
#if defined(__x86_64__)
  return (cb_instructions)cl_best((cl_instructions)most);
#else
  (void)most;
  return CB_PORTABLE;
#endif
}

int cb_lanes(cb_instructions instructions) { return instructions == CB_AVX512 ? 16 : 8; }
