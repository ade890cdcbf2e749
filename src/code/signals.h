/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_CODE_SIGNALS_H
#define INQ_CODE_SIGNALS_H

#include "code/frames.h"

/**
 * try: whether frame @frame of @s, which waits for the function inside to return, can come to call
 * one of
 * @names (NULL-terminated, of the kernel image) with @object as its first argument, itself or by
 * way of a function of its own module. *@ret_site: where it does.
 */
bool inq_frame_signals(struct inq_code *c, const struct inq_ustack *s, size_t frame,
		       const char *const *names, uint64_t object, uint64_t *ret_site);

/**
 * try: the same for the function at @func, which nobody has called yet, and which is going to be
 * called with
 * @arg as its first argument.
 */
bool inq_function_signals(struct inq_code *c, uint64_t func, uint64_t arg, const char *const *names,
			  uint64_t object, uint64_t *ret_site);

#endif
