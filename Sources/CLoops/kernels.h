// All loops over vectors, compiled once for each instruction set.
//
// The file that includes this one defines
//   LANES   the values in a vector
//   ROWS    the rows that are multiplied at once: twice as many sums must fit into the registers
//   FUSED   whether multiply-adds are one operation
//   TARGET  the instructions that the functions may use, if they are named
//   NAME    a name for this instruction set
#include <math.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "internal.h"

// Vectors are passed between functions of this file only, all of which are inlined.
#pragma clang diagnostic ignored "-Wpsabi"
#ifdef TARGET
#pragma clang attribute push(__attribute__((target(TARGET))), apply_to = function)
#endif
// What is one operation and what is two is said where it is computed, not chosen by the compiler.
#pragma clang fp contract(off)

#include "vectors.h"
#include "multiply.h"
#include "rows.h"
#include "exponential.h"
#include "logarithm.h"
#include "saturating.h"
#include "elements.h"
#include "pairs.h"
#include "sums.h"

#ifdef TARGET
#pragma clang attribute pop
#endif

const cl_kernels NAME(cl_kernels) = {
    .lanes = LANES,
    .rows = ROWS,
    .multiply = multiply,
    .depthwise = depthwise,
    .pool = pool,
    .map = map,
    .zip = zip,
    .zip_rows = zip_rows,
    .reduce = reduce,
};
