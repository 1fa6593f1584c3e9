// The loops of CLoops.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "check.h"
#include "loops.h"

enum { MOST = CL_PORTABLE };

static double sigmoid(double x) { return 1 / (1 + exp(-x)); }
static double softplus(double x) { return x > 30 ? x : log1p(exp(x)); }
static double silu(double x) { return x * sigmoid(x); }
static double gelu(double x) { return 0.5 * x * (1 + erf(x / sqrt(2))); }
static double hard_silu(double x) { return x * fmin(fmax(x + 3, 0), 6) / 6; }
static double mish(double x) { return x * tanh(softplus(x)); }
static double elu(double x) { return x > 0 ? x : 0.5 * expm1(x); }
static double identity(double x) { return 2 * x - 1; }
static double square(double x) { return x * x; }
static double root(double x) { return sqrt(fabs(x)); }
static double logarithm(double x) { return log(fabs(x)); }

static void check_functions(void) {
  enum { COUNT = 4099 };
  const float two_and_minus_one[] = {2, -1}, half[] = {0.5f};
  const struct {
    const char *name;
    cl_function function;
    const float *parameters;
    double (*expected)(double);
    bool positive;
  } functions[] = {
      {"x · 2 − 1", CL_AFFINE, two_and_minus_one, identity, false},
      {"sigmoid", CL_SIGMOID, NULL, sigmoid, false}, {"tanh", CL_TANH, NULL, tanh, false},
      {"exp", CL_EXP, NULL, exp, false}, {"log", CL_LOG, NULL, logarithm, true},
      {"sqrt", CL_SQRT, NULL, root, true}, {"square", CL_SQUARE, NULL, square, false},
      {"log1p", CL_LOG1P, NULL, log1p, true}, {"expm1", CL_EXPM1, NULL, expm1, false},
      {"erf", CL_ERF, NULL, erf, false}, {"silu", CL_SILU, NULL, silu, false},
      {"gelu", CL_GELU, NULL, gelu, false}, {"hard silu", CL_HARD_SILU, NULL, hard_silu, false},
      {"softplus", CL_SOFTPLUS, NULL, softplus, false}, {"mish", CL_MISH, NULL, mish, false},
      {"elu of 0.5", CL_ELU, half, elu, false},
  };
  for (size_t f = 0; f < sizeof functions / sizeof *functions; f++) {
    float *x = numbers(COUNT), *y = zeros(COUNT);
    static double expected[COUNT];
    for (int i = 0; i < COUNT; i++) {
      x[i] *= 9;
      if (functions[f].positive) x[i] = fabsf(x[i]) + 1e-3f;
      expected[i] = functions[f].expected(x[i]);
    }
    cl_map(functions[f].function, functions[f].parameters, MOST, 1, COUNT, x, y);
    check(functions[f].name, COUNT, y, expected, 1e-6);
  }
}

static void check_product(void) {
  enum { ROWS = 13, INNER = 77, COLUMNS = 21 };
  float *a = numbers(ROWS * INNER), *b = numbers(INNER * COLUMNS), *bias = numbers(COLUMNS);
  float *results = zeros(ROWS * COLUMNS);
  cl_product product = {.count = 1, .rows = ROWS, .inner = INNER, .columns = COLUMNS,
                        .a = {0, INNER, 1}, .b = {0, COLUMNS, 1}};
  cl_multiply(&product, MOST, 1, a, b, bias, results);
  windows w = {.batch = 1, .height = 1, .width = ROWS, .inputs = INNER, .outputs = COLUMNS,
               .kernel_height = 1, .kernel_width = 1, .stride = 1, .dilation = 1, .groups = 1,
               .out_height = 1, .out_width = ROWS};
  check("product", ROWS * COLUMNS, results, convolved(&w, a, b, bias), 3e-6);
}

static void check_windows(const char *name, int groups, int size, int stride, int dilation) {
  enum { BATCH = 2, HEIGHT = 11, WIDTH = 9, INPUTS = 12, OUTPUTS = 12 };
  int padding = (size - 1) * dilation / 2, lost = (size - 1) * dilation - 2 * padding;
  windows w = {.batch = BATCH, .height = HEIGHT, .width = WIDTH, .inputs = INPUTS, .outputs = OUTPUTS,
               .kernel_height = size, .kernel_width = size, .stride = stride, .dilation = dilation,
               .top = padding, .left = padding, .groups = groups,
               .out_height = (HEIGHT - lost - 1) / stride + 1, .out_width = (WIDTH - lost - 1) / stride + 1};
  cl_windows c = {.batch = BATCH, .source = {1, HEIGHT, WIDTH}, .source_channels = INPUTS,
                  .result = {1, w.out_height, w.out_width}, .result_channels = OUTPUTS,
                  .kernel = {1, size, size}, .strides = {1, stride, stride},
                  .dilation = {1, dilation, dilation}, .before = {0, padding, padding}, .groups = groups};
  float *source = numbers(BATCH * HEIGHT * WIDTH * INPUTS), *bias = numbers(OUTPUTS);
  float *kernel = numbers((size_t)(size * size * INPUTS / groups * OUTPUTS));
  size_t count = (size_t)(BATCH * w.out_height * w.out_width * OUTPUTS);
  float *results = zeros(count);
  cl_convolve(&c, MOST, 1, source, kernel, bias, results);
  check(name, count, results, convolved(&w, source, kernel, bias), 3e-6);
}

// What is done to whole rows, in double precision inside.
static void check_rows(void) {
  enum { ROWS = 7, LENGTH = 103 };
  float *x = numbers(ROWS * LENGTH), *y = zeros(ROWS * LENGTH);
  static double shares[ROWS * LENGTH], standard[ROWS * LENGTH], sums[ROWS];
  for (int r = 0; r < ROWS; r++) {
    const float *row = x + r * LENGTH;
    double powers = 0, variance = 0;
    for (int i = 0; i < LENGTH; i++) sums[r] += row[i], powers += exp(row[i]);
    for (int i = 0; i < LENGTH; i++) variance += pow(row[i] - sums[r] / LENGTH, 2) / LENGTH;
    for (int i = 0; i < LENGTH; i++) {
      shares[r * LENGTH + i] = exp(row[i]) / powers;
      standard[r * LENGTH + i] = (row[i] - sums[r] / LENGTH) / sqrt(variance + 1e-3);
    }
  }
  cl_softmax(CL_SOFTMAX, 1, ROWS, LENGTH, 1, x, y);
  check("softmax", ROWS * LENGTH, y, shares, 1e-6);
  cl_normalize(true, 1e-3f, 1, ROWS, LENGTH, x, y);
  check("normalize in double", ROWS * LENGTH, y, standard, 1e-6);
  cl_reduce(CL_SUM, MOST, 1, ROWS, LENGTH, 1, x, y);
  check("sum", ROWS, y, sums, 1e-7);
}

void check_loops(void) {
  check_functions();
  check_product();
  check_windows("loops 3x3", 1, 3, 1, 1);
  check_windows("loops 5x5, stride 2", 1, 5, 2, 1);
  check_windows("loops 3x3, groups", 3, 3, 1, 1);
  check_windows("loops depthwise, dilation 2", 12, 3, 1, 2);
  check_rows();
}
