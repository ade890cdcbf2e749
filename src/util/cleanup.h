/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_UTIL_CLEANUP_H
#define INQ_UTIL_CLEANUP_H

#include <stdlib.h>
#include <unistd.h>

/*
 * Function-scope ownership.  A local declared with one of the cleanup_*
 * attributes is released when it goes out of scope; take_ptr() hands it on.
 *
 *	cleanup_free char *s = strdup(x);
 *	...
 *	*ret = take_ptr(s);
 */
static inline void inq_cleanup_freep(void *p)
{
	free(*(void **)p);
}

static inline void inq_cleanup_closep(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

#define cleanup_free  __attribute__((cleanup(inq_cleanup_freep)))
#define cleanup_close __attribute__((cleanup(inq_cleanup_closep)))
/** Release with @fn, which gets a pointer to the variable. */
#define cleanup_with(fn) __attribute__((cleanup(fn)))

/** The pointer, and NULL left in its place: ownership moves to the caller. */
#define take_ptr(p)                                                                                \
	({                                                                                         \
		__typeof__(p) inq_taken_ = (p);                                                    \
		(p) = NULL;                                                                        \
		inq_taken_;                                                                        \
	})

#define array_size(a) (sizeof(a) / sizeof((a)[0]))

#define inq_printf(fmt, args) __attribute__((format(printf, fmt, args)))
/** The result must be looked at: an error that nobody reads is lost. */
#define inq_must_check __attribute__((warn_unused_result))

#endif
