// For every x86-64: 16 registers of 4 values, no fused multiply-add.
#define LANES 8
#define ROWS 3
#define FUSED 0
#define HAS_VNNI 0
#define HAS_BF16 0
#define TARGET "sse2"
#define NAME(x) x##_portable
#include "kernels.h"
