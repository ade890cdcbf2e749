/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_INSPECT_CGROUPS_H
#define INQ_INSPECT_CGROUPS_H

#include "inspect/inspect.h"

/** The cgroup of the task at @task into @p: path, container, runtime, and evidence of it. */
void inq_cgroup_read(struct inq_inspect *in, uint64_t task, struct inq_process *p);

/**
 * The container's id in cgroup path @path, as runtimes write it: the last stretch of at least 12
 * hexadecimal digits (docker, containerd, cri-o: 64) that is a part of a path by itself, or behind
 * a prefix and before ".scope".  Returns its length and sets *@ret; 0: none.
 */
size_t inq_cgroup_container(const char *path, const char **ret);

#endif
