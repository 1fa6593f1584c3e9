// Small pictures for pages, written into the caller's buffer: nothing is allocated that could be lost
// when libjpeg jumps, as it would be with libjpeg's own growing destination.
#include "codec.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

// After stdio.h, which it needs.
#include <jpeglib.h>

#include <png.h>

// One encoding. It lives in the frame above the one that calls setjmp, so a jump leaves it defined.
typedef struct {
  struct jpeg_compress_struct codec;
  struct jpeg_error_mgr errors;
  struct jpeg_destination_mgr target;
  jmp_buf escape;
  char *error;
} jpeg_job;

static void leave(j_common_ptr common) {
  jpeg_job *job = common->client_data;
  char text[JMSG_LENGTH_MAX];
  common->err->format_message(common, text);
  snprintf(job->error, ASSAY_ERROR_CAPACITY, "%s", text);
  longjmp(job->escape, 1);
}

static void keep_silent(j_common_ptr common) { (void)common; }
static void ignore_warning(j_common_ptr common, int level) { (void)common, (void)level; }

static void target_begin(j_compress_ptr codec) { (void)codec; }
static void target_end(j_compress_ptr codec) { (void)codec; }
static boolean target_full(j_compress_ptr codec) {
  jpeg_job *job = codec->client_data;
  assay_fail(job->error, ASSAY_OUT_OF_MEMORY, "the buffer is smaller than the JPEG");
  longjmp(job->escape, 1);
}

static assay_status encode_below_jump(jpeg_job *job, const assay_pixels *image, int quality) {
  if (setjmp(job->escape)) return ASSAY_OUT_OF_MEMORY;
  j_compress_ptr codec = &job->codec;
  jpeg_create_compress(codec);
  codec->dest = &job->target;
  codec->image_width = (JDIMENSION)image->width;
  codec->image_height = (JDIMENSION)image->height;
  codec->input_components = image->channels;
  codec->in_color_space = image->channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_set_defaults(codec);
  jpeg_set_quality(codec, quality, TRUE);
  codec->optimize_coding = TRUE;
  jpeg_start_compress(codec, TRUE);
  size_t stride = (size_t)image->width * (size_t)image->channels;
  while (codec->next_scanline < codec->image_height) {
    // libjpeg reads it, though it does not say so.
    JSAMPROW row = (JSAMPROW)(image->pixels + stride * codec->next_scanline);
    jpeg_write_scanlines(codec, &row, 1);
  }
  jpeg_finish_compress(codec);
  return ASSAY_OK;
}

assay_status assay_encode_jpeg(const assay_pixels *image, int quality, uint8_t *bytes,
                               size_t capacity, size_t *count, char *error) {
  jpeg_job job;
  memset(&job, 0, sizeof job);
  error[0] = 0;
  job.error = error;
  job.codec.err = jpeg_std_error(&job.errors);
  job.errors.error_exit = leave;
  job.errors.output_message = keep_silent;
  job.errors.emit_message = ignore_warning;
  job.codec.client_data = &job;
  job.target.next_output_byte = bytes;
  job.target.free_in_buffer = capacity;
  job.target.init_destination = target_begin;
  job.target.empty_output_buffer = target_full;
  job.target.term_destination = target_end;
  assay_status status = encode_below_jump(&job, image, quality);
  *count = status == ASSAY_OK ? capacity - job.target.free_in_buffer : 0;
  jpeg_destroy_compress(&job.codec);
  return status;
}

// libpng's simplified interface catches its own jumps.
assay_status assay_encode_png(const assay_pixels *image, uint8_t *bytes, size_t capacity,
                              size_t *count, char *error) {
  png_image png;
  memset(&png, 0, sizeof png);
  error[0] = 0;
  png.version = PNG_IMAGE_VERSION;
  png.width = (png_uint_32)image->width;
  png.height = (png_uint_32)image->height;
  png.format = image->channels == 1 ? PNG_FORMAT_GRAY : PNG_FORMAT_RGB;
  png_alloc_size_t size = capacity;
  *count = 0;
  if (!png_image_write_to_memory(&png, bytes, &size, 0, image->pixels, 0, NULL))
    return assay_fail(error, ASSAY_OUT_OF_MEMORY,
                      png.message[0] ? png.message : "the buffer is smaller than the PNG");
  *count = size;
  return ASSAY_OK;
}
