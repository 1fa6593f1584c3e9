// oneDNN's report of what it runs. It goes to standard output and nowhere else, so that is turned
// into a file while it lasts.
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <oneapi/dnnl/dnnl.h>

#include "CBenchmark.h"

static int kept_output = -1;

bool bench_trace_begin(const char *path) {
  fflush(stdout);
  int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  kept_output = dup(STDOUT_FILENO);
  if (file < 0 || kept_output < 0 || dup2(file, STDOUT_FILENO) < 0 ||
      dnnl_set_verbose(1) != dnnl_success) {
    if (kept_output >= 0) dup2(kept_output, STDOUT_FILENO), close(kept_output);
    if (file >= 0) close(file);
    return false;
  }
  close(file);
  return true;
}

void bench_trace_end(void) {
  dnnl_set_verbose(0);
  fflush(stdout);
  dup2(kept_output, STDOUT_FILENO);
  close(kept_output);
}

int bench_onednn_version(void) {
  const dnnl_version_t *version = dnnl_version();
  return version->major * 10000 + version->minor * 100 + version->patch;
}
