// The most float32 multiply-adds that the cores can do: as many independent chains as hide the
// latency of one, in registers alone.
#define _GNU_SOURCE
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "CPeak.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

// Twelve chains hide a latency of four cycles on two units, and with their two operands fit the
// sixteen registers of AVX2.
#define CHAINS 12
#define STEPS 20000

typedef struct {
  float (*kernel)(void);
  double flops;  // of one call
  const char *name;
} peak_kernel;

// x ← x·a + b converges to 2: never a denormal, never an overflow.
#define CHAINED(vector, set1, fma, add)                                         \
  vector a = set1(0.75f), b = set1(0.5f), x[CHAINS];                            \
  for (int c = 0; c < CHAINS; c++) x[c] = set1((float)c);                       \
  for (int step = 0; step < STEPS; step++)                                      \
    for (int c = 0; c < CHAINS; c++) x[c] = fma(x[c], a, b);                    \
  for (int c = 1; c < CHAINS; c++) x[0] = add(x[0], x[c]);

#if defined(__x86_64__)
__attribute__((target("avx512f"))) static float chains_avx512(void) {
  CHAINED(__m512, _mm512_set1_ps, _mm512_fmadd_ps, _mm512_add_ps)
  return _mm512_cvtss_f32(x[0]);
}

__attribute__((target("avx2,fma"))) static float chains_avx2(void) {
  CHAINED(__m256, _mm256_set1_ps, _mm256_fmadd_ps, _mm256_add_ps)
  return _mm256_cvtss_f32(x[0]);
}
#endif

typedef float four __attribute__((ext_vector_type(4)));
static four four_of(float value) { return (four){value, value, value, value}; }
static four four_add(four x, four y) { return x + y; }
// The compiler contracts this to one instruction where the architecture always has one.
static four four_fma(four x, four a, four b) {
#pragma STDC FP_CONTRACT ON
  return x * a + b;
}

static float chains_portable(void) {
  CHAINED(four, four_of, four_fma, four_add)
  return x[0].x;
}

static peak_kernel best_kernel(void) {
  const double steps = 2.0 * CHAINS * STEPS;
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f"))
    return (peak_kernel){chains_avx512, 16 * steps, "AVX-512"};
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    return (peak_kernel){chains_avx2, 8 * steps, "AVX2"};
#endif
  return (peak_kernel){chains_portable, 4 * steps, "portable"};
}

const char *cp_peak_instructions(void) { return best_kernel().name; }

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

typedef struct {
  pthread_barrier_t *start;
  peak_kernel kernel;
  double seconds;
  double rate, elapsed;  // results
  volatile float sink;   // keeps the loop from being removed
} peak_thread;

static void *run_chains(void *argument) {
  peak_thread *self = argument;
  pthread_barrier_wait(self->start);
  double begin = now(), elapsed;
  long calls = 0;
  do {
    self->sink = self->kernel.kernel();
    calls++;
    elapsed = now() - begin;
  } while (elapsed < self->seconds);
  self->rate = (double)calls * self->kernel.flops / elapsed;
  self->elapsed = elapsed;
  return NULL;
}

cp_peak cp_measure_peak(int threads, double seconds) {
  cp_peak result = {0, 0};
  pthread_t *handles = calloc((size_t)threads, sizeof *handles);
  peak_thread *states = calloc((size_t)threads, sizeof *states);
  pthread_barrier_t start;
  if (!handles || !states || pthread_barrier_init(&start, NULL, (unsigned)threads) != 0) {
    free(handles);
    free(states);
    return result;
  }
  for (int i = 0; i < threads; i++) {
    states[i].start = &start;
    states[i].kernel = best_kernel();
    states[i].seconds = seconds;
    // The others would wait for ever for one that never came.
    if (pthread_create(&handles[i], NULL, run_chains, &states[i]) != 0) abort();
  }
  for (int i = 0; i < threads; i++) {
    pthread_join(handles[i], NULL);
    result.flops_per_second += states[i].rate;
    if (states[i].elapsed > result.wall_seconds) result.wall_seconds = states[i].elapsed;
  }
  pthread_barrier_destroy(&start);
  free(handles);
  free(states);
  return result;
}
