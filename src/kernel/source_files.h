/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_KERNEL_SOURCE_FILES_H
#define INQ_KERNEL_SOURCE_FILES_H

#include "util/error.h"

/**
 * The file of the folder @dir, or of a folder in it, that is called @name and one of the @n
 * @suffixes ('-' and '_' in names are the same, as for modules).  malloc'ed into *@ret; NULL: none.
 * Links to folders are not followed; bounded.  Errors: NOMEM.
 */
struct inq_error *inq_source_find(const char *dir, const char *name, const char *const *suffixes,
				  size_t n, char **ret) inq_must_check;

/**
 * @path without "." and "..", in place; then without what it shares with folder @base where both
 * are absolute: what remains is below the top of the source.  Returns where the rest begins in
 * @path.
 */
char *inq_source_tidy(char *path, const char *base);

#endif
