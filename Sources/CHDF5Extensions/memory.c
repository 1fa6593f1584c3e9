// A file without a name that lies in memory.
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "CHDF5Extensions.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

int assay_h5_memory_file(void) {
#ifdef MFD_CLOEXEC
  return memfd_create("assay", MFD_CLOEXEC);
#else
  // Elsewhere the nearest thing is a temporary file that is unlinked as soon as it is open.
  FILE *file = tmpfile();
  if (!file) return -1;
  int descriptor = dup(fileno(file));
  fclose(file);
  return descriptor;
#endif
}
