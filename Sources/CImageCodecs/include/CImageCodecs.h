// Flat C functions behind the room Datasets: decode one image into a caller's buffer, resize it,
// normalise it. No state outlives a call, so any number of threads may call at once. libjpeg and
// libpng report errors with longjmp; it is caught inside these functions and never crosses a
// Swift frame.
#pragma once

#include <stddef.h>
#include <stdbool.h>
#include <stdint.h>

/// Limits that are checked before anything is allocated: Pillow's bound on pixels, a bound on either
/// side, for rows are held whole, and one on progressive scans, each of which costs a pass over the
/// whole image.
#define ASSAY_MAX_PIXELS 89478485
#define ASSAY_MAX_SIDE 1048576
#define ASSAY_MAX_SCANS 500

/// Bytes that every error buffer given to these functions must hold.
#define ASSAY_ERROR_CAPACITY 256

typedef enum {
  ASSAY_OK = 0,
  /// The bytes begin like no format known here.
  ASSAY_UNKNOWN_FORMAT = 1,
  /// A format that is known and not decoded: TIFF, Netpbm's text and bitmaps.
  ASSAY_UNSUPPORTED_FORMAT = 2,
  /// More pixels or scans than the limits above, or more time than any honest image takes.
  ASSAY_TOO_LARGE = 3,
  /// The data ends before the image does.
  ASSAY_TRUNCATED = 4,
  /// The decoder refused the data.
  ASSAY_DAMAGED = 5,
  /// A valid file whose kind of pixel has no conversion under the chosen rules.
  ASSAY_NO_CONVERSION = 6,
  ASSAY_OUT_OF_MEMORY = 7,
} assay_status;

typedef enum {
  ASSAY_FORMAT_JPEG = 1,
  ASSAY_FORMAT_PNG = 2,
  ASSAY_FORMAT_GIF = 3,
  ASSAY_FORMAT_BMP = 4,
  ASSAY_FORMAT_WEBP = 5,
  ASSAY_FORMAT_PNM = 6,
} assay_format;

/// Whose decoder is reproduced byte for byte.
typedef enum { ASSAY_RULES_TENSORFLOW = 0, ASSAY_RULES_PILLOW = 1 } assay_rules;

typedef struct {
  assay_format format;
  uint32_t width;
  uint32_t height;
  /// Components as stored: 1 grey or palette, 2 grey with alpha, 3 colour, 4 CMYK or with alpha.
  uint8_t components;
  uint8_t bits;
  /// EXIF orientation of a JPEG, 1 to 8; 1 where none is given.
  uint8_t orientation;
  /// The most bytes that decoding into 1 and into 3 channels takes beside the result.
  uint64_t grey_bytes, colour_bytes;
} assay_image_header;

/// Reads the header alone and checks it against the limits. The canvas of a GIF is not of the same
/// extent to all, nor is every kind of BMP known to all: hence the rules.
assay_status assay_read_header(const uint8_t *bytes, size_t count, assay_rules rules,
                               assay_image_header *header, char *error);

/// Decodes into `pixels`, rows of `width * channels` bytes, `channels` being 1 or 3. `capacity`
/// must be at least `height * width * channels` of the header, read under the same rules. Ends early
/// where it takes longer than the pixels and the bytes explain, by the clock of this thread's
/// processor time: half a second, 40 ns a pixel and 100 ns a byte.
assay_status assay_decode(const uint8_t *bytes, size_t count, assay_rules rules, int channels,
                          uint8_t *pixels, size_t capacity, char *error);

/// What to resize: a view of a source image, the size of the whole result, and the window of the
/// result that is wanted. Computing a window alone changes no bit of it.
typedef struct {
  const uint8_t *pixels;
  size_t stride;
  int source_width, source_height, channels;
  int full_width, full_height;
  int left, top, width, height;
  /// Whether a pixel's place is its centre; TensorFlow 1 took its corner (bilinear alone).
  bool half_pixel_centres;
} assay_resize;

typedef enum {
  ASSAY_NEAREST = 0,
  ASSAY_BILINEAR = 1,
  ASSAY_BICUBIC = 2,
  ASSAY_BOX = 3,
  ASSAY_LANCZOS = 4,
} assay_filter;

/// `tf.image.resize(antialias=False)`: nearest, bilinear or bicubic, unrounded float32 H·W·C.
assay_status assay_resize_tensorflow(const assay_resize *job, assay_filter filter, float *result);

/// `tf.image.resize(antialias=True)`: bilinear or bicubic, filtered where the result is smaller; nearest as above.
assay_status assay_resize_antialiased(const assay_resize *job, assay_filter filter, float *result);

/// `PIL.Image.resize`: every filter, uint8 H·W·C. `portable`: by no instruction that some processors lack, which gives
/// the same bytes more slowly.
assay_status assay_resize_pillow(const assay_resize *job, assay_filter filter, bool portable,
                                 uint8_t *result);

/// The modes of Keras `preprocess_input`, and TensorFlow's own RGB minus means.
typedef enum {
  ASSAY_NORMALIZE_NONE = 0,
  ASSAY_NORMALIZE_TF = 1,
  ASSAY_NORMALIZE_CAFFE = 2,
  ASSAY_NORMALIZE_TORCH = 3,
  ASSAY_NORMALIZE_RGB_MEANS = 4,
  ASSAY_NORMALIZE_UNIT = 5,
} assay_normalization;

/// Normalises one image of `pixels` pixels in place, H·W·C; all but tf need 3 channels.
void assay_normalize(float *values, size_t pixels, int channels, assay_normalization mode);

/// Multiplies each of `channels` channels by its `scale`, or adds its `offset`.
void assay_scale(float *values, size_t pixels, int channels, const float *scale);
void assay_shift(float *values, size_t pixels, int channels, const float *offset);

/// Rounds to whole numbers from 0 to 255, halves to even.
void assay_round_to_bytes(float *values, size_t count);

/// Widens bytes to float32.
void assay_widen(const uint8_t *bytes, size_t count, float *result);

/// H·W·C to C·H·W.
void assay_planes(const float *values, size_t pixels, int channels, float *result);

/// Pixels to be encoded: uint8, H·W·C without gaps, 1 or 3 channels.
typedef struct {
  const uint8_t *pixels;
  int width, height, channels;
} assay_pixels;

/// Writes a JPEG of `quality`, 1 to 100, and how many bytes it has. A `capacity` of twice the pixels'
/// bytes and 4096 is enough for any image.
assay_status assay_encode_jpeg(const assay_pixels *image, int quality, uint8_t *bytes,
                               size_t capacity, size_t *count, char *error);

/// The same as PNG, which keeps every pixel.
assay_status assay_encode_png(const assay_pixels *image, uint8_t *bytes, size_t capacity,
                              size_t *count, char *error);
