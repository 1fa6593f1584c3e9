#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdatomic.h>
#include <stddef.h>

#include "include/loops.h"

typedef void parallel_function(void (*)(void *), void *, unsigned, unsigned);

// What a compiler makes of `#pragma omp parallel`: asked for by name, it needs no link to one of OpenMP's several
// libraries, and takes the team of threads that oneDNN has. To ask takes as long as a small step of a network.
static parallel_function *known_parallel(void) {
  static _Atomic(parallel_function *) known;
  parallel_function *parallel = atomic_load_explicit(&known, memory_order_relaxed);
  if (!parallel) {
    parallel = (parallel_function *)dlsym(RTLD_DEFAULT, "GOMP_parallel");
    atomic_store_explicit(&known, parallel, memory_order_relaxed);
  }
  return parallel;
}

void cl_run_on(int threads, void (*worker)(void *), void *argument) {
  parallel_function *parallel = threads > 1 ? known_parallel() : NULL;
  if (parallel) parallel(worker, argument, (unsigned)threads, 0);
  else worker(argument);
}
