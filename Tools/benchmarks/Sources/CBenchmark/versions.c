#include <oneapi/dnnl/dnnl.h>

#include "CBenchmark.h"

int bench_onednn_version(void) {
  const dnnl_version_t *version = dnnl_version();
  return version->major * 10000 + version->minor * 100 + version->patch;
}
