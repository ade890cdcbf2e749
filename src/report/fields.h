/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_REPORT_FIELDS_H
#define INQ_REPORT_FIELDS_H

#include <stddef.h>

#include "model/case.h"

/* How the model's structs look in JSON: what facts.c writes and load.c reads. */

enum inq_field_type {
	INQ_FIELD_STR,	   /**< const char *; unknown: NULL */
	INQ_FIELD_HEX,	   /**< uint64_t, "0x..."; unknown: 0, or !*has */
	INQ_FIELD_HEX32,   /**< uint32_t, likewise */
	INQ_FIELD_COUNT,   /**< uint32_t; 0 is left out */
	INQ_FIELD_I32,	   /**< int32_t; unknown: -1 */
	INQ_FIELD_I64,	   /**< int64_t; unknown: -1 */
	INQ_FIELD_TIME,	   /**< int64_t, seconds since 1970; unknown: 0 */
	INQ_FIELD_NS,	   /**< uint64_t; unknown: 0 */
	INQ_FIELD_BOOL,	   /**< false is left out */
	INQ_FIELD_SECONDS, /**< double; unknown: below 0 */
	INQ_FIELD_ENUM,	   /**< by its word; the first is left out */
	INQ_FIELD_IDS,	   /**< struct inq_ids */
	INQ_FIELD_ACTOR,   /**< struct inq_actor; NONE is left out */
	INQ_FIELD_LIST,	   /**< a pointer and a size_t: structs of `sub` */
};

struct inq_field {
	const char *name;
	enum inq_field_type type;
	size_t offset;
	size_t has;			   /**< offset of its has_ flag; NO_FLAG: none */
	const char *(*word)(unsigned int); /**< of ENUM; stops at "unknown" past 0 */
	size_t count;			   /**< of LIST: offset of its size_t */
	const struct inq_fields *sub;	   /**< of LIST */
};
#define INQ_FIELD_NO_FLAG ((size_t)-1)

/** A struct. */
struct inq_fields {
	const struct inq_field *v;
	size_t n;
	size_t size; /**< of the struct */
};

/** A table of the case. */
struct inq_section {
	const char *name;
	size_t offset; /**< of the inq_table in struct inq_case */
	struct inq_fields fields;
};

extern const struct inq_section inq_sections[];
extern const size_t inq_sections_nr;
extern const struct inq_fields inq_dump_fields;
extern const struct inq_fields inq_actor_fields;

/** Any inq_table, seen from outside: they all have this shape. */
struct inq_any_table {
	void *v;
	size_t n;
	size_t max;
};

#endif
