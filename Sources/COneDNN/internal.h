// What the files of this module share: the two structures, and the one engine of the process.
#pragma once

#include <dnnl.h>

#include "COneDNN.h"
#include "descriptors.h"

#define DN_ROLES (DN_SCRATCHPAD + 1)
#define DN_TRY(call)                              \
  do {                                            \
    dnnl_status_t status_ = (call);               \
    if (status_ != dnnl_success) return status_;  \
  } while (0)

// A local variable whose object ends with its block, however that is left. Starts as null.
#define DN_LOCAL(type) __attribute__((cleanup(type##_end))) type

static inline void dn_desc_end(dn_desc *desc) { dn_desc_free(*desc); }

struct dn_layout {
  dn_desc desc;
};

struct dn_primitive {
  dnnl_primitive_t primitive;
  // Null in those that it has not.
  dn_layout layouts[DN_ROLES];
  const char *kernel;
  // A concatenation numbers its sources; every other primitive has a first and a second one.
  bool many_sources;
};

// Whether oneDNN may use all of `isa` on this machine.
bool dn_has(dnnl_cpu_isa_t isa);

// oneDNN's CPU engine has no state that a caller could change, so one serves the process.
dnnl_status_t dn_engine(dnnl_engine_t *engine);

// The engine, and attributes with the caller's scratch memory and, unless null, `post_ops`.
dnnl_status_t dn_setting_make(dn_setting *result, dnnl_post_ops_t post_ops);
void dn_setting_end(dn_setting *setting);

// Makes a primitive of a descriptor, which it takes over, and notes the layouts of `roles`.
dnnl_status_t dn_finish(dn_primitive **result, dnnl_primitive_desc_t descriptor,
                        const dn_role *roles, int count);
int dn_argument_index(const dn_primitive *primitive, dn_role role);
