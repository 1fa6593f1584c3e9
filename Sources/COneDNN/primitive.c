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

// Sets of instructions are sets of bits; as numbers they have no order: 2.x counts the AVX2 of later
// processors beyond AVX-512.
bool dn_has(dnnl_cpu_isa_t isa) { return (dnnl_get_effective_cpu_isa() & isa) == isa; }

const char *dn_instruction_set(void) {
  if (dn_has(dnnl_cpu_isa_avx512_core_amx)) return "AMX";
  if (dn_has(dnnl_cpu_isa_avx512_core)) return "AVX-512";
  if (dn_has(dnnl_cpu_isa_avx2)) return "AVX2";
  if (dn_has(dnnl_cpu_isa_avx)) return "AVX";
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

dnnl_status_t dn_setting_make(dn_setting *result, dnnl_post_ops_t post_ops) {
  DN_TRY(dn_engine(&result->engine));
  DN_TRY(dnnl_primitive_attr_create(&result->attributes));
  // Scratch memory of the library's own is one per primitive, shared by all threads: unusable here.
  DN_TRY(dnnl_primitive_attr_set_scratchpad_mode(result->attributes, dnnl_scratchpad_mode_user));
  if (post_ops) DN_TRY(dnnl_primitive_attr_set_post_ops(result->attributes, post_ops));
  return dnnl_success;
}

void dn_setting_end(dn_setting *setting) {
  if (setting->attributes) dnnl_primitive_attr_destroy(setting->attributes);
}

// Copies the layouts that a primitive's descriptor has chosen.
static dnnl_status_t note_layouts(dn_primitive *p, const_dnnl_primitive_desc_t descriptor,
                                  const dn_role *roles, int count) {
  for (int i = 0; i < count + 1; i++) {
    dn_role role = i < count ? roles[i] : DN_SCRATCHPAD;
    dn_desc_ref desc = dnnl_primitive_desc_query_md(descriptor, dnnl_query_exec_arg_md,
                                                    dn_argument_index(p, role));
    // What a primitive does not need is described as empty.
    if (!desc || dnnl_memory_desc_get_size(desc) == 0) continue;
    DN_TRY(dn_desc_copy(&p->layouts[role].desc, desc));
  }
  return dnnl_success;
}

dnnl_status_t dn_finish(dn_primitive **result, dnnl_primitive_desc_t descriptor,
                        const dn_role *roles, int count) {
  if (!result) {
    // Only asked whether there is such a primitive: a description is quick, its code is not.
    dnnl_primitive_desc_destroy(descriptor);
    return dnnl_success;
  }
  dn_primitive *p = calloc(1, sizeof *p);
  dnnl_status_t status =
      p ? dnnl_primitive_create(&p->primitive, descriptor) : dnnl_out_of_memory;
  if (status == dnnl_success) status = note_layouts(p, descriptor, roles, count);
  dnnl_primitive_desc_destroy(descriptor);
  if (status != dnnl_success) {
    if (p) dn_primitive_free(p);
    return status;
  }
  // The text lives as long as the primitive, which keeps its descriptor.
  const_dnnl_primitive_desc_t own;
  if (dnnl_primitive_get_primitive_desc(p->primitive, &own) != dnnl_success ||
      dnnl_primitive_desc_query(own, dnnl_query_impl_info_str, 0, (void *)&p->kernel) !=
          dnnl_success)
    p->kernel = "unknown";
  *result = p;
  return dnnl_success;
}

const dn_layout *dn_primitive_layout(const dn_primitive *primitive, dn_role role) {
  return primitive->layouts[role].desc ? &primitive->layouts[role] : NULL;
}

const char *dn_primitive_kernel(const dn_primitive *primitive) { return primitive->kernel; }

void dn_primitive_free(dn_primitive *primitive) {
  for (int role = 0; role < DN_ROLES; role++) dn_desc_free(primitive->layouts[role].desc);
  if (primitive->primitive) dnnl_primitive_destroy(primitive->primitive);
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
  for (int i = 0; i < count && status == dnnl_success; i++) {
    dn_role role = arguments[i].role;
    dn_desc_ref desc = primitive->layouts[role].desc;
    // Scratch memory is offered to all, and few need any.
    if (!desc && role == DN_SCRATCHPAD) continue;
    list[made].arg = dn_argument_index(primitive, role);
    status = dnnl_memory_create(&list[made].memory, desc, engine, arguments[i].data);
    if (status == dnnl_success) made++;
  }
  if (status == dnnl_success)
    status = dnnl_primitive_execute(primitive->primitive, stream, made, list);
  if (status == dnnl_success) status = dnnl_stream_wait(stream);
  for (int i = 0; i < made; i++) dnnl_memory_destroy(list[i].memory);
  dnnl_stream_destroy(stream);
  return status;
}
