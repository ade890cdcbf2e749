/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_CODE_INFER_FIT_H
#define INQ_CODE_INFER_FIT_H

#include "code/object.h"
#include "code/uses.h"

/* Private to infer.c: whether a struct may be what a pointer points to. */

/* The object that the pointer points to in this dump. */
struct inq_held {
	uint64_t pointer;
	struct inq_object object; /* size 0: not known */
};

/* How a struct agrees with what is known. */
struct inq_fit {
	unsigned int exact; /* different members that are accessed as they are */
	unsigned int weak;  /* parts of members */
	bool proof;	    /* its size, or a member's type, is known from elsewhere */
	bool small;	    /* more bytes were asked for than it has */
};

/*
 * Whether @t, @shift bytes before the pointer, agrees with all of @u, and with the object @held.
 * @array: the pointer is to several of them.
 */
bool inq_fit(struct inq_type t, int64_t shift, const struct inq_uses *u, bool array,
	     const struct inq_held *held, struct inq_fit *ret);
/* One type, or of the same name and size. */
bool inq_fit_same_struct(struct inq_type a, struct inq_type b);

#endif
