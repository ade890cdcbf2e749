/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_CLI_FILES_H
#define INQ_CLI_FILES_H

#include <stdbool.h>

/**
 * Where standard input, output or error came closed, have something there that gives and takes
 * nothing: else a dump or a report that is opened gets its number, and what is meant for the user
 * is written into it.
 */
void inq_fill_standard_files(void);

/** Whether both names are the same file's.  False where either doesn't exist; NULL is allowed. */
bool inq_is_same_file(const char *a, const char *b);

#endif
