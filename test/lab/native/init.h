#ifndef DMTOOL_LAB_INIT_H
#define DMTOOL_LAB_INIT_H

/* Where the guest sees the directory that it shares with the test; the one place on the host that it may write to. */
#define SHARE "/run/lab"

void die(const char *what);
void make_directories(const char *path);
/* `tree` is a directory of the host with another release in it, or NULL for the host's own root. */
void put_overlay_over_root(const char *tree);
void mount_filesystems(char *list);
void serve(const char *line_path);

#endif
