// The kernels of CWinograd.
#include "CWinograd.h"
#include "check.h"

void check_winograd(void) {
  enum { BATCH = 2, INPUTS = 24, OUTPUTS = 40, HEIGHT = 9, WIDTH = 14, MOST = CW_PORTABLE };
  windows w = {.batch = BATCH, .height = HEIGHT, .width = WIDTH, .inputs = INPUTS, .outputs = OUTPUTS,
               .kernel_height = 3, .kernel_width = 3, .stride = 1, .dilation = 1, .top = 1, .left = 1,
               .groups = 1, .out_height = HEIGHT, .out_width = WIDTH};
  cw_convolution c = {.batch = BATCH, .inputs = INPUTS, .outputs = OUTPUTS, .height = HEIGHT, .width = WIDTH,
                      .top = 1, .left = 1, .out_height = HEIGHT, .out_width = WIDTH};
  int lanes = cw_lanes(MOST), pixels = HEIGHT * WIDTH;
  float *source = numbers(BATCH * HEIGHT * WIDTH * INPUTS), *kernel = numbers(9 * INPUTS * OUTPUTS);
  float *bias = numbers(OUTPUTS), *transformed = zeros(cw_kernel_count(&c));
  float *results = zeros(BATCH * HEIGHT * WIDTH * OUTPUTS);
  cw_transform_kernel(&c, MOST, kernel, transformed);
  cw_convolve(&c, MOST, 1, in_blocks(source, BATCH, pixels, INPUTS, lanes), transformed, bias, results,
              zeros(cw_scratch_bytes(&c, MOST, 1) / sizeof(float)));
  check("winograd 3x3", BATCH * HEIGHT * WIDTH * OUTPUTS, in_plain_order(results, BATCH, pixels, OUTPUTS, lanes),
        convolved(&w, source, kernel, bias), 3e-6);
}
