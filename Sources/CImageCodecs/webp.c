// WebP through libwebp, the first frame. TensorFlow decodes stills without alpha alone, for an image
// of three channels must be stored with three; Pillow decodes whatever libwebp's animation decoder
// does, and drops the alpha.
#include "codec.h"

#include <string.h>
#include <webp/decode.h>
#include <webp/demux.h>

// libwebp does not tell why; the length that the file claims for itself may.
static assay_status refused(const uint8_t *bytes, size_t count, char *error) {
  size_t claimed = 8;
  for (int i = 0; i < 4 && count >= 8; i++) claimed += (size_t)bytes[4 + i] << 8 * i;
  if (claimed > count)
    return assay_fail(error, ASSAY_TRUNCATED, "the WebP data ends before the image");
  return assay_fail(error, ASSAY_DAMAGED, "libwebp refuses the data");
}

static assay_status read_features(const uint8_t *bytes, size_t count,
                                  WebPBitstreamFeatures *features, char *error) {
  switch (WebPGetFeatures(bytes, count, features)) {
  case VP8_STATUS_OK: break;
  case VP8_STATUS_NOT_ENOUGH_DATA:
    return assay_fail(error, ASSAY_TRUNCATED, "the WebP data ends within its header");
  case VP8_STATUS_OUT_OF_MEMORY: return assay_fail(error, ASSAY_OUT_OF_MEMORY, "out of memory");
  default: return assay_fail(error, ASSAY_DAMAGED, "libwebp refuses the header");
  }
  if (features->width <= 0 || features->height <= 0) return refused(bytes, count, error);
  return assay_check_extent((uint32_t)features->width, (uint32_t)features->height, error);
}

assay_status assay_webp_header(const uint8_t *bytes, size_t count, assay_rules rules,
                               assay_image_header *header, char *error) {
  (void)rules;
  WebPBitstreamFeatures features;
  assay_status status = read_features(bytes, count, &features, error);
  if (status != ASSAY_OK) return status;
  header->width = (uint32_t)features.width;
  header->height = (uint32_t)features.height;
  header->components = features.has_alpha ? 4 : 3;
  header->bits = 8;
  header->orientation = 1;
  return ASSAY_OK;
}

static assay_status decode_tensorflow(const uint8_t *bytes, size_t count,
                                      const WebPBitstreamFeatures *features, uint8_t *pixels,
                                      size_t capacity, char *error) {
  if (features->has_animation)
    return assay_fail(error, ASSAY_NO_CONVERSION,
                      "TensorFlow does not turn an animated WebP into RGB");
  if (features->has_alpha)
    return assay_fail(error, ASSAY_NO_CONVERSION,
                      "TensorFlow does not turn a WebP with alpha into RGB");
  // libwebp counts in int; the limit on pixels keeps a row within it.
  if (!WebPDecodeRGBInto(bytes, count, pixels, capacity, 3 * features->width))
    return refused(bytes, count, error);
  return ASSAY_OK;
}

static assay_status decode_pillow(const uint8_t *bytes, size_t count, uint32_t width,
                                  uint32_t height, int channels, uint8_t *pixels, char *error) {
  WebPData data = {bytes, count};
  // Allocates the canvas, whose extent has been checked.
  WebPAnimDecoder *decoder = WebPAnimDecoderNew(&data, NULL);
  if (!decoder) return refused(bytes, count, error);
  WebPAnimInfo info;
  uint8_t *canvas = NULL;
  int time;
  assay_status status = ASSAY_OK;
  if (!WebPAnimDecoderGetInfo(decoder, &info) || info.canvas_width != width ||
      info.canvas_height != height || !WebPAnimDecoderGetNext(decoder, &canvas, &time)) {
    status = refused(bytes, count, error);
  } else {
    size_t area = (size_t)width * height;
    for (size_t i = 0; i < area; i++)
      assay_from_rgb(canvas + 4 * i, channels, pixels + i * (size_t)channels);
  }
  WebPAnimDecoderDelete(decoder);
  return status;
}

assay_status assay_webp_decode(const uint8_t *bytes, size_t count, assay_rules rules, int channels,
                               uint8_t *pixels, size_t capacity, char *error) {
  WebPBitstreamFeatures features;
  assay_status status = read_features(bytes, count, &features, error);
  if (status != ASSAY_OK) return status;
  uint32_t width = (uint32_t)features.width, height = (uint32_t)features.height;
  if ((size_t)width * height * (size_t)channels > capacity)
    return assay_fail(error, ASSAY_OUT_OF_MEMORY, "the buffer is smaller than the image");
  if (rules == ASSAY_RULES_TENSORFLOW)
    return decode_tensorflow(bytes, count, &features, pixels, capacity, error);
  return decode_pillow(bytes, count, width, height, channels, pixels, error);
}
