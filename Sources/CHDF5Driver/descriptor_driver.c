#include "CHDF5Driver.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// A read-only "virtual file driver" of libhdf5 over a part of a descriptor that is already open.

struct part {
  int descriptor;
  uint64_t offset, length;
};

// libhdf5 looks only at the first member, and hands the whole back.
struct open_part {
  H5FD_t base;
  struct part part;
  haddr_t end_of_allocation;
};

static hid_t driver = H5I_INVALID_HID;

static const struct part *part_of(const H5FD_t *file) {
  return &((const struct open_part *)file)->part;
}

static void *copy_part(const void *source) {
  void *copy = malloc(sizeof(struct part));
  if (copy != NULL) memcpy(copy, source, sizeof(struct part));
  return copy;
}

static void *get_part(H5FD_t *file) { return copy_part(part_of(file)); }

static herr_t free_part(void *part) {
  free(part);
  return 0;
}

static H5FD_t *open_part(const char *name, unsigned flags, hid_t access, haddr_t limit) {
  (void)name;
  (void)limit;
  const struct part *part = H5Pget_driver_info(access);
  if (part == NULL || (flags & (H5F_ACC_RDWR | H5F_ACC_TRUNC | H5F_ACC_CREAT)) != 0) return NULL;
  struct open_part *file = calloc(1, sizeof *file);
  if (file == NULL) return NULL;
  file->part = *part;
  return &file->base;
}

static herr_t close_part(H5FD_t *file) {
  free(file);
  return 0;
}

// libhdf5 asks this to find a file that it has open already.
static int compare(const H5FD_t *left, const H5FD_t *right) {
  const struct part *one = part_of(left), *other = part_of(right);
  struct stat first, second;
  if (fstat(one->descriptor, &first) != 0 || fstat(other->descriptor, &second) != 0)
    return one < other ? -1 : 1;
  if (first.st_dev != second.st_dev) return first.st_dev < second.st_dev ? -1 : 1;
  if (first.st_ino != second.st_ino) return first.st_ino < second.st_ino ? -1 : 1;
  return (one->offset > other->offset) - (one->offset < other->offset);
}

static herr_t query(const H5FD_t *file, unsigned long *flags) {
  (void)file;
  *flags = H5FD_FEAT_ACCUMULATE_METADATA_READ | H5FD_FEAT_DATA_SIEVE |
           H5FD_FEAT_DEFAULT_VFD_COMPATIBLE;
  return 0;
}

static haddr_t get_eoa(const H5FD_t *file, H5FD_mem_t type) {
  (void)type;
  return ((const struct open_part *)file)->end_of_allocation;
}

static herr_t set_eoa(H5FD_t *file, H5FD_mem_t type, haddr_t end) {
  (void)type;
  ((struct open_part *)file)->end_of_allocation = end;
  return 0;
}

static haddr_t get_eof(const H5FD_t *file, H5FD_mem_t type) {
  (void)type;
  return part_of(file)->length;
}

static herr_t read_part(
    H5FD_t *file, H5FD_mem_t type, hid_t transfer, haddr_t address, size_t size, void *buffer) {
  (void)type;
  (void)transfer;
  const struct part *part = part_of(file);
  char *place = buffer;
  while (size > 0 && address < part->length) {
    uint64_t rest = part->length - address;
    // No system call reads more than this at once.
    size_t wanted = size < rest ? size : (size_t)rest;
    if (wanted > 1u << 30) wanted = 1u << 30;
    ssize_t got = pread(part->descriptor, place, wanted, (off_t)(part->offset + address));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return -1;
    if (got == 0) break;
    place += got;
    address += (haddr_t)got;
    size -= (size_t)got;
  }
  // As libhdf5's own driver: what lies beyond the end is zero.
  memset(place, 0, size);
  return 0;
}

static herr_t refuse_to_write(
    H5FD_t *file, H5FD_mem_t type, hid_t transfer, haddr_t address, size_t size,
    const void *buffer) {
  (void)file, (void)type, (void)transfer, (void)address, (void)size, (void)buffer;
  return -1;
}

static const H5FD_class_t class = {
#if H5_VERSION_GE(1, 14, 0)
    .version = H5FD_CLASS_VERSION,
    // From the range that the HDF Group leaves to tests and private use.
    .value = 441,
#endif
    .name = "assay_descriptor",
    .maxaddr = INT64_MAX,
    .fc_degree = H5F_CLOSE_WEAK,
    .fapl_size = sizeof(struct part),
    .fapl_get = get_part,
    .fapl_copy = copy_part,
    .fapl_free = free_part,
    .open = open_part,
    .close = close_part,
    .cmp = compare,
    .query = query,
    .get_eoa = get_eoa,
    .set_eoa = set_eoa,
    .get_eof = get_eof,
    .read = read_part,
    .write = refuse_to_write,
    .fl_map = H5FD_FLMAP_DICHOTOMY,
};

herr_t assay_h5_read_descriptor(hid_t access, int descriptor, uint64_t offset, uint64_t length) {
  static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
  if (offset > INT64_MAX || length > INT64_MAX - offset) return -1;
  pthread_mutex_lock(&lock);
  if (driver < 0) driver = H5FDregister(&class);
  hid_t known = driver;
  pthread_mutex_unlock(&lock);
  if (known < 0) return -1;
  struct part part = {descriptor, offset, length};
  return H5Pset_driver(access, known, &part);
}
