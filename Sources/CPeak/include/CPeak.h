// The most float32 multiply-adds that a machine can do, measured: what speeds are shares of.
#pragma once

typedef struct {
  double flops_per_second;
  double wall_seconds;
} cp_peak;

// Runs independent fused multiply-adds on `threads` threads at once for about `seconds`, and says
// how many float32 operations a second they did together; a multiply-add counts as two.
cp_peak cp_measure_peak(int threads, double seconds);
// The bytes a second that a core reads from beyond its own caches, measured for about `seconds` by sums over
// 64 MB; 0 where there is no memory for them.
double cp_measure_bandwidth(double seconds);
// The instructions that cp_measure_peak uses on this machine: "AVX-512", "AVX2", "portable".
const char *cp_peak_instructions(void);
