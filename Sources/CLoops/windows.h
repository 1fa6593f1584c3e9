// What the files of convolutions share.
#pragma once

#include "internal.h"

// With as many groups as inputs.
void cl_convolve_depthwise(const cl_windows *windows, cl_instructions instructions, int threads,
                           const float *source, const float *kernel, const float *bias,
                           float *result);
