// SPDX-License-Identifier: GPL-2.0-or-later
#include "util/error.h"

#include <stdio.h>
#include <stdlib.h>

#include "util/banned.h"

struct inq_error inq_enomem = {
	.code = INQ_ERR_NOMEM,
	.message = (char[]){"out of memory"},
};

struct inq_error *inq_error_create(enum inq_error_code code, uint64_t addr, const char *fmt, ...)
{
	cleanup_free char *message = NULL;
	struct inq_error *err;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&message, fmt, ap);
	va_end(ap);
	if (n < 0) {
		message = NULL;
		return &inq_enomem;
	}
	err = malloc(sizeof(*err));
	if (!err)
		return &inq_enomem;
	*err = (struct inq_error){.code = code, .addr = addr, .message = take_ptr(message)};
	return err;
}

struct inq_error *inq_error_prefix(struct inq_error *err, const char *fmt, ...)
{
	cleanup_free char *prefix = NULL;
	char *joined;
	va_list ap;
	int n;

	if (!err || err == &inq_enomem)
		return err;
	va_start(ap, fmt);
	n = vasprintf(&prefix, fmt, ap);
	va_end(ap);
	if (n < 0) {
		prefix = NULL;
		return err;
	}
	if (asprintf(&joined, "%s: %s", prefix, err->message) < 0)
		return err;
	free(err->message);
	err->message = joined;
	return err;
}

void inq_error_destroy(struct inq_error *err)
{
	if (!err || err == &inq_enomem)
		return;
	free(err->message);
	free(err);
}

const char *inq_error_code_name(enum inq_error_code code)
{
	switch (code) {
	case INQ_ERR_NOMEM:
		return "out of memory";
	case INQ_ERR_OS:
		return "system error";
	case INQ_ERR_FAULT:
		return "not in the dump";
	case INQ_ERR_EXCLUDED:
		return "page excluded";
	case INQ_ERR_NOTFOUND:
		return "not found";
	case INQ_ERR_BADDATA:
		return "bad data";
	case INQ_ERR_NOTSUP:
		return "not supported";
	}
	return "unknown error";
}
