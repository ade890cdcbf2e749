/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_UTIL_ERROR_H
#define INQ_UTIL_ERROR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

#include "util/cleanup.h"

/** Why something could not be done. */
enum inq_error_code {
	INQ_ERR_NOMEM,	  /**< our own memory ran out */
	INQ_ERR_OS,	  /**< a system call failed */
	INQ_ERR_FAULT,	  /**< the dump has no memory at the address, or it can't be translated */
	INQ_ERR_EXCLUDED, /**< the page was filtered out by makedumpfile; never FAULT */
	INQ_ERR_NOTFOUND, /**< no such symbol, type, member, ... */
	INQ_ERR_BADDATA,  /**< the bytes are there but can't be what they should be */
	INQ_ERR_NOTSUP,	  /**< a format, architecture or version that inquest does not know */
};

/**
 * An error: a code, the address it is about, and a message that grows from the
 * inside out ("task list: task_struct.tasks: page excluded").
 *
 * Functions return `struct inq_error *`; NULL is success.  The caller owns what
 * it gets and passes it on or frees it.
 */
struct inq_error {
	enum inq_error_code code;
	uint64_t addr; /**< the address it is about; 0: none */
	char *message; /**< never NULL */
};

/** Out of memory.  Static: needs no allocation, may be freed any number of times. */
extern struct inq_error inq_enomem;

/**
 * A new error.  @addr is the address that it is about (0: none).  Falls back to
 * &inq_enomem where memory is short, so it never returns NULL.
 */
struct inq_error *inq_error_create(enum inq_error_code code, uint64_t addr, const char *fmt, ...)
	inq_printf(3, 4) inq_must_check;

/** Put "context: " before @err's message and return it.  @err NULL: NULL. */
struct inq_error *inq_error_prefix(struct inq_error *err, const char *fmt, ...)
	inq_printf(2, 3) inq_must_check;

/** Release @err; NULL is allowed. */
void inq_error_destroy(struct inq_error *err);

/** The code's word for people: "page excluded", "not found", ... Static. */
const char *inq_error_code_name(enum inq_error_code code);

static inline void inq_cleanup_errorp(struct inq_error **err)
{
	inq_error_destroy(*err);
}

#define cleanup_error __attribute__((cleanup(inq_cleanup_errorp)))

#endif
