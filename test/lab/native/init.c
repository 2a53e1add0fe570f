/*
 * The first process of a guest: makes the host's tree harmless and usable, then serves commands (agent.c).
 * Static and small, because every process costs ten times as much in User Mode Linux as outside.
 */
#define _GNU_SOURCE
#include "init.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINE "/dev/ttyS0"
#define MODULES "/usr/lib/uml/modules"

/* Ending the first process stops the kernel: the test sees the guest die, with this line in its console log. */
void die(const char *what) {
  fprintf(stderr, "lab: %s: %s\n", what, strerror(errno));
  exit(1);
}

void make_directories(const char *path) {
  char copy[4096];
  snprintf(copy, sizeof copy, "%s", path);
  for (char *slash = strchr(copy + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
    *slash = 0;
    mkdir(copy, 0755);
    *slash = '/';
  }
  mkdir(copy, 0755);
}

static void mount_at(const char *kind, const char *source, const char *path, unsigned long flags, const char *options) {
  make_directories(path);
  if (mount(source, path, kind, flags, options) < 0) die(path);
}

static const char *setting(const char *name) {
  const char *value = getenv(name);
  if (!value) die(name);
  return value;
}

static void mount_kernel_filesystems(void) {
  mount_at("proc", "proc", "/proc", 0, NULL);
  mount_at("sysfs", "sysfs", "/sys", 0, NULL);
  mount_at("devtmpfs", "devtmpfs", "/dev", 0, NULL);
  mount_at("devpts", "devpts", "/dev/pts", 0, "gid=5,mode=620,ptmxmode=666");
  mount_at("tmpfs", "tmpfs", "/dev/shm", MS_NOSUID | MS_NODEV, NULL);
  mount_at("tmpfs", "tmpfs", "/run", MS_NOSUID | MS_NODEV, "mode=755");
  mount_at("cgroup2", "cgroup2", "/sys/fs/cgroup", 0, NULL);
  make_directories("/run/lock");
  symlink("/proc/self/fd", "/dev/fd");
  symlink("/proc/self/fd/0", "/dev/stdin");
  symlink("/proc/self/fd/1", "/dev/stdout");
  symlink("/proc/self/fd/2", "/dev/stderr");
}

/* The repository is shown as it is now, not through the overlay, which may not see later changes on the host. */
static void mount_shares(void) {
  mount_at("hostfs", "hostfs", SHARE, MS_NOSUID | MS_NODEV, setting("LAB_SHARE"));
  mount_at("hostfs", "hostfs", setting("LAB_REPO"), MS_RDONLY, setting("LAB_REPO"));
  /* Another release's tree has no modules for this kernel: they are the host's. */
  if (getenv("LAB_TREE")) mount_at("hostfs", "hostfs", "/lib/modules", MS_RDONLY, MODULES);
  else mount_at(NULL, MODULES, "/lib/modules", MS_BIND, NULL);
}

/* The first process becomes systemd; this program comes back as a service of it. */
static void become_systemd(void) {
  char path[4096];
  snprintf(path, sizeof path, "%s/test/lab/systemd", setting("LAB_REPO"));
  mount_at(NULL, path, "/usr/local/lib/systemd/system", MS_BIND, NULL);
  snprintf(path, sizeof path, "%s/.lab/init", setting("LAB_REPO"));
  symlink(path, "/run/lab-agent");
  execl("/lib/systemd/systemd", "systemd", NULL);
  die("/lib/systemd/systemd");
}

int main(int count, char **words) {
  if (count > 1 && strcmp(words[1], "agent") == 0) serve(LINE);
  put_overlay_over_root(getenv("LAB_TREE"));
  mount_kernel_filesystems();
  mount_shares();
  if (getenv("LAB_FILESYSTEMS")) mount_filesystems(getenv("LAB_FILESYSTEMS"));
  if (sethostname("dmtool-lab", 10) < 0) die("sethostname");
  if (strcmp(setting("LAB_INIT"), "systemd") == 0) become_systemd();
  serve(LINE);
  return 1;
}
