/* Jobs: programs that the test started. Each has a directory in the share, made by the test before it asks. */
#define _GNU_SOURCE
#include "jobs.h"
#include "init.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST_JOBS 256

static struct {
  pid_t pid;
  int id;
  int output;
  int errors;
} jobs[MOST_JOBS];

static int open_in(int id, const char *name, int flags) {
  char path[128];
  snprintf(path, sizeof path, SHARE "/jobs/%d/%s", id, name);
  return open(path, flags | O_CLOEXEC, 0644);
}

/* Strings end with a zero byte: working directory, number of arguments, arguments, environment. */
static char *read_request(int id, size_t *length) {
  struct stat facts;
  int file = open_in(id, "request", O_RDONLY);
  if (file < 0 || fstat(file, &facts) < 0) return NULL;
  char *text = malloc(facts.st_size + 1);
  *length = 0;
  ssize_t count;
  while ((count = read(file, text + *length, facts.st_size - *length)) > 0) *length += count;
  text[*length] = 0;
  close(file);
  return text;
}

/* Cuts the request into a list: [directory, count, argument…, NULL, variable…, NULL]. */
static char **split(char *text, size_t length) {
  size_t strings = 0;
  for (size_t at = 0; at < length; at++) strings += text[at] == 0;
  char **words = calloc(strings + 3, sizeof *words);
  size_t index = 0;
  for (size_t at = 0; at < length; at += strlen(text + at) + 1) {
    words[index++] = text + at;
    if (index > 2 && index == 2 + strtoul(words[1], NULL, 10)) words[index++] = NULL;
  }
  return words;
}

static void become(char **words, int input, int output, int errors) {
  char **arguments = words + 2;
  char **variables = arguments + strtoul(words[1], NULL, 10) + 1;
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  setsid();
  dup2(input, 0);
  dup2(output, 1);
  dup2(errors, 2);
  environ = variables;
  if (chdir(words[0]) == 0) execvp(arguments[0], arguments);
  dprintf(2, "lab: %s: %s\n", arguments[0], strerror(errno));
  _exit(errno == ENOENT ? 127 : 126);
}

void start_job(int id) {
  int slot = 0;
  while (slot < MOST_JOBS && jobs[slot].pid) slot++;
  size_t length;
  char *text = slot < MOST_JOBS ? read_request(id, &length) : NULL;
  int input = open_in(id, "stdin", O_RDONLY);
  int output = open_in(id, "stdout", O_WRONLY | O_CREAT | O_APPEND);
  int errors = open_in(id, "stderr", O_WRONLY | O_CREAT | O_APPEND);
  if (input < 0) input = open("/dev/null", O_RDONLY | O_CLOEXEC);
  pid_t pid = text && output >= 0 && errors >= 0 ? fork() : -1;
  if (pid == 0) become(split(text, length), input, output, errors);
  if (pid < 0) answer("error %d %d\n", id, errno);
  else {
    jobs[slot].pid = pid;
    jobs[slot].id = id;
    jobs[slot].output = output;
    jobs[slot].errors = errors;
  }
  close(input);
  free(text);
}

void signal_job(int id, int number, int whole_group) {
  for (int slot = 0; slot < MOST_JOBS; slot++) {
    if (jobs[slot].pid && jobs[slot].id == id) kill(whole_group ? -jobs[slot].pid : jobs[slot].pid, number);
  }
}

/* Closing what the agent itself holds open writes the guest's cached pages to the host, before the test looks. */
void finish_job(pid_t pid, int status) {
  for (int slot = 0; slot < MOST_JOBS; slot++) {
    if (jobs[slot].pid != pid) continue;
    close(jobs[slot].output);
    close(jobs[slot].errors);
    jobs[slot].pid = 0;
    int number = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    answer("exit %d %d %d\n", jobs[slot].id, WIFEXITED(status) ? WEXITSTATUS(status) : 128 + number, number);
  }
}
