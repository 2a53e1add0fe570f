#ifndef DMTOOL_LAB_INIT_H
#define DMTOOL_LAB_INIT_H

/* Where the guest sees the directory that it shares with the test; the one place on the host that it may write to. */
#define SHARE "/run/lab"

void die(const char *what);
void make_directories(const char *path);
void put_overlay_over_root(void);
void mount_filesystems(char *list);
void serve(const char *line_path);

#endif
