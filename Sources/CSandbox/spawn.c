#define _GNU_SOURCE
#include "CSandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

enum { first_descriptor = 3, most_descriptors = 8 };

// Copies the descriptors above all of their places, so that none is overwritten before its turn.
static int raise_descriptors(const int *descriptors, int count, int *raised) {
  for (int index = 0; index < count; index++) {
    raised[index] =
        fcntl(descriptors[index], F_DUPFD_CLOEXEC, first_descriptor + most_descriptors);
    if (raised[index] < 0) {
      int code = errno;
      while (index-- > 0) close(raised[index]);
      return code;
    }
  }
  return 0;
}

static int set_up_files(posix_spawn_file_actions_t *files, const int *raised, int count) {
  int code = 0;
  for (int stream = 0; stream < first_descriptor && code == 0; stream++)
    code = posix_spawn_file_actions_addopen(files, stream, "/dev/null", O_RDWR, 0);
  for (int index = 0; index < count && code == 0; index++)
    code = posix_spawn_file_actions_adddup2(files, raised[index], first_descriptor + index);
  if (code == 0) code = posix_spawn_file_actions_addclosefrom_np(files, first_descriptor + count);
  return code;
}

static int set_up_signals(posix_spawnattr_t *attributes) {
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  int code = posix_spawnattr_setsigmask(attributes, &none);
  if (code == 0) code = posix_spawnattr_setsigdefault(attributes, &all);
  if (code == 0) code = posix_spawnattr_setpgroup(attributes, 0);
  if (code == 0)
    code = posix_spawnattr_setflags(
        attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  return code;
}

int assay_sandbox_spawn(
    const char *executable, char *const arguments[], char *const environment[],
    const int *descriptors, int count, pid_t *child) {
  int raised[most_descriptors];
  if (count < 0 || count > most_descriptors) return EINVAL;
  int code = raise_descriptors(descriptors, count, raised);
  if (code != 0) return code;

  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&files);
  posix_spawnattr_init(&attributes);
  code = set_up_files(&files, raised, count);
  if (code == 0) code = set_up_signals(&attributes);
  if (code == 0)
    code = posix_spawn(child, executable, &files, &attributes, arguments, environment);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  for (int index = 0; index < count; index++) close(raised[index]);
  return code;
}

int assay_sandbox_create_memory(int *descriptor) {
  *descriptor = memfd_create("assay-tensor", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  return *descriptor < 0 ? errno : 0;
}

int assay_sandbox_fix_memory(int descriptor, size_t bytes) {
  if (ftruncate(descriptor, (off_t)bytes) != 0) return errno;
  int seals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL;
  return fcntl(descriptor, F_ADD_SEALS, seals) == 0 ? 0 : errno;
}

int assay_sandbox_allow_address_space(pid_t child, uint64_t bytes, uint64_t *granted) {
  struct rlimit limit;
  if (prlimit(child, RLIMIT_AS, NULL, &limit) != 0) return errno;
  limit.rlim_cur = bytes < limit.rlim_max ? bytes : limit.rlim_max;
  *granted = limit.rlim_cur;
  return prlimit(child, RLIMIT_AS, &limit, NULL) == 0 ? 0 : errno;
}
