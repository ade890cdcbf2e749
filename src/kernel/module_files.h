/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_KERNEL_MODULE_FILES_H
#define INQ_KERNEL_MODULE_FILES_H

#include <stddef.h>

#include "util/error.h"

struct inq_kernel;
struct inq_module;

/* Private to the kernel floor: which file with debug information is a module's. */

/**
 * The GNU build id of @m in hex, out of the notes that the kernel keeps of it in memory (struct
 * module.notes_attrs, for /sys/module/NAME/notes); "" where there is none, or it can't be read.
 */
void inq_module_build_id(struct inq_kernel *k, const struct inq_module *m, char *buf, size_t size);

/**
 * The file of @m in folder @dir or a folder in it: NAME.ko.debug, NAME.debug or NAME.ko, or
 * .build-id/ab/cdef.debug.  The one that has the module's build id; else one for this kernel whose
 * functions are the module's, in name and size, which another build of the same source has.
 * malloc'ed into *@ret_path; NULL: none.
 * *@ret_note (malloc'ed; NULL: nothing to say): why one was refused, or that it is another build's.
 * Errors: NOMEM.
 */
struct inq_error *inq_module_find_file(struct inq_kernel *k, const struct inq_module *m,
				       const char *dir, char **ret_path,
				       char **ret_note) inq_must_check;

#endif
