/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_MODEL_BASE_H
#define INQ_MODEL_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What all parts of the case are made of: ids, tables, how sure. */

/** Index into one of a case's tables; INQ_NONE: none. */
typedef int32_t inq_id;
#define INQ_NONE ((inq_id)-1)

/** An arena-backed table: `v` moves when it grows, indices stay. */
#define inq_table(type)                                                                            \
	struct {                                                                                   \
		type *v;                                                                           \
		size_t n;                                                                          \
		size_t max;                                                                        \
	}

/** How sure; each level needs all evidence of the one below and more. */
enum inq_confidence {
	INQ_CONF_NONE, /**< not stated */
	INQ_CONF_POSSIBLE,
	INQ_CONF_LIKELY,
	INQ_CONF_CERTAIN,
};

/** A list of evidence ids. */
struct inq_ids {
	inq_id *v; /**< n ids */
	size_t n;
	size_t max;
};

#endif
