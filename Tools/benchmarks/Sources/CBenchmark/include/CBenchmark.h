// What a benchmark needs of C: photographs to decode, versions, and a clock.
#pragma once

#include <stdbool.h>
#include <stdint.h>

// Writes a JPEG that costs a decoder what a photograph does: soft shapes, edges, texture and grain,
// 4:2:0. The same seed gives the same pixels. Returns its size in bytes, or 0 if it cannot be
// written.
int64_t bench_write_photograph(const char *path, uint64_t seed, int width, int height,
                               int quality);

// The version of oneDNN that is loaded, 20603 for 2.6.3.
int bench_onednn_version(void);
// The version of libjpeg that this was built with.
const char *bench_jpeg_version(void);

// The seconds that this process had a core, added over the cores.
double bench_cpu_seconds(void);
