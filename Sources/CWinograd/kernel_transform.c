#include "internal.h"

// The most values in two blocks of outputs.
#define WIDEST 32

size_t cw_kernel_count(const cw_convolution *c) {
  return (size_t)CW_POINTS * (size_t)c->inputs * (size_t)c->outputs;
}

// U = G g Gᵀ for each input and two blocks of outputs, which lie as the products read them:
// pair of blocks · point · input · output.
void cw_transform_kernel(const cw_convolution *c, cw_instructions instructions, const float *kernel,
                         float *transformed) {
  const double a = CW_A, b = CW_B;
  // The derivative of x (x² − a²)(x² − b²) at ±a and ±b.
  const double at_a = 2 * a * a * (a * a - b * b), at_b = 2 * b * b * (b * b - a * a);
  const double g[6][3] = {
      {1 / (a * a * b * b), 0, 0},
      {1 / at_a, a / at_a, a * a / at_a},
      {1 / at_a, -a / at_a, a * a / at_a},
      {1 / at_b, b / at_b, b * b / at_b},
      {1 / at_b, -b / at_b, b * b / at_b},
      {0, 0, 1},
  };
  int pair = 2 * cw_lanes(instructions);
  for (int first = 0; first < c->outputs; first += pair) {
    int count = c->outputs - first < pair ? c->outputs - first : pair;
    float *to = transformed + (size_t)CW_POINTS * c->inputs * first;
    for (int input = 0; input < c->inputs; input++) {
      double columns[6][3][WIDEST];
      for (int p = 0; p < 6; p++)
        for (int x = 0; x < 3; x++)
          for (int o = 0; o < count; o++) {
            const float *from = kernel + ((size_t)x * c->inputs + input) * c->outputs + first + o;
            size_t row = (size_t)3 * c->inputs * c->outputs;
            columns[p][x][o] = g[p][0] * from[0] + g[p][1] * from[row] + g[p][2] * from[2 * row];
          }
      for (int p = 0; p < 6; p++)
        for (int q = 0; q < 6; q++) {
          float *values = to + ((size_t)(6 * p + q) * c->inputs + input) * count;
          for (int o = 0; o < count; o++)
            values[o] = (float)(g[q][0] * columns[p][0][o] + g[q][1] * columns[p][1][o] +
                                g[q][2] * columns[p][2][o]);
        }
    }
  }
}
