/*
 * Runs what the test asks for. Requests and answers are short lines over a serial line, which hangs for good when
 * 4 KB of input wait unread; arguments, input and output are files of a job's own directory in the share.
 *   run ID         starts the job        kill ID SIGNAL [group]        off       powers off
 *   ready          the agent serves      exit ID CODE SIGNAL           error ID ERRNO
 */
#define _GNU_SOURCE
#include "init.h"
#include "jobs.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/reboot.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

static int line;

void answer(const char *format, ...) {
  char text[128];
  va_list list;
  va_start(list, format);
  int length = vsnprintf(text, sizeof text, format, list);
  va_end(list);
  if (write(line, text, length) != length) die("answer");
}

static void open_line(const char *path) {
  struct termios raw;
  line = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (line < 0 || tcgetattr(line, &raw) < 0) die(path);
  cfmakeraw(&raw);
  if (tcsetattr(line, TCSANOW, &raw) < 0) die(path);
}

/*
 * Systemd stops its services first. Otherwise everything that still runs is killed: what a test wants stopped gently it
 * stops itself, before.
 */
static void power_off(void) {
  if (getpid() != 1) {
    if (fork() == 0) execlp("systemctl", "systemctl", "poweroff", (char *)NULL);
    return;
  }
  kill(-1, SIGKILL);
  sync();
  reboot(RB_POWER_OFF);
  die("reboot");
}

static void obey(const char *request) {
  int id = 0;
  int number = 0;
  char group[8] = "";
  if (sscanf(request, "run %d", &id) == 1) {
    start_job(id);
  } else if (sscanf(request, "kill %d %d %7s", &id, &number, group) >= 2) {
    signal_job(id, number, group[0] != 0);
  } else if (strcmp(request, "off") == 0) {
    power_off();
  } else {
    errno = EPROTO;
    die(request);
  }
}

static void read_requests(void) {
  static char text[4096];
  static size_t length;
  ssize_t count = read(line, text + length, sizeof text - length);
  if (count <= 0) die("line");
  length += count;
  char *end;
  while ((end = memchr(text, '\n', length))) {
    *end = 0;
    obey(text);
    length -= end + 1 - text;
    memmove(text, end + 1, length);
  }
}

static void reap(int children) {
  struct signalfd_siginfo ignored;
  while (read(children, &ignored, sizeof ignored) > 0) {}
  int status;
  pid_t pid;
  while ((pid = waitpid(-1, &status, WNOHANG)) > 0) finish_job(pid, status);
}

void serve(const char *line_path) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGCHLD);
  sigprocmask(SIG_BLOCK, &signals, NULL);
  int children = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
  if (children < 0) die("signalfd");
  open_line(line_path);
  answer("ready\n");
  struct pollfd watched[2] = {{line, POLLIN, 0}, {children, POLLIN, 0}};
  for (;;) {
    if (poll(watched, 2, -1) < 0 && errno != EINTR) die("poll");
    if (watched[1].revents) reap(children);
    if (watched[0].revents) read_requests();
  }
}
