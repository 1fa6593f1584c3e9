// For every processor: two registers of 4 values make a vector.
#define LANES 8
#define PIXELS 3
#define BLOCKS 2
#define FUSED 0
#define LOOPS CL_PORTABLE
#define NAME(x) x##_portable
#include "kernels.h"
