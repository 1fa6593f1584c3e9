#include <stdlib.h>

#include "internal.h"

static bool supported(cl_instructions instructions) {
#if defined(__x86_64__)
  switch (instructions) {
    case CL_PORTABLE: return true;
    case CL_AVX2: return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    case CL_AVX512:
      return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
             __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
             __builtin_cpu_supports("fma");
  }
#endif
  return instructions == CL_PORTABLE;
}

cl_instructions cl_best(cl_instructions most) {
  while (!supported(most)) most--;
  return most;
}

const cl_kernels *cl_kernels_of(cl_instructions instructions) {
#if defined(__x86_64__)
  if (instructions == CL_AVX512) return &cl_kernels_avx512;
  if (instructions == CL_AVX2) return &cl_kernels_avx2;
#endif
  (void)instructions;
  return &cl_kernels_portable;
}

bool cl_take(cl_work *work, int64_t *piece) {
  *piece = atomic_fetch_add_explicit(&work->next, 1, memory_order_relaxed);
  return *piece < work->pieces;
}

static void work_on(void *argument) {
  cl_work *work = argument;
  work->worker(work);
}

void cl_share_out(const void *call, void (*worker)(cl_work *work), int64_t pieces,
                  int64_t operations, int threads) {
  if (pieces <= 0) return;
  cl_work work = {call, worker, pieces, 0};
  // To wake a thread takes the time of some ten thousand operations.
  enum { WORTH_A_THREAD = 1 << 14 };
  int64_t useful = cl_least(cl_least(threads, pieces), 1 + operations / WORTH_A_THREAD);
  cl_run_on((int)useful, work_on, &work);
}

void *cl_scratch(int64_t values) {
  // Whole cache lines, so that no vector lies across two.
  size_t bytes = ((size_t)values * sizeof(float) + 63) / 64 * 64;
  void *memory = aligned_alloc(64, bytes > 0 ? bytes : 64);
  if (!memory) abort();
  return memory;
}
