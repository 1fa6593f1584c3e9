// What a benchmark needs of C: the machine's peak, photographs to decode, and oneDNN's own words.
#pragma once

#include <stdbool.h>
#include <stdint.h>

typedef struct {
  double flops_per_second;
  double wall_seconds;
} bench_peak;

// Runs independent fused multiply-adds on `threads` threads at once for about `seconds`, and says
// how many float32 operations a second they did together; a multiply-add counts as two.
bench_peak bench_measure_peak(int threads, double seconds);
// The instructions that bench_measure_peak uses on this machine: "AVX-512", "AVX2", "portable".
const char *bench_peak_instructions(void);

// Writes a JPEG that costs a decoder what a photograph does: soft shapes, edges, texture and grain,
// 4:2:0. The same seed gives the same pixels. Returns its size in bytes, or 0 if it cannot be
// written.
int64_t bench_write_photograph(const char *path, uint64_t seed, int width, int height,
                               int quality);

// The version of oneDNN that is loaded, 20603 for 2.6.3.
int bench_onednn_version(void);
// The version of libjpeg that this was built with.
const char *bench_jpeg_version(void);

// From now on oneDNN reports every primitive that it runs, and what the process prints goes to the
// file at `path`. Returns false, with nothing changed, if that cannot be.
bool bench_trace_begin(const char *path);
// Ends that.
void bench_trace_end(void);

// The seconds that this process had a core, added over the cores.
double bench_cpu_seconds(void);
