// PNG through libpng. TensorFlow and Pillow agree but for 16-bit grey (high byte against clipping)
// and for colour turned into grey (libpng's coefficients against Pillow's fixed point). Alpha and
// transparency are dropped, never composited; gamma and profiles are ignored.
#include "codec.h"

#include <png.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// One decode. It lives in the frame above the one that calls setjmp, so a jump leaves it defined.
typedef struct {
  png_structp codec;
  png_infop info;
  jmp_buf escape;
  const uint8_t *next;
  size_t left, count;
  assay_status status;
  char *error;
  uint8_t *wide;
  assay_deadline deadline;
} png_job;

// The most that a chunk may take, beside the pixels: a colour profile.
enum { LARGEST_CHUNK = 8000000 };

// What says nothing of the pixels. A chunk of these is passed over without being held or inflated.
static const png_byte passed_over[] = "tEXt\0zTXt\0iTXt\0hIST\0pHYs\0oFFs\0pCAL\0sCAL\0sPLT\0tIME\0eXIf\0bKGD";

static void leave(png_structp codec, png_const_charp text) {
  png_job *job = png_get_error_ptr(codec);
  // The reader below has already said more.
  if (job->status == ASSAY_OK) {
    snprintf(job->error, ASSAY_ERROR_CAPACITY, "%s", text);
    job->status = ASSAY_DAMAGED;
  }
  longjmp(job->escape, 1);
}

static void ignore_warning(png_structp codec, png_const_charp text) { (void)codec, (void)text; }

static void take(png_structp codec, png_bytep target, size_t count) {
  png_job *job = png_get_io_ptr(codec);
  if (count > job->left) {
    job->status = assay_fail(job->error, ASSAY_TRUNCATED, "the PNG data ends before the image");
    png_error(codec, "truncated");
  }
  memcpy(target, job->next, count);
  job->next += count;
  job->left -= count;
}

static void check_time(png_job *job) {
  if (!assay_is_late(&job->deadline)) return;
  job->status = assay_too_late(png_get_image_width(job->codec, job->info),
                               png_get_image_height(job->codec, job->info), job->count, job->error);
  png_error(job->codec, "late");
}

// Creates the decoder and reads up to the pixels. Called below a setjmp.
static assay_status open_header(png_job *job) {
  job->codec = png_create_read_struct(PNG_LIBPNG_VER_STRING, job, leave, ignore_warning);
  if (job->codec) job->info = png_create_info_struct(job->codec);
  if (!job->info) return assay_fail(job->error, ASSAY_OUT_OF_MEMORY, "out of memory");
  png_set_read_fn(job->codec, job, take);
  png_set_chunk_malloc_max(job->codec, LARGEST_CHUNK);
  png_set_keep_unknown_chunks(job->codec, PNG_HANDLE_CHUNK_NEVER, NULL, 0);
  png_set_keep_unknown_chunks(job->codec, PNG_HANDLE_CHUNK_NEVER, passed_over,
                              sizeof passed_over / 5);
  // libpng itself looks for this only in chunks that it does not pass over.
  if (job->count >= 16 && memcmp(job->next + 12, "IHDR", 4) != 0)
    return assay_fail(job->error, ASSAY_DAMAGED, "the PNG does not begin with its header");
  png_read_info(job->codec, job->info);
  return assay_check_extent(png_get_image_width(job->codec, job->info),
                            png_get_image_height(job->codec, job->info), job->error);
}

static assay_status header_below_jump(png_job *job, assay_image_header *header) {
  if (setjmp(job->escape)) return job->status;
  assay_status status = open_header(job);
  if (!job->info) return status;
  header->width = png_get_image_width(job->codec, job->info);
  header->height = png_get_image_height(job->codec, job->info);
  header->components = png_get_channels(job->codec, job->info);
  header->bits = png_get_bit_depth(job->codec, job->info);
  header->orientation = 1;
  uint64_t area = (uint64_t)header->width * header->height;
  uint64_t rows = 32 * (uint64_t)header->width + LARGEST_CHUNK;
  int is_colour = png_get_color_type(job->codec, job->info) & PNG_COLOR_MASK_COLOR;
  uint64_t whole = !is_colour && header->bits == 16 ? 2 * area : 0;
  header->colour_bytes = rows + whole;
  header->grey_bytes = rows + (is_colour ? 3 * area : whole);
  return status;
}

// Asks libpng for 8-bit grey or RGB without alpha, of `channels` where it can convert as wanted.
// Gives the bytes of a pixel that will come: 1 or 3, or 2 for grey of 16 bits kept whole.
static int choose_output(png_job *job, assay_rules rules, int channels) {
  int type = png_get_color_type(job->codec, job->info);
  int bits = png_get_bit_depth(job->codec, job->info);
  int grey = !(type & PNG_COLOR_MASK_COLOR);
  int pillow = rules == ASSAY_RULES_PILLOW;
  // Pillow reads 16-bit grey whole and clips it, but grey with alpha as its high bytes.
  int whole = pillow && type == PNG_COLOR_TYPE_GRAY && bits == 16;
  if (bits == 16 && !whole) png_set_strip_16(job->codec);
  if (type == PNG_COLOR_TYPE_PALETTE) png_set_palette_to_rgb(job->codec);
  if (grey && bits < 8) png_set_expand_gray_1_2_4_to_8(job->codec);
  if (type & PNG_COLOR_MASK_ALPHA || png_get_valid(job->codec, job->info, PNG_INFO_tRNS))
    png_set_strip_alpha(job->codec);
  if (whole) return 2;
  if (grey && channels == 3) png_set_gray_to_rgb(job->codec);
  if (grey) return channels;
  if (channels == 1 && !pillow) {
    // ITU-R 601, the coefficients that TensorFlow gives; silently, whether grey or not.
    png_set_rgb_to_gray(job->codec, PNG_ERROR_ACTION_NONE, 0.299, 0.587);
    return 1;
  }
  return 3;
}

static void convert(const uint8_t *wide, int size, uint8_t *pixels, int channels, size_t count) {
  for (size_t i = 0; i < count; i++) {
    const uint8_t *from = wide + i * (size_t)size;
    if (size == 3) {
      pixels[i] = assay_luma(from);
    } else {
      uint8_t value = from[0] ? 255 : from[1];
      for (int c = 0; c < channels; c++) pixels[i * (size_t)channels + (size_t)c] = value;
    }
  }
}

static assay_status decode_below_jump(png_job *job, assay_rules rules, int channels,
                                      uint8_t *pixels, size_t capacity) {
  if (setjmp(job->escape)) return job->status;
  assay_status status = open_header(job);
  if (status != ASSAY_OK) return status;
  size_t width = png_get_image_width(job->codec, job->info);
  size_t height = png_get_image_height(job->codec, job->info);
  if (width * height * (size_t)channels > capacity)
    return assay_fail(job->error, ASSAY_OUT_OF_MEMORY, "the buffer is smaller than the image");
  int size = choose_output(job, rules, channels);
  int passes = png_set_interlace_handling(job->codec);
  png_read_update_info(job->codec, job->info);
  size_t stride = width * (size_t)size;
  if (png_get_rowbytes(job->codec, job->info) != stride)
    return assay_fail(job->error, ASSAY_NO_CONVERSION, "an unknown kind of PNG pixel");
  uint8_t *rows = pixels;
  if (size != channels) {
    rows = job->wide = malloc(stride * height);
    if (!rows) return assay_fail(job->error, ASSAY_OUT_OF_MEMORY, "out of memory");
  }
  job->deadline = assay_deadline_for((uint32_t)width, (uint32_t)height, job->count);
  for (int pass = 0; pass < passes; pass++)
    for (size_t y = 0; y < height; y++) {
      png_read_row(job->codec, rows + y * stride, NULL);
      check_time(job);
    }
  // TensorFlow reads on to the end chunk and fails where it is missing; Pillow does not look.
  if (rules == ASSAY_RULES_TENSORFLOW) png_read_end(job->codec, NULL);
  if (size != channels) convert(rows, size, pixels, channels, width * height);
  return ASSAY_OK;
}

static void prepare(png_job *job, const uint8_t *bytes, size_t count, char *error) {
  memset(job, 0, sizeof *job);
  job->next = bytes;
  job->left = job->count = count;
  job->error = error;
}

assay_status assay_png_header(const uint8_t *bytes, size_t count, assay_image_header *header,
                              char *error) {
  png_job job;
  prepare(&job, bytes, count, error);
  assay_status status = header_below_jump(&job, header);
  png_destroy_read_struct(&job.codec, &job.info, NULL);
  return status;
}

assay_status assay_png_decode(const uint8_t *bytes, size_t count, assay_rules rules, int channels,
                              uint8_t *pixels, size_t capacity, char *error) {
  png_job job;
  prepare(&job, bytes, count, error);
  assay_status status = decode_below_jump(&job, rules, channels, pixels, capacity);
  png_destroy_read_struct(&job.codec, &job.info, NULL);
  free(job.wide);
  return status;
}
