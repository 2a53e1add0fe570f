/*
 * keeper DIRECTORY          waits until nobody holds its standard input any more, then removes DIRECTORY.
 * keeper LIFELINE COMMAND…  runs COMMAND in a session of its own and kills all of it as soon as standard input ends.
 *                           The descriptor LIFELINE stays open in here only: another keeper waits for its end.
 * A test runner that is killed cannot tidy up. Its end of the pipe closes all the same.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static void die(const char *what) {
  perror(what);
  exit(125);
}

/* Takes the first free number; the kernel gives it back when this process ends, whatever ends it. */
static int claim_number(void) {
  int holder = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  for (int number = 0; holder >= 0 && number < 64; number++) {
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    int length = sprintf(name.sun_path + 1, "dmtool-lab-processor-%d", number);
    if (bind(holder, (struct sockaddr *)&name, offsetof(struct sockaddr_un, sun_path) + 1 + length) == 0) return number;
  }
  return 0;
}

/*
 * Every system call in a guest goes to and fro between two processes of the host. On one processor that takes less than
 * half the time that it takes across two, so each guest gets one, and the guests are dealt out over all there are.
 */
static void stay_on_one_processor(void) {
  cpu_set_t allowed, one;
  if (sched_getaffinity(0, sizeof allowed, &allowed) < 0) return;
  int left = claim_number() % CPU_COUNT(&allowed);
  int processor = 0;
  while (!CPU_ISSET(processor, &allowed) || left-- > 0) processor++;
  CPU_ZERO(&one);
  CPU_SET(processor, &one);
  sched_setaffinity(0, sizeof one, &one);
}

/* True as soon as the last writer of standard input has gone; what is written there means nothing. */
static int input_ended(void) {
  char ignored[256];
  ssize_t count = read(0, ignored, sizeof ignored);
  return count == 0 || (count < 0 && errno != EINTR && errno != EAGAIN);
}

static pid_t start(char **command, const sigset_t *signals) {
  pid_t pid = fork();
  if (pid < 0) die("keeper: fork");
  if (pid > 0) return pid;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  setsid();
  sigprocmask(SIG_UNBLOCK, signals, NULL);
  int null = open("/dev/null", O_RDONLY);
  if (null < 0 || dup2(null, 0) < 0) die("keeper: /dev/null");
  close(null);
  execv(command[0], command);
  die(command[0]);
  return -1;
}

/* Whatever the group's processes leave behind is reaped here, so that nothing of the guest is left when the keeper ends. */
static int end_group(pid_t pid) {
  int status = 0;
  int ended;
  pid_t child;
  kill(-pid, SIGKILL);
  while ((child = waitpid(-1, &ended, 0)) > 0 || errno == EINTR) {
    if (child == pid) {
      status = ended;
      kill(-pid, SIGKILL);
    }
  }
  return status;
}

static int keep_process(char **command) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGCHLD);
  sigprocmask(SIG_BLOCK, &signals, NULL);
  int children = signalfd(-1, &signals, SFD_CLOEXEC);
  if (children < 0) die("keeper: signalfd");
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  stay_on_one_processor();
  pid_t pid = start(command, &signals);
  struct pollfd watched[2] = {{0, POLLIN, 0}, {children, POLLIN, 0}};
  for (;;) {
    if (poll(watched, 2, -1) < 0 && errno != EINTR) die("keeper: poll");
    if (watched[1].revents || (watched[0].revents && input_ended())) break;
  }
  int status = end_group(pid);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int main(int count, char **words) {
  if (count < 2) return 125;
  if (count > 2) {
    fcntl(atoi(words[1]), F_SETFD, FD_CLOEXEC);
    return keep_process(words + 2);
  }
  while (!input_ended()) {}
  execlp("rm", "rm", "-rf", "--", words[1], (char *)NULL);
  die("keeper: rm");
}
