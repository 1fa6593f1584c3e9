#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>

#include "internal.h"

static pthread_once_t once = PTHREAD_ONCE_INIT;
static dnnl_engine_t the_engine;
static dnnl_status_t engine_status;

static void create_engine(void) { engine_status = dnnl_engine_create(&the_engine, dnnl_cpu, 0); }

dnnl_status_t dn_engine(dnnl_engine_t *engine) {
  pthread_once(&once, create_engine);
  *engine = the_engine;
  return engine_status;
}

int dn_version(void) {
  const dnnl_version_t *version = dnnl_version();
  return version->major * 10000 + version->minor * 100 + version->patch;
}

const char *dn_instruction_set(void) {
  dnnl_cpu_isa_t isa = dnnl_get_effective_cpu_isa();
  if (isa >= dnnl_cpu_isa_avx512_core) return "AVX-512";
  if (isa >= dnnl_cpu_isa_avx2) return "AVX2";
  if (isa >= dnnl_cpu_isa_avx) return "AVX";
  return "SSE4.1";
}

const char *dn_status_text(int status) {
  switch (status) {
    case dnnl_success: return "success";
    case dnnl_out_of_memory: return "out of memory";
    case dnnl_invalid_arguments: return "invalid arguments";
    case dnnl_unimplemented: return "not implemented by oneDNN";
    case dnnl_runtime_error: return "failed while running";
    default: return "failed";
  }
}

void dn_set_threads(int count) {
  // oneDNN brings its OpenMP along; asking the loader spares a link to one of its several names.
  void (*set)(int) = (void (*)(int))dlsym(RTLD_DEFAULT, "omp_set_num_threads");
  if (set) set(count);
}

int dn_argument_index(const dn_primitive *primitive, dn_role role) {
  switch (role) {
    case DN_SOURCE: return primitive->many_sources ? DNNL_ARG_MULTIPLE_SRC : DNNL_ARG_SRC_0;
    case DN_SOURCE_2: return primitive->many_sources ? DNNL_ARG_MULTIPLE_SRC + 1 : DNNL_ARG_SRC_1;
    case DN_KERNEL: return DNNL_ARG_WEIGHTS;
    case DN_BIAS: return DNNL_ARG_BIAS;
    case DN_DESTINATION: return DNNL_ARG_DST;
    case DN_MEAN: return DNNL_ARG_MEAN;
    case DN_VARIANCE: return DNNL_ARG_VARIANCE;
    case DN_SCALE: return DNNL_ARG_SCALE;
    case DN_SHIFT: return DNNL_ARG_SHIFT;
    case DN_SCRATCHPAD: return DNNL_ARG_SCRATCHPAD;
  }
  return 0;
}

dnnl_status_t dn_attributes(dnnl_primitive_attr_t *result, dnnl_post_ops_t post_ops) {
  DN_TRY(dnnl_primitive_attr_create(result));
  // Scratch memory of the library's own is one per primitive, shared by all threads: unusable here.
  dnnl_status_t status =
      dnnl_primitive_attr_set_scratchpad_mode(*result, dnnl_scratchpad_mode_user);
  if (status == dnnl_success && post_ops)
    status = dnnl_primitive_attr_set_post_ops(*result, post_ops);
  if (status != dnnl_success) dnnl_primitive_attr_destroy(*result);
  return status;
}

dnnl_status_t dn_finish(dn_primitive **result, dnnl_primitive_desc_t descriptor,
                        const dn_role *roles, int count) {
  dn_primitive *p = calloc(1, sizeof *p);
  dnnl_status_t status =
      p ? dnnl_primitive_create(&p->primitive, descriptor) : dnnl_out_of_memory;
  if (status != dnnl_success) {
    dnnl_primitive_desc_destroy(descriptor);
    free(p);
    return status;
  }
  for (int i = 0; i < count + 1; i++) {
    dn_role role = i < count ? roles[i] : DN_SCRATCHPAD;
    const dnnl_memory_desc_t *desc = dnnl_primitive_desc_query_md(
        descriptor, dnnl_query_exec_arg_md, dn_argument_index(p, role));
    if (!desc || desc->ndims == 0) continue;
    p->layouts[role].desc = *desc;
    p->present[role] = true;
  }
  // The text lives as long as the primitive, which keeps its descriptor.
  const_dnnl_primitive_desc_t own;
  if (dnnl_primitive_get_primitive_desc(p->primitive, &own) != dnnl_success ||
      dnnl_primitive_desc_query(own, dnnl_query_impl_info_str, 0, (void *)&p->kernel) !=
          dnnl_success)
    p->kernel = "unknown";
  dnnl_primitive_desc_destroy(descriptor);
  *result = p;
  return dnnl_success;
}

dnnl_status_t dn_compile(dn_primitive **result, const_dnnl_op_desc_t desc,
                         dnnl_post_ops_t post_ops, const dn_role *roles, int count) {
  dnnl_engine_t engine;
  DN_TRY(dn_engine(&engine));
  dnnl_primitive_attr_t attributes;
  DN_TRY(dn_attributes(&attributes, post_ops));
  dnnl_primitive_desc_t descriptor;
  dnnl_status_t status = dnnl_primitive_desc_create(&descriptor, desc, attributes, engine, NULL);
  dnnl_primitive_attr_destroy(attributes);
  DN_TRY(status);
  return dn_finish(result, descriptor, roles, count);
}

const dn_layout *dn_primitive_layout(const dn_primitive *primitive, dn_role role) {
  return primitive->present[role] ? &primitive->layouts[role] : NULL;
}

const char *dn_primitive_kernel(const dn_primitive *primitive) { return primitive->kernel; }

void dn_primitive_free(dn_primitive *primitive) {
  dnnl_primitive_destroy(primitive->primitive);
  free(primitive);
}

int dn_primitive_execute(const dn_primitive *primitive, const dn_argument *arguments, int count) {
  dnnl_engine_t engine;
  DN_TRY(dn_engine(&engine));
  dnnl_stream_t stream;
  DN_TRY(dnnl_stream_create(&stream, engine, dnnl_stream_in_order));
  dnnl_exec_arg_t list[DN_ROLES];
  int made = 0;
  dnnl_status_t status = dnnl_success;
  for (; made < count && status == dnnl_success; made++) {
    dn_role role = arguments[made].role;
    list[made].arg = dn_argument_index(primitive, role);
    status = dnnl_memory_create(&list[made].memory, &primitive->layouts[role].desc, engine,
                                arguments[made].data);
    if (status != dnnl_success) break;
  }
  if (status == dnnl_success)
    status = dnnl_primitive_execute(primitive->primitive, stream, made, list);
  if (status == dnnl_success) status = dnnl_stream_wait(stream);
  for (int i = 0; i < made; i++) dnnl_memory_destroy(list[i].memory);
  dnnl_stream_destroy(stream);
  return status;
}
