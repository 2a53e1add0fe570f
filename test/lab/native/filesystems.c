/* Directories that are filesystems of their own, because what is to lie there cannot lie on an overlay. */
#define _GNU_SOURCE
#include "init.h"
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

/* The programs that use them expect their directories there; opened before the mount hides them. */
static void copy_directories(DIR *from, const char *to) {
  char path[4096];
  struct dirent *entry;
  struct stat facts;
  while ((entry = readdir(from))) {
    if (entry->d_type != DT_DIR || strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    if (fstatat(dirfd(from), entry->d_name, &facts, 0) < 0) die(entry->d_name);
    snprintf(path, sizeof path, "%s/%s", to, entry->d_name);
    if (mkdir(path, 0700) < 0) continue;
    if (chown(path, facts.st_uid, facts.st_gid) < 0 || chmod(path, facts.st_mode & 07777) < 0) die(path);
  }
}

static void mount_filesystem(const char *disk, const char *path) {
  char device[64];
  snprintf(device, sizeof device, "/dev/%s", disk);
  make_directories(path);
  DIR *hidden = opendir(path);
  if (!hidden) die(path);
  if (mount(device, path, "ext4", 0, NULL) < 0) die(device);
  copy_directories(hidden, path);
  closedir(hidden);
}

/* DISK:DIRECTORY:DISK:DIRECTORY and so on. A directory that a test has removed comes back empty at the next boot. */
void mount_filesystems(char *list) {
  for (char *disk = strtok(list, ":"); disk; disk = strtok(NULL, ":")) {
    char *path = strtok(NULL, ":");
    if (!path) {
      errno = EINVAL;
      die("LAB_FILESYSTEMS");
    }
    mount_filesystem(disk, path);
  }
}
