#define _GNU_SOURCE
#include <stdatomic.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "internal.h"

#if defined(__x86_64__)
#include <cpuid.h>

static bool has_avx512(void) {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("fma");
}

// The system saves the tiles of a thread's registers only for a process that has asked for it.
static bool may_use_tiles(void) {
  enum { REQUEST_PERMISSION = 0x1023, TILE_DATA = 18 };
  return syscall(SYS_arch_prctl, REQUEST_PERMISSION, TILE_DATA) == 0;
}

static bool has_amx(void) {
  static atomic_int known;  // 0: not asked yet; 1: no; 2: yes
  if (known == 0) {
    unsigned a, b, c, d = 0;
    __get_cpuid_count(7, 0, &a, &b, &c, &d);
    const unsigned needed = 1u << 22 | 1u << 24 | 1u << 25;  // of bf16, tiles, bytes
    known = (d & needed) == needed && may_use_tiles() ? 2 : 1;
  }
  return known == 2;
}

static bool supported(cd_instructions instructions) {
  switch (instructions) {
    case CD_PORTABLE: return true;
    case CD_AVX2: return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    case CD_AVX512: return has_avx512();
    case CD_AVX512_VNNI: return has_avx512() && __builtin_cpu_supports("avx512vnni");
    case CD_AVX512_BF16:
      return has_avx512() && __builtin_cpu_supports("avx512vnni") &&
             __builtin_cpu_supports("avx512bf16");
    case CD_AMX: return supported(CD_AVX512_BF16) && has_amx();
  }
  return false;
}
#else
static bool supported(cd_instructions instructions) { return instructions == CD_PORTABLE; }
#endif

cd_instructions cd_best(cd_instructions most) {
  while (!supported(most)) most--;
  return most;
}

int cd_lanes(cd_instructions instructions) { return instructions >= CD_AVX512 ? 16 : 8; }

size_t cd_map_bytes(const cd_map *map, int batch, cd_instructions instructions) {
  return cd_strides_of(map, instructions).image * (size_t)batch;
}

void cd_fill_border(const cd_map *map, int batch, cd_instructions instructions, char *data) {
  if (map->border == 0) return;
  cd_strides s = cd_strides_of(map, instructions);
  int value = map->type == CD_U8 ? map->zero : 0;
  size_t side = s.pixel * (size_t)map->border;
  int blocks = cd_blocks(map, instructions);
  for (int plane = 0; plane < batch * blocks; plane++) {
    char *at = data + (size_t)(plane / blocks) * s.image + (size_t)(plane % blocks) * s.plane;
    // The right border of a row and the left one of the next lie side by side.
    memset(at, value, s.inside);
    for (int y = 0; y < map->height - 1; y++)
      memset(at + s.inside + (size_t)(y + 1) * s.row - 2 * side, value, 2 * side);
    size_t last = s.inside + (size_t)map->height * s.row - 2 * side;
    memset(at + last, value, s.plane - last);
  }
}

static void fill_borders(const cd_finish *f, int batch, cd_instructions instructions,
                         cd_results results) {
  if (f->has_first) cd_fill_border(&f->first, batch, instructions, results.first);
  if (f->has_second) cd_fill_border(&f->second, batch, instructions, results.second);
}

// None of this changes what is computed, only by whom and when.
static cd_division divide(const cd_convolution *c, cd_instructions instructions, int threads) {
  int lanes = cd_lanes(instructions);
  cd_division d = {.rows = c->batch * c->out_height, .pairs = (c->outputs / lanes + 1) / 2};
  // The rows of a group are read again for every pair of blocks: they stay in the second cache. Many
  // share the way of the kernel.
  cd_strides s = cd_strides_of(&c->source, instructions);
  size_t row = s.row * (size_t)cd_blocks(&c->source, instructions) * (size_t)c->stride;
  int most = (int)((size_t)256 * 1024 / row);
  if (most < 1) most = 1;
  d.groups = (d.rows + most - 1) / most;
  // Where there are fewer groups than threads can share fairly, each is shared out by its outputs.
  d.parts = 1;
  if (threads > 1 && d.groups < 8 * threads) d.parts = d.pairs < 2 * threads ? d.pairs : 2 * threads;
  return d;
}

// Work that is cut into pieces, which threads take one by one.
typedef struct {
  const void *call;
  void (*piece)(const void *work, int piece);
  const void *kernel;
  int pieces, across;
  atomic_int next;
} shared_work;

static void take_pieces(void *argument) {
  shared_work *work = argument;
  for (;;) {
    int piece = atomic_fetch_add(&work->next, 1);
    if (piece >= work->pieces) return;
    work->piece(work, piece);
  }
}

static void share_out(shared_work *work, int threads) {
  cl_run_on(work->pieces > 1 ? threads : 1, take_pieces, work);
}

#if defined(__x86_64__)
static cd_convolve_kernel *const convolve_kernels[] = {
    cd_convolve_portable, cd_convolve_avx2, cd_convolve_avx512, cd_convolve_avx512_vnni,
    cd_convolve_avx512_bf16, cd_convolve_amx};
static cd_pool_kernel *const pool_kernels[] = {cd_pool_portable, cd_pool_avx2, cd_pool_avx512,
                                               cd_pool_avx512_vnni, cd_pool_avx512_bf16, cd_pool_avx512_bf16};
#else
static cd_convolve_kernel *const convolve_kernels[] = {cd_convolve_portable};
static cd_pool_kernel *const pool_kernels[] = {cd_pool_portable};
#endif

static void convolve_piece(const void *argument, int piece) {
  const shared_work *work = argument;
  cd_convolve_kernel *kernel = *(cd_convolve_kernel *const *)work->kernel;
  kernel(work->call, piece / work->across, piece % work->across);
}

static void pool_piece(const void *argument, int piece) {
  const shared_work *work = argument;
  cd_pool_kernel *kernel = *(cd_pool_kernel *const *)work->kernel;
  const cd_pool_call *call = work->call;
  for (int row = 0; row < call->pooling->out_height; row++)
    kernel(call, piece % work->across,
           piece / work->across * call->pooling->out_height + row);
}

void cd_convolve(const cd_convolution *c, cd_instructions instructions, int threads,
                 const void *source, const void *packed, cd_results results) {
  fill_borders(&c->finish, c->batch, instructions, results);
  cd_division d = divide(c, instructions, threads);
  cd_convolve_call call = {c, &d, instructions, source, packed, results};
  shared_work work = {&call, convolve_piece, &convolve_kernels[instructions],
                      .pieces = d.groups * d.parts, .across = d.parts};
  share_out(&work, threads);
}

void cd_pool(const cd_pooling *p, cd_instructions instructions, int threads, const void *source,
             cd_results results) {
  fill_borders(&p->finish, p->batch, instructions, results);
  cd_pool_call call = {p, instructions, source, results};
  int vectors = p->source.channels / cd_lanes(instructions);
  shared_work work = {&call, pool_piece, &pool_kernels[instructions],
                      .pieces = p->batch * vectors, .across = vectors};
  share_out(&work, threads);
}
