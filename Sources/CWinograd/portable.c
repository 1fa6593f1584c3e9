// For every processor: two registers of 4 values make a vector.
#define LANES 8
#define ROWS 3
#define FUSED 0
#define NAME(x) x##_portable
#include "kernels.h"
