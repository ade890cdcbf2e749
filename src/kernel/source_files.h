/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_KERNEL_SOURCE_FILES_H
#define INQ_KERNEL_SOURCE_FILES_H

#include <stdbool.h>
#include <stddef.h>

#include "util/error.h"

/** What file is looked for. */
struct inq_file_search {
	const char *dir;	     /**< in this folder, or a folder in it */
	const char *name;	     /**< '-' and '_' are the same, as in names of modules */
	const char *const *suffixes; /**< any of these behind the name */
	size_t n;
	bool (*is_wanted)(void *arg, const char *path); /**< NULL: any */
	void *arg;
};

/**
 * The first file that @s finds, malloc'ed into *@ret; NULL: none.  Links to folders are not
 * followed; bounded.  Errors: NOMEM.
 */
struct inq_error *inq_source_find(const struct inq_file_search *s, char **ret) inq_must_check;

/** DIR/.build-id/ab/cdef.debug of build id @id ("abcdef"), as distributions lay them out;
 * malloc'ed, NULL: there is none.  Errors: NOMEM. */
struct inq_error *inq_source_by_build_id(const char *dir, const char *id,
					 char **ret) inq_must_check;

/**
 * @path without "." and "..", in place; then without what it shares with folder @base where both
 * are absolute: what remains is below the top of the source.  Returns where the rest begins in
 * @path.
 */
char *inq_source_tidy(char *path, const char *base);

#endif
