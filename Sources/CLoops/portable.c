// For every processor: 16 registers of 4 values, no fused multiply-add.
#define LANES 4
#define ROWS 4
#define FUSED 0
#define NAME(x) x##_portable
#include "kernels.h"
