/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_REPORT_JSON_OUT_H
#define INQ_REPORT_JSON_OUT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/**
 * Writes JSON as it goes: a case with thousands of tasks costs no memory.  Text that is not
 * valid UTF-8 is mended (U+FFFD), numbers that JSON has not (NaN, infinities) become null.
 *
 * @key is NULL inside arrays.  A container opened with @line is written on one line, with
 * all that is inside it.
 */
struct inq_json {
	FILE *out;
	unsigned int depth; /**< containers open */
	unsigned int lines; /**< of them on one line: from the first such one inwards */
	bool comma;	    /**< something stands before, in this container */
	char ends[32];	    /**< closing brackets of the open containers */
};

void inq_json_object(struct inq_json *j, const char *key, bool line);
void inq_json_array(struct inq_json *j, const char *key, bool line);
/** Close the container opened last. */
void inq_json_end(struct inq_json *j);

/** NULL: null. */
void inq_json_str(struct inq_json *j, const char *key, const char *s);
/** "0x%016x". */
void inq_json_addr(struct inq_json *j, const char *key, uint64_t addr);
void inq_json_int(struct inq_json *j, const char *key, int64_t v);
void inq_json_num(struct inq_json *j, const char *key, double v);
void inq_json_bool(struct inq_json *j, const char *key, bool v);
void inq_json_null(struct inq_json *j, const char *key);

/** Seconds; below 0 (unknown): null. */
static inline void inq_json_seconds(struct inq_json *j, const char *key, double s)
{
	if (s < 0)
		inq_json_null(j, key);
	else
		inq_json_num(j, key, s);
}

#endif
