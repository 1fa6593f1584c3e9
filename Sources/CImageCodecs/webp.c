// WebP through libwebp, the first frame. TensorFlow decodes stills without alpha alone, for an image
// of three channels must be stored with three; Pillow decodes whatever libwebp's animation decoder
// does, and drops the alpha. Either takes time in proportion to the pixels and the bytes.
#include "codec.h"

#include <stdlib.h>
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

// What libwebp allocates: of a lossless image its pixels, and tables of codes for each of its parts, of
// which 16 pixels and three bytes are the least; of an alpha plane about as much; rows otherwise.
static uint64_t working_bytes(const WebPBitstreamFeatures *features, size_t count) {
  enum { LOSSY = 1, TABLES = 11000, MOST_PARTS = 1 << 16 };
  uint64_t area = (uint64_t)features->width * (uint64_t)features->height;
  uint64_t rows = 256 * (uint64_t)features->width;
  if (features->format == LOSSY && !features->has_alpha) return rows;
  uint64_t parts = 1 + area / 16;
  if (parts > count / 3) parts = count / 3;
  if (parts > MOST_PARTS) parts = MOST_PARTS;
  // An encoder uses few parts. Where these are all that there might be, the image is decoded alone.
  uint64_t tables = parts * TABLES < 2 * area ? parts * TABLES : 2 * area;
  return rows + 4 * area + tables;
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
  header->colour_bytes = working_bytes(&features, count);
  header->grey_bytes = header->colour_bytes + 3 * (uint64_t)header->width * header->height;
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

// The first frame on its canvas, of which nothing has been drawn before: black where it does not reach.
static assay_status decode_frame(const WebPIterator *frame, uint32_t width, uint32_t height,
                                 int channels, uint8_t *pixels) {
  size_t area = (size_t)width * height;
  size_t left = (size_t)frame->x_offset, top = (size_t)frame->y_offset;
  if (frame->x_offset < 0 || frame->y_offset < 0 || frame->width <= 0 || frame->height <= 0 ||
      left + (size_t)frame->width > width || top + (size_t)frame->height > height)
    return ASSAY_DAMAGED;
  uint8_t *canvas = channels == 3 ? pixels : malloc(3 * area);
  if (!canvas) return ASSAY_OUT_OF_MEMORY;
  if ((size_t)frame->width * (size_t)frame->height < area) memset(canvas, 0, 3 * area);
  WebPDecoderConfig config;
  assay_status status = ASSAY_DAMAGED;
  size_t start = 3 * (top * width + left);
  if (WebPInitDecoderConfig(&config)) {
    config.output.colorspace = MODE_RGB;
    config.output.is_external_memory = 1;
    config.output.u.RGBA.rgba = canvas + start;
    config.output.u.RGBA.stride = (int)(3 * width);
    config.output.u.RGBA.size = 3 * area - start;
    switch (WebPDecode(frame->fragment.bytes, frame->fragment.size, &config)) {
    case VP8_STATUS_OK: status = ASSAY_OK; break;
    case VP8_STATUS_OUT_OF_MEMORY: status = ASSAY_OUT_OF_MEMORY; break;
    default: break;
    }
    WebPFreeDecBuffer(&config.output);
  }
  if (channels == 1) {
    for (size_t i = 0; i < area && status == ASSAY_OK; i++) pixels[i] = assay_luma(canvas + 3 * i);
    free(canvas);
  }
  return status;
}

// As libwebp's animation decoder, which keeps two more canvases, makes it.
static assay_status decode_pillow(const uint8_t *bytes, size_t count, uint32_t width,
                                  uint32_t height, int channels, uint8_t *pixels, char *error) {
  WebPData data = {bytes, count};
  WebPDemuxer *demuxer = WebPDemux(&data);
  if (!demuxer) return refused(bytes, count, error);
  WebPIterator frame;
  assay_status status = ASSAY_DAMAGED;
  if (WebPDemuxGetI(demuxer, WEBP_FF_CANVAS_WIDTH) == width &&
      WebPDemuxGetI(demuxer, WEBP_FF_CANVAS_HEIGHT) == height &&
      WebPDemuxGetFrame(demuxer, 1, &frame)) {
    status = decode_frame(&frame, width, height, channels, pixels);
    WebPDemuxReleaseIterator(&frame);
  }
  WebPDemuxDelete(demuxer);
  if (status == ASSAY_OUT_OF_MEMORY) return assay_fail(error, status, "out of memory");
  return status == ASSAY_OK ? status : refused(bytes, count, error);
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
