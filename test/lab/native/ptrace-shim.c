/*
 * Preloaded into linux.uml. UML 6.1 saves the floating-point state in a buffer of fixed size, and on a CPU with AMX the
 * host refuses to set a register area that is not full size: the guest then panics at its first process.
 */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define LARGEST_STATE_BYTES (64 * 1024)

static long raw_ptrace(long request, long pid, void *address, void *data) {
  return syscall(SYS_ptrace, request, pid, address, data);
}

/* The kernel stores a peeked word where `data` points; glibc's callers expect it as the return value. */
static long peek(long request, long pid, void *address) {
  long word = 0;
  long failed = raw_ptrace(request, pid, address, &word);
  if (failed < 0) return failed;
  errno = 0;
  return word;
}

/* Reads the whole area, lays the caller's shorter state over its start, and sets the whole. */
static long set_whole_state(long pid, void *kind, const struct iovec *given) {
  static char area[LARGEST_STATE_BYTES];
  struct iovec whole = {area, sizeof area};
  if (raw_ptrace(PTRACE_GETREGSET, pid, kind, &whole) < 0) return -1;
  if (given->iov_len >= whole.iov_len) return raw_ptrace(PTRACE_SETREGSET, pid, kind, (void *)given);
  memcpy(area, given->iov_base, given->iov_len);
  return raw_ptrace(PTRACE_SETREGSET, pid, kind, &whole);
}

long ptrace(enum __ptrace_request request, ...) {
  va_list list;
  va_start(list, request);
  long pid = va_arg(list, int);
  void *address = va_arg(list, void *);
  void *data = va_arg(list, void *);
  va_end(list);
  if (request == PTRACE_PEEKTEXT || request == PTRACE_PEEKDATA || request == PTRACE_PEEKUSER) {
    return peek(request, pid, address);
  }
  if (request == PTRACE_SETREGSET && (long)address == NT_X86_XSTATE) return set_whole_state(pid, address, data);
  return raw_ptrace(request, pid, address, data);
}
