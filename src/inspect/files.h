/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_INSPECT_FILES_H
#define INQ_INSPECT_FILES_H

#include "inspect/inspect.h"

/**
 * try: what the struct file at @file is: "/etc/hosts", "/dev/null (character device 1:3)", "UDP
 * socket", "pipe:[1234]".  In the case's arena; NULL: its path can't be read.
 */
const char *inq_file_describe(struct inq_inspect *in, uint64_t file);

/**
 * try: the struct file behind descriptor @fd of the task at @task; 0: none, or not readable.
 * @ret_slot (may be NULL): where its pointer stands.
 */
uint64_t inq_file_of_fd(struct inq_inspect *in, uint64_t task, uint32_t fd, uint64_t *ret_slot);

#endif
