#ifndef DMTOOL_LAB_JOBS_H
#define DMTOOL_LAB_JOBS_H

#include <sys/types.h>

void answer(const char *format, ...);
void start_job(int id);
void signal_job(int id, int number, int whole_group);
void finish_job(pid_t pid, int status);

#endif
