// A disk that fails, for Tools/test-kills to load before a program (LD_PRELOAD).
//
// Counts the calls that write below FAULT_FOLDER: write, fsync, fdatasync, rename, link, mkdir, and open of a
// new file. Call FAULT_CALL fails with FAULT_ERRNO, and leaves the file FAULT_MARK; with FAULT_STAYS also all
// later ones, and if the first is a write, half of its bytes arrive, as when a disk is full.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static atomic_int calls;

static int is_below(const char *path) {
  const char *folder = getenv("FAULT_FOLDER");
  return folder && path && strncmp(path, folder, strlen(folder)) == 0;
}

static int is_file_below(int descriptor) {
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return is_below(path);
}

// Whether all later calls fail as well; an empty variable is none.
static int stays(void) {
  const char *value = getenv("FAULT_STAYS");
  return value && *value;
}

// 0 while all is well, 1 for the call that fails first, 2 for later ones that fail.
static int fault(void) {
  const char *first = getenv("FAULT_CALL"), *code = getenv("FAULT_ERRNO");
  if (!first || !code) return 0;
  int call = atomic_fetch_add(&calls, 1) + 1;
  if (call != atoi(first) && !(call > atoi(first) && stays())) return 0;
  const char *mark = getenv("FAULT_MARK");
  if (mark) mknod(mark, S_IFREG | 0644, 0);
  errno = atoi(code);
  return call == atoi(first) ? 1 : 2;
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int descriptor, const void *bytes, size_t count) {
  if (is_file_below(descriptor)) {
    int kind = fault();
    if (kind == 1 && stays() && count > 1)
      return NEXT(write)(descriptor, bytes, count / 2);
    if (kind) return -1;
  }
  return NEXT(write)(descriptor, bytes, count);
}

int fsync(int descriptor) {
  return is_file_below(descriptor) && fault() ? -1 : NEXT(fsync)(descriptor);
}

int fdatasync(int descriptor) {
  return is_file_below(descriptor) && fault() ? -1 : NEXT(fdatasync)(descriptor);
}

int rename(const char *from, const char *to) {
  return is_below(to) && fault() ? -1 : NEXT(rename)(from, to);
}

int link(const char *from, const char *to) {
  return is_below(to) && fault() ? -1 : NEXT(link)(from, to);
}

int mkdir(const char *path, mode_t mode) {
  return is_below(path) && fault() ? -1 : NEXT(mkdir)(path, mode);
}

int open(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  int mode = flags & O_CREAT ? va_arg(rest, int) : 0;
  va_end(rest);
  if (flags & O_CREAT && is_below(path) && fault()) return -1;
  return NEXT(open)(path, flags, mode);
}

int open64(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  int mode = flags & O_CREAT ? va_arg(rest, int) : 0;
  va_end(rest);
  if (flags & O_CREAT && is_below(path) && fault()) return -1;
  return NEXT(open64)(path, flags, mode);
}
