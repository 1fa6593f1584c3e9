#pragma once
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// What Swift cannot do by itself for a process with limits. Each returns 0, or an errno.

/// Starts `executable` with `descriptors` as its descriptors 3, 4, 5 … and nothing else open.
///
/// Its standard streams lead nowhere, its signals are as the system sets them, and it stands in a
/// process group of its own, so that no key of a terminal reaches it.
int assay_sandbox_spawn(
    const char *executable, char *const arguments[], char *const environment[],
    const int *descriptors, int count, pid_t *child);

/// Makes a block of memory without a name, which two processes can map; its size is 0.
int assay_sandbox_create_memory(int *descriptor);

/// Gives the block its size, for good: no process can shrink it under the feet of another.
int assay_sandbox_fix_memory(int descriptor, size_t bytes);

/// Sets how much address space `child` may have from now on: `bytes`, or less where whoever started the
/// command allows less, which `granted` then tells.
int assay_sandbox_allow_address_space(pid_t child, uint64_t bytes, uint64_t *granted);

/// What of confining a process failed.
typedef enum {
  ASSAY_SANDBOX_LIMITS = 1,
  ASSAY_SANDBOX_RIGHTS = 2,
  ASSAY_SANDBOX_FILTER = 3,
} assay_sandbox_step;

/// Takes from this process, for good, everything but computing and the descriptors that it has.
///
/// Afterwards it opens no file, makes no connection, starts nothing and maps no code; a system call
/// that is not on the list fails with EPERM. `seconds` bounds its processor time, `bytes` its address
/// space until `assay_sandbox_allow_address_space`; limits that are lower already stay. `step` tells
/// what was being done when it failed.
int assay_sandbox_confine(uint64_t seconds, uint64_t bytes, assay_sandbox_step *step);

/// Makes its parent's end the end of this process, whatever it does just then: by SIGIO, when the other end of
/// `lifeline` closes, a socket on which nothing is ever sent. To be called before it is confined. EPIPE where the parent has gone already.
int assay_sandbox_end_with_parent(int lifeline);
