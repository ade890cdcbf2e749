/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_DUMP_SEARCH_H
#define INQ_DUMP_SEARCH_H

#include "dump/pages.h"
#include "util/error.h"

/**
 * Look for VMCOREINFO in the dump's memory, for hypervisors' dumps without the note:
 * *@ret is its text, owned by the caller, or NULL where there is none.  Costs a read of
 * the memory up to where it is, of at most the first 64 GiB.
 *
 * Sure: the text is taken only if the kernel image, at the physical address that it
 * tells, holds the same release name where it says that init_uts_ns is.
 *
 * Errors: NOMEM.
 */
struct inq_error *inq_search_vmcoreinfo(const struct inq_page_index *ix, char **ret) inq_must_check;

#endif
