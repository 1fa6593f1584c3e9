// JPEG through libjpeg-turbo. TensorFlow decodes with the fast inverse DCT, Pillow with the
// accurate one, both with fancy upsampling; they also turn CMYK into RGB by different formulas.
#include "codec.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// After stdio.h, which it needs.
#include <jpeglib.h>

#include <jerror.h>

// One decode. It lives in the frame above the one that calls setjmp, so a jump leaves it defined.
typedef struct {
  struct jpeg_decompress_struct codec;
  struct jpeg_error_mgr errors;
  struct jpeg_progress_mgr progress;
  struct jpeg_source_mgr source;
  jmp_buf escape;
  assay_status status;
  char *error;
  uint8_t *row;
  const uint8_t *bytes;
  size_t count;
  assay_deadline deadline;
} jpeg_job;

static void leave(j_common_ptr common) {
  jpeg_job *job = common->client_data;
  char text[JMSG_LENGTH_MAX];
  common->err->format_message(common, text);
  snprintf(job->error, ASSAY_ERROR_CAPACITY, "%s", text);
  job->status =
      common->err->msg_code == JERR_OUT_OF_MEMORY ? ASSAY_OUT_OF_MEMORY : ASSAY_DAMAGED;
  longjmp(job->escape, 1);
}

// Warnings are neither errors to TensorFlow nor to Pillow; a library prints nothing.
static void keep_silent(j_common_ptr common) { (void)common; }
static void ignore_warning(j_common_ptr common, int level) { (void)common, (void)level; }

// Called for every row of blocks of every scan.
static void look_at_progress(j_common_ptr common) {
  jpeg_job *job = common->client_data;
  if (job->codec.input_scan_number > ASSAY_MAX_SCANS) {
    job->status = assay_fail(job->error, ASSAY_TOO_LARGE, "more than 500 progressive scans");
    longjmp(job->escape, 1);
  }
  if (!assay_is_late(&job->deadline)) return;
  job->status =
      assay_too_late(job->codec.image_width, job->codec.image_height, job->count, job->error);
  longjmp(job->escape, 1);
}

// The whole file is in memory. Asking for more suspends the decoder, as it does in TensorFlow and
// Pillow, and the caller sees a row that never comes.
static void source_begin(j_decompress_ptr codec) { (void)codec; }
static boolean source_refill(j_decompress_ptr codec) { return (void)codec, FALSE; }
static void source_skip(j_decompress_ptr codec, long count) {
  if (count <= 0) return;
  size_t left = codec->src->bytes_in_buffer;
  size_t step = (size_t)count < left ? (size_t)count : left;
  codec->src->next_input_byte += step;
  codec->src->bytes_in_buffer -= step;
}
static void source_end(j_decompress_ptr codec) { (void)codec; }

static void prepare(jpeg_job *job, const uint8_t *bytes, size_t count, char *error) {
  memset(job, 0, sizeof *job);
  job->error = error;
  job->bytes = bytes;
  job->count = count;
  job->codec.err = jpeg_std_error(&job->errors);
  job->errors.error_exit = leave;
  job->errors.output_message = keep_silent;
  job->errors.emit_message = ignore_warning;
  job->codec.client_data = job;
  job->progress.progress_monitor = look_at_progress;
  job->source.next_input_byte = bytes;
  job->source.bytes_in_buffer = count;
  job->source.init_source = source_begin;
  job->source.fill_input_buffer = source_refill;
  job->source.skip_input_data = source_skip;
  job->source.resync_to_restart = jpeg_resync_to_restart;
  job->source.term_source = source_end;
}

static assay_status truncated(jpeg_job *job, const char *where) {
  snprintf(job->error, ASSAY_ERROR_CAPACITY, "the JPEG data ends %s", where);
  return ASSAY_TRUNCATED;
}

// Creates the decoder and reads the header. Called below a setjmp.
static assay_status open_header(jpeg_job *job) {
  jpeg_create_decompress(&job->codec);
  job->codec.src = &job->source;
  job->codec.progress = &job->progress;
  if (jpeg_read_header(&job->codec, TRUE) != JPEG_HEADER_OK)
    return truncated(job, "within its header");
  return assay_check_extent(job->codec.image_width, job->codec.image_height, job->error);
}

static uint32_t number(const uint8_t *bytes, int size, int little) {
  uint32_t value = 0;
  for (int i = 0; i < size; i++) value = value << 8 | bytes[little ? size - 1 - i : i];
  return value;
}

// Tag 0x0112 of the first directory of a TIFF block; 1 where it is not.
static uint8_t tiff_orientation(const uint8_t *tiff, size_t size) {
  int little = tiff[0] == 'I';
  size_t place = number(tiff + 4, 4, little);
  if (place > size - 2) return 1;
  size_t entries = number(tiff + place, 2, little);
  place += 2;
  for (size_t i = 0; i < entries && place + 12 <= size; i++, place += 12) {
    if (number(tiff + place, 2, little) != 0x0112) continue;
    uint32_t value = number(tiff + place + 8, 2, little);
    return value >= 1 && value <= 8 ? (uint8_t)value : 1;
  }
  return 1;
}

// That of the first block behind "Exif\0\0" before the pixels. libjpeg would keep a copy of every block
// that may be one; the markers are walked here as it walks them.
static uint8_t orientation(const uint8_t *bytes, size_t count) {
  enum { APP1 = 0xE1, FIRST_BARE = 0xD0, LAST_BARE = 0xD8, TEM = 0x01 };
  for (size_t place = 2; place + 4 <= count;) {
    uint8_t marker = bytes[place + 1];
    if (bytes[place] != 0xFF || marker == 0xFF) {
      place++;
      continue;
    }
    if (marker <= TEM || (marker >= FIRST_BARE && marker <= LAST_BARE)) {
      place += 2;
      continue;
    }
    if (marker == JPEG_EOI || marker == 0xDA) return 1;
    size_t length = number(bytes + place + 2, 2, 0);
    if (length < 2 || length > count - place - 2) return 1;
    const uint8_t *data = bytes + place + 4;
    if (marker == APP1 && length >= 2 + 14 && memcmp(data, "Exif\0\0", 6) == 0)
      return tiff_orientation(data + 6, length - 2 - 6);
    place += 2 + length;
  }
  return 1;
}

// The coefficients of a whole image, which are kept where they come in more than one scan; some rows
// otherwise. Known once the header has been read.
static uint64_t working_bytes(j_decompress_ptr codec) {
  uint64_t coefficients = 0;
  for (int i = 0; i < codec->num_components; i++)
    coefficients += (uint64_t)codec->comp_info[i].width_in_blocks *
                    codec->comp_info[i].height_in_blocks * sizeof(JBLOCK);
  uint64_t rows = 256 * (uint64_t)codec->image_width;
  return jpeg_has_multiple_scans(codec) ? rows + coefficients : rows;
}

static assay_status header_below_jump(jpeg_job *job, assay_image_header *header) {
  if (setjmp(job->escape)) return job->status;
  assay_status status = open_header(job);
  header->width = job->codec.image_width;
  header->height = job->codec.image_height;
  header->components = (uint8_t)job->codec.num_components;
  header->bits = (uint8_t)job->codec.data_precision;
  header->orientation = orientation(job->bytes, job->count);
  if (status == ASSAY_OK) header->grey_bytes = header->colour_bytes = working_bytes(&job->codec);
  return status;
}

// CMYK to RGB, as TensorFlow does it: with an Adobe marker the values are inverted ink.
static void tensorflow_rgb(const uint8_t *ink, uint8_t *rgb, size_t count, int adobe) {
  for (size_t i = 0; i < count; i++, ink += 4, rgb += 3) {
    for (int c = 0; c < 3; c++)
      rgb[c] = (uint8_t)(adobe ? ink[3] * ink[c] / 255 : (255 - ink[3]) * (255 - ink[c]) / 255);
  }
}

// CMYK to RGB, as Pillow does it: inverted ink is assumed, marker or not.
static void pillow_rgb(const uint8_t *ink, uint8_t *rgb, size_t count) {
  for (size_t i = 0; i < count; i++, ink += 4, rgb += 3) {
    int light = ink[3];
    for (int c = 0; c < 3; c++) {
      int t = (255 - ink[c]) * light + 128;
      int value = light - (((t >> 8) + t) >> 8);
      rgb[c] = (uint8_t)(value < 0 ? 0 : value);
    }
  }
}

// Chooses what libjpeg shall give, in the order of the rules of each pipeline.
static assay_status choose_output(jpeg_job *job, assay_rules rules, int channels) {
  J_COLOR_SPACE stored = job->codec.jpeg_color_space;
  int ink = stored == JCS_CMYK || stored == JCS_YCCK;
  job->codec.dct_method = rules == ASSAY_RULES_TENSORFLOW ? JDCT_IFAST : JDCT_ISLOW;
  job->codec.do_fancy_upsampling = TRUE;
  if (rules == ASSAY_RULES_TENSORFLOW && channels == 1) {
    if (ink)
      return assay_fail(job->error, ASSAY_NO_CONVERSION,
                        "TensorFlow does not turn a CMYK JPEG into grey");
    job->codec.out_color_space = JCS_GRAYSCALE;
  } else if (ink) {
    job->codec.out_color_space = JCS_CMYK;
  } else if (stored == JCS_GRAYSCALE && channels == 1) {
    job->codec.out_color_space = JCS_GRAYSCALE;
  } else {
    job->codec.out_color_space = JCS_RGB;
  }
  return ASSAY_OK;
}

static void convert_row(const jpeg_job *job, assay_rules rules, int channels, uint8_t *row,
                        uint8_t *target) {
  size_t width = job->codec.output_width;
  if (job->codec.out_color_space == JCS_CMYK) {
    // In place where grey is wanted: three bytes never overtake four.
    uint8_t *rgb = channels == 3 ? target : row;
    if (rules == ASSAY_RULES_TENSORFLOW) {
      tensorflow_rgb(row, rgb, width, job->codec.saw_Adobe_marker);
    } else {
      pillow_rgb(row, rgb, width);
    }
  }
  if (channels == 1)
    for (size_t x = 0; x < width; x++) target[x] = assay_luma(row + 3 * x);
}

static assay_status decode_below_jump(jpeg_job *job, assay_rules rules, int channels,
                                      uint8_t *pixels, size_t capacity) {
  if (setjmp(job->escape)) return job->status;
  assay_status status = open_header(job);
  if (status != ASSAY_OK) return status;
  j_decompress_ptr codec = &job->codec;
  size_t stride = (size_t)codec->image_width * (size_t)channels;
  if (stride * codec->image_height > capacity)
    return assay_fail(job->error, ASSAY_OUT_OF_MEMORY, "the buffer is smaller than the image");
  status = choose_output(job, rules, channels);
  if (status != ASSAY_OK) return status;
  job->deadline = assay_deadline_for(codec->image_width, codec->image_height, job->count);
  if (!jpeg_start_decompress(codec)) return truncated(job, "before its first row");
  int direct = codec->output_components == channels;
  if (!direct) {
    job->row = malloc((size_t)codec->output_width * (size_t)codec->output_components);
    if (!job->row) return assay_fail(job->error, ASSAY_OUT_OF_MEMORY, "out of memory");
  }
  while (codec->output_scanline < codec->output_height) {
    uint8_t *target = pixels + stride * codec->output_scanline;
    JSAMPROW row = direct ? target : job->row;
    if (jpeg_read_scanlines(codec, &row, 1) == 0) {
      snprintf(job->error, ASSAY_ERROR_CAPACITY, "the JPEG data ends at row %u of %u",
               codec->output_scanline, codec->output_height);
      return ASSAY_TRUNCATED;
    }
    if (!direct) convert_row(job, rules, channels, job->row, target);
  }
  // TensorFlow does not miss the end marker; Pillow waits for it.
  if (!jpeg_finish_decompress(codec) && rules == ASSAY_RULES_PILLOW)
    return truncated(job, "without an end marker");
  return ASSAY_OK;
}

assay_status assay_jpeg_header(const uint8_t *bytes, size_t count, assay_image_header *header,
                               char *error) {
  jpeg_job job;
  prepare(&job, bytes, count, error);
  assay_status status = header_below_jump(&job, header);
  jpeg_destroy_decompress(&job.codec);
  return status;
}

assay_status assay_jpeg_decode(const uint8_t *bytes, size_t count, assay_rules rules, int channels,
                               uint8_t *pixels, size_t capacity, char *error) {
  jpeg_job job;
  prepare(&job, bytes, count, error);
  assay_status status = decode_below_jump(&job, rules, channels, pixels, capacity);
  jpeg_destroy_decompress(&job.codec);
  free(job.row);
  return status;
}
