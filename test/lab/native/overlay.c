/*
 * The guest's root: the host's own tree, or one of another release that lies on the host, read-only, under a writable layer on
 * the state disk. So a guest needs no image, writes nothing to the host, and finds what it wrote after a reboot.
 */
#define _GNU_SOURCE
#include "init.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/xattr.h>
#include <unistd.h>

/* Private ground while the root is built; hostfs is read-only, so it has to be a directory that every host has. */
#define GROUND "/proc"

/*
 * Empty in a new guest: they hold the host's own state, and some cannot be read without being root there. Of systemd's
 * units all are there, and none is started but those that ../systemd and a test ask for.
 */
static const struct {
  const char *path;
  mode_t mode;
} emptied[] = {
  {"/etc/lvm/archive", 0700},
  {"/etc/lvm/backup", 0700},
  {"/etc/lvm/cache", 0700},
  {"/etc/lvm/devices", 0700},
  {"/var/lib/lvm", 0700},
  {"/tmp", 01777},
  {"/var/tmp", 01777},
  {"/etc/systemd/system", 0755},
  {"/usr/lib/systemd/system-generators", 0755},
  {"/usr/lib/systemd/system/sysinit.target.wants", 0755},
  {"/usr/lib/systemd/system/local-fs.target.wants", 0755},
  {"/usr/lib/systemd/system/sockets.target.wants", 0755},
  {"/usr/lib/systemd/system/timers.target.wants", 0755},
  {"/usr/lib/systemd/system/multi-user.target.wants", 0755},
};

/*
 * Absent in a new guest, whatever the host has: files, programs that would be found before Debian's, and the unit by which
 * Debian 13 hides what lies in /tmp, where the repository may be.
 */
static const char *const hidden[] = {"/.dockerenv",         "/etc/docker",     "/etc/containerd",       "/var/lib/docker",
                                     "/var/lib/containerd", "/var/lib/dmtool", "/etc/dmtool",           "/root/.docker",
                                     "/var/log/docker.log", "/etc/fstab",      "/usr/local/bin/docker", "/var/log/journal",
                                     "/usr/lib/systemd/system/tmp.mount", NULL};

static void load_overlay_module(void) {
  struct utsname kernel;
  char path[512];
  uname(&kernel);
  snprintf(path, sizeof path, "/usr/lib/uml/modules/%s/kernel/fs/overlayfs/overlay.ko", kernel.release);
  int module = open(path, O_RDONLY | O_CLOEXEC);
  if (module < 0) die(path);
  if (syscall(SYS_finit_module, module, "", 0) < 0) die("overlay.ko");
  close(module);
}

/* Where a path of the guest lies in the writable layer; makes the directories above it. */
static void locate(const char *path, char *target, size_t size) {
  char parent[512];
  snprintf(target, size, GROUND "/state/upper%s", path);
  snprintf(parent, sizeof parent, "%s", target);
  *strrchr(parent, '/') = 0;
  make_directories(parent);
}

static void fill_new_layer(void) {
  char target[512];
  mkdir(GROUND "/state/work", 0755);
  for (size_t at = 0; at < sizeof emptied / sizeof *emptied; at++) {
    locate(emptied[at].path, target, sizeof target);
    mkdir(target, 0700);
    chmod(target, emptied[at].mode);
    if (setxattr(target, "trusted.overlay.opaque", "y", 1, 0) < 0) die(target);
  }
  for (const char *const *path = hidden; *path; path++) {
    locate(*path, target, sizeof target);
    if (mknod(target, S_IFCHR, 0) < 0) die(target);
  }
}

void put_overlay_over_root(const char *tree) {
  load_overlay_module();
  mount("devtmpfs", "/dev", "devtmpfs", 0, NULL);
  if (mount("tmpfs", GROUND, "tmpfs", 0, NULL) < 0) die("tmpfs");
  mkdir(GROUND "/state", 0700);
  mkdir(GROUND "/root", 0755);
  if (mount("/dev/ubda", GROUND "/state", "ext4", 0, NULL) < 0) die("/dev/ubda");
  if (access(GROUND "/state/upper", F_OK) < 0) fill_new_layer();
  const char *layers = "lowerdir=/,upperdir=" GROUND "/state/upper,workdir=" GROUND "/state/work";
  if (tree) {
    mkdir(GROUND "/tree", 0755);
    if (mount("hostfs", GROUND "/tree", "hostfs", MS_RDONLY, tree) < 0) die(tree);
    layers = "lowerdir=" GROUND "/tree,upperdir=" GROUND "/state/upper,workdir=" GROUND "/state/work";
  }
  if (mount("overlay", GROUND "/root", "overlay", 0, layers) < 0) die("overlay");
  if (chdir(GROUND "/root") < 0) die("chdir");
  if (mount(".", "/", NULL, MS_MOVE, NULL) < 0) die("move");
  if (chroot(".") < 0 || chdir("/") < 0) die("chroot");
}
