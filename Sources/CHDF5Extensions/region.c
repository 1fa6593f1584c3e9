// A virtual file driver that reads a part of a file, such as a stored member of a zip archive.
#include "CHDF5Extensions.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

// What a list of access properties carries to `region_open`.
typedef struct {
  int descriptor;
  uint64_t offset;
  uint64_t length;
} region_place;

// libhdf5 keeps its own fields at the beginning.
typedef struct {
  H5FD_t base;
  region_place place;
  dev_t device;
  ino_t inode;
  haddr_t end_of_addresses;
} region_file;

static H5FD_t *region_open(const char *name, unsigned flags, hid_t access, haddr_t limit) {
  (void)name;
  (void)limit;
  const region_place *place = (const region_place *)H5Pget_driver_info(access);
  if (!place || (flags & H5F_ACC_RDWR)) return NULL;
  struct stat status;
  if (fstat(place->descriptor, &status) != 0) return NULL;
  region_file *file = (region_file *)calloc(1, sizeof *file);
  if (!file) return NULL;
  file->place = *place;
  file->device = status.st_dev;
  file->inode = status.st_ino;
  file->place.descriptor = fcntl(place->descriptor, F_DUPFD_CLOEXEC, 3);
  if (file->place.descriptor < 0) {
    free(file);
    return NULL;
  }
  return &file->base;
}

static herr_t region_close(H5FD_t *base) {
  region_file *file = (region_file *)base;
  close(file->place.descriptor);
  free(file);
  return 0;
}

#define ORDER(a, b) \
  if ((a) != (b)) return (a) < (b) ? -1 : 1

// libhdf5 shares what it knows between two openings of the same bytes.
static int region_compare(const H5FD_t *left, const H5FD_t *right) {
  const region_file *a = (const region_file *)left, *b = (const region_file *)right;
  ORDER(a->device, b->device);
  ORDER(a->inode, b->inode);
  ORDER(a->place.offset, b->place.offset);
  ORDER(a->place.length, b->place.length);
  return 0;
}

static herr_t region_query(const H5FD_t *base, unsigned long *flags) {
  (void)base;
  // It reads as libhdf5's own driver does. Without the second, H5Fget_eoa() refuses to answer.
  *flags = H5FD_FEAT_DATA_SIEVE | H5FD_FEAT_SUPPORTS_SWMR_IO;
  return 0;
}

static haddr_t region_get_end_of_addresses(const H5FD_t *base, H5FD_mem_t type) {
  (void)type;
  return ((const region_file *)base)->end_of_addresses;
}

static herr_t region_set_end_of_addresses(H5FD_t *base, H5FD_mem_t type, haddr_t address) {
  (void)type;
  ((region_file *)base)->end_of_addresses = address;
  return 0;
}

static haddr_t region_get_end_of_file(const H5FD_t *base, H5FD_mem_t type) {
  (void)type;
  return ((const region_file *)base)->place.length;
}

static herr_t region_read(
    H5FD_t *base, H5FD_mem_t type, hid_t transfer, haddr_t address, size_t size, void *buffer) {
  (void)type;
  (void)transfer;
  const region_place *place = &((const region_file *)base)->place;
  if (address > place->length || size > place->length - address) return -1;
  uint8_t *out = (uint8_t *)buffer;
  uint64_t from = place->offset + address;
  while (size > 0) {
    // Some systems refuse to read 2 GiB or more at once.
    size_t part = size < (1u << 30) ? size : (1u << 30);
    ssize_t count = pread(place->descriptor, out, part, (off_t)from);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return -1;
    out += count;
    from += (uint64_t)count;
    size -= (size_t)count;
  }
  return 0;
}

static herr_t region_write(
    H5FD_t *base, H5FD_mem_t type, hid_t transfer, haddr_t address, size_t size,
    const void *buffer) {
  (void)base, (void)type, (void)transfer, (void)address, (void)size, (void)buffer;
  return -1;
}

static const H5FD_class_t region_class = {
#ifdef H5FD_CLASS_VERSION
    // From HDF5 1.14 on; numbers from 512 on are for drivers that are not the library's own.
    .version = H5FD_CLASS_VERSION,
    .value = (H5FD_class_value_t)601,
#endif
    .name = "region",
    .maxaddr = (haddr_t)INT64_MAX,
    .fc_degree = H5F_CLOSE_WEAK,
    .fapl_size = sizeof(region_place),
    .open = region_open,
    .close = region_close,
    .cmp = region_compare,
    .query = region_query,
    .get_eoa = region_get_end_of_addresses,
    .set_eoa = region_set_end_of_addresses,
    .get_eof = region_get_end_of_file,
    .read = region_read,
    .write = region_write,
    .fl_map = H5FD_FLMAP_DICHOTOMY,
};

herr_t assay_h5_set_region(hid_t access, int descriptor, uint64_t offset, uint64_t length) {
  // Callers hold the lock that guards every call of libhdf5.
  static hid_t driver = H5I_INVALID_HID;
  if (offset > INT64_MAX || length > INT64_MAX - offset) return -1;
  if (driver < 0) driver = H5FDregister(&region_class);
  if (driver < 0) return -1;
  region_place place = {descriptor, offset, length};
  return H5Pset_driver(access, driver, &place);
}
