// What the files of this module share: the two structures, and the one engine of the process.
#pragma once

#include <dnnl.h>

#include "COneDNN.h"

#define DN_ROLES (DN_SCRATCHPAD + 1)
#define DN_TRY(call)                              \
  do {                                            \
    dnnl_status_t status_ = (call);               \
    if (status_ != dnnl_success) return status_;  \
  } while (0)

struct dn_layout {
  dnnl_memory_desc_t desc;
};

struct dn_primitive {
  dnnl_primitive_t primitive;
  dn_layout layouts[DN_ROLES];
  bool present[DN_ROLES];
  const char *kernel;
  // A concatenation numbers its sources; every other primitive has a first and a second one.
  bool many_sources;
};

// oneDNN's CPU engine has no state that a caller could change, so one serves the process.
dnnl_status_t dn_engine(dnnl_engine_t *engine);

// Compiles `desc` with the caller providing scratch memory, and notes the layouts of `roles`.
dnnl_status_t dn_compile(dn_primitive **result, const_dnnl_op_desc_t desc, dnnl_post_ops_t post_ops,
                         const dn_role *roles, int count);
// The same from a primitive descriptor, which it takes over.
dnnl_status_t dn_finish(dn_primitive **result, dnnl_primitive_desc_t descriptor,
                        const dn_role *roles, int count);
// Attributes with the caller's scratch memory and, unless null, `post_ops`.
dnnl_status_t dn_attributes(dnnl_primitive_attr_t *result, dnnl_post_ops_t post_ops);
int dn_argument_index(const dn_primitive *primitive, dn_role role);
