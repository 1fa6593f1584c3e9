#define _GNU_SOURCE
#include "CSandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define THIS_ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define THIS_ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#error "the list of system calls is for x86-64 and AArch64"
#endif

// AArch64 has only the newer call.
#if defined(__NR_poll)
#define __NR_poll_call __NR_poll
#else
#define __NR_poll_call __NR_ppoll
#endif

#define FIELD(name) ((unsigned)offsetof(struct seccomp_data, name))
#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, field)
#define IF_EQUAL(value, yes, no) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, yes, no)
#define IF_ANY_BIT(bits, yes, no) BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, bits, yes, no)
#define ANSWER(action) BPF_STMT(BPF_RET | BPF_K, action)
#define DENY ANSWER(SECCOMP_RET_ERRNO | EPERM)

#define ALLOW(call) IF_EQUAL(__NR_##call, 0, 1), ANSWER(SECCOMP_RET_ALLOW)
// Memory may become anything but code. The argument is an int: its low half, little-endian.
#define ALLOW_WITHOUT_CODE(call)                                             \
  IF_EQUAL(__NR_##call, 0, 4), LOAD(FIELD(args[2])),                         \
      IF_ANY_BIT(PROT_EXEC, 0, 1), DENY, ANSWER(SECCOMP_RET_ALLOW)
// Allowed if its argument of this number, an int, has this value.
#define ALLOW_WITH(call, number, value)                                      \
  IF_EQUAL(__NR_##call, 0, 4), LOAD(FIELD(args[number])), IF_EQUAL(value, 1, 0), DENY, \
      ANSWER(SECCOMP_RET_ALLOW)

static rlim_t lower(rlim_t first, rlim_t second) { return first < second ? first : second; }

// Whoever started the command may have set a lower limit. That stays, and where it is one that a process
// may raise by itself, it may no more.
static int limit(int resource, uint64_t now, uint64_t ever) {
  struct rlimit limit;
  if (getrlimit(resource, &limit) != 0) return errno;
  limit.rlim_max = lower(ever, lower(limit.rlim_cur, limit.rlim_max));
  limit.rlim_cur = lower(now, limit.rlim_max);
  return setrlimit(resource, &limit) == 0 ? 0 : errno;
}

// Root may do much without opening anything: what it may, this process may no more, nor could a program
// that it might start. Without the right to give up the bounding set there is nothing to gain from it.
static int drop_capabilities(void) {
  for (int capability = 0; capability <= 63; capability++)
    if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0 && errno != EINVAL && errno != EPERM)
      return errno;
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {{0, 0, 0}};
  return syscall(SYS_capset, &header, none) == 0 ? 0 : errno;
}

static int install_filter(void) {
  struct sock_filter program[] = {
      LOAD(FIELD(arch)),
      IF_EQUAL(THIS_ARCHITECTURE, 1, 0),
      ANSWER(SECCOMP_RET_KILL_PROCESS),
      LOAD(FIELD(nr)),

      // The descriptors that it was given.
      ALLOW(read), ALLOW(pread64), ALLOW(lseek), ALLOW(fstat), ALLOW(close),
      ALLOW(poll_call), ALLOW(recvfrom), ALLOW(sendto),
      // Memory.
      ALLOW(brk), ALLOW(munmap), ALLOW(mremap), ALLOW(madvise),
      // Locks, time, chance, and the end.
      ALLOW(futex), ALLOW(sched_yield), ALLOW(clock_gettime), ALLOW(getrandom), ALLOW(gettid),
      ALLOW(getpid), ALLOW(setitimer), ALLOW(rt_sigprocmask), ALLOW(rt_sigreturn), ALLOW(exit),
      ALLOW(exit_group), ALLOW(sysinfo), ALLOW(restart_syscall),
#ifdef __NR_alarm
      ALLOW(alarm),
#endif
      // glibc's fstat() is a newfstatat() with an empty path; a path that is not empty tells no more
      // than whether a file exists.
      ALLOW(newfstatat),

      // abort() signals this very process; no other may be signalled.
      ALLOW_WITH(tgkill, 0, (uint32_t)getpid()),
      // The reader of a part of a file has a descriptor of its own.
      ALLOW_WITH(fcntl, 1, F_DUPFD_CLOEXEC),
      ALLOW_WITHOUT_CODE(mmap),
      ALLOW_WITHOUT_CODE(mprotect),
      DENY,
  };
  struct sock_fprog filter = {sizeof program / sizeof *program, program};
  long code = syscall(
      SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &filter);
  // A positive answer is a thread that could not be confined.
  return code == 0 ? 0 : code > 0 ? EBUSY : errno;
}

int assay_sandbox_confine(uint64_t seconds, uint64_t bytes, assay_sandbox_step *step) {
  *step = ASSAY_SANDBOX_LIMITS;
  int code = limit(RLIMIT_CORE, 0, 0);
  // Shared memory grows by a write until its size is fixed.
  if (code == 0) code = limit(RLIMIT_FSIZE, 0, 0);
  if (code == 0) code = limit(RLIMIT_CPU, seconds, seconds);
  if (code == 0) code = limit(RLIMIT_AS, bytes, RLIM_INFINITY);
  if (code != 0) return code;
  *step = ASSAY_SANDBOX_RIGHTS;
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return errno;
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return errno;
  code = drop_capabilities();
  if (code != 0) return code;
  *step = ASSAY_SANDBOX_FILTER;
  return install_filter();
}

// Not by the channel, whose requests signal too: the kernel hands the bytes over before it signals, so that who
// asks for signals once a request is read may yet get the one for that request, and die of it.
int assay_sandbox_end_with_parent(int lifeline) {
  if (fcntl(lifeline, F_SETOWN, getpid()) != 0) return errno;
  if (fcntl(lifeline, F_SETFL, O_ASYNC) != 0) return errno;
  // It may have gone a moment ago, which is no news any more.
  struct pollfd end = {lifeline, POLLIN, 0};
  if (poll(&end, 1, 0) < 0) return errno;
  return end.revents == 0 ? 0 : EPIPE;
}
