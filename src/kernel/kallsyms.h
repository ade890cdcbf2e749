/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_KERNEL_KALLSYMS_H
#define INQ_KERNEL_KALLSYMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/error.h"

/*
 * The kernel's own symbol table, as scripts/kallsyms.c writes it into rodata:
 *
 *	names        for each symbol: length (ULEB128, one byte before 6.1,
 *	             73bbb94466fd3), then that many bytes, each the number of a token
 *	markers      u32: where in names every 256th symbol starts
 *	token_table  256 NUL-terminated strings: "_stext" with its nm type before
 *	             it is the tokens of "T_stext" in a row
 *	token_index  256 u16: where each token starts in token_table
 *	values       one per symbol, ascending by address, in one of four encodings
 *
 * This file works on bytes that were read already; kallsyms_load.c and
 * kallsyms_find.c find and read them.
 */
enum inq_kallsyms_encoding {
	INQ_KALLSYMS_ABSOLUTE,	      /**< u64 kallsyms_addresses, until 6.11 (64e166099b69b) */
	INQ_KALLSYMS_ABSOLUTE_PERCPU, /**< s32: >= 0 is the value itself, < 0: relative_base - 1 -
					 v; until 6.15 (01157ddc58dc2) */
	INQ_KALLSYMS_BASE_RELATIVE,   /**< u32 above relative_base */
	INQ_KALLSYMS_PLACE_RELATIVE,  /**< s32 from its own address, since 7.0 (a081b5789255d) */
	INQ_KALLSYMS_ENCODINGS,
};

/** More symbols than any kernel has; also what fits the index's 24 bits. */
enum { INQ_KALLSYMS_MAX = 1 << 22, INQ_KALLSYMS_TOKENS = 256, INQ_KALLSYMS_MARKED = 256 };

/** The tables as read.  Buffers are malloc'ed. */
struct inq_kallsyms_tables {
	uint32_t n;		/**< symbols */
	unsigned char *names;	/**< may be longer than the symbols need */
	size_t names_len;	/**< bytes */
	uint32_t *markers;	/**< one for every INQ_KALLSYMS_MARKED symbols; NULL: unknown */
	char *tokens;		/**< token_table, may be longer */
	size_t tokens_len;	/**< bytes */
	uint16_t *token_index;	/**< INQ_KALLSYMS_TOKENS of them */
	void *values;		/**< n of 8 bytes (is_absolute) or 4 */
	uint64_t values_addr;	/**< where they lie in the kernel */
	bool is_absolute;	/**< kallsyms_addresses */
	uint64_t relative_base; /**< kallsyms_relative_base, when has_relative_base */
	bool has_relative_base;
};
void inq_kallsyms_tables_deinit(struct inq_kallsyms_tables *t);

struct inq_kallsyms;

/**
 * Index @t by name and by address.  The encoding of the values is the one in which
 * "_stext", or where that name is lost any symbol, is @stext (VMCOREINFO's).  Takes the
 * buffers of @t over on success.  One pass over the names; errors: BADDATA, NOMEM.
 *
 * One damaged length would shift all names behind it by one, and accuse whoever comes next.  With
 * markers the symbols between two of them that damaged names leave in doubt have no name, and the
 * others theirs; without markers such a table is BADDATA.
 */
struct inq_error *inq_kallsyms_create(struct inq_kallsyms_tables *t, uint64_t stext,
				      struct inq_kallsyms **ret) inq_must_check;
void inq_kallsyms_destroy(struct inq_kallsyms *ks);

uint32_t inq_kallsyms_count(const struct inq_kallsyms *ks);
/** How many symbols have no name, because those are damaged. */
uint32_t inq_kallsyms_nameless(const struct inq_kallsyms *ks);
enum inq_kallsyms_encoding inq_kallsyms_encoding(const struct inq_kallsyms *ks);

/** Symbol number of @name: a global one, else the lowest in memory.  False: none. */
bool inq_kallsyms_by_name(const struct inq_kallsyms *ks, const char *name, uint32_t *ret);

/**
 * The symbol that starts at or next before @addr; of aliases the first in the table, which is
 * the one that the kernel itself prints.  False: none starts before it.
 */
bool inq_kallsyms_by_addr(const struct inq_kallsyms *ks, uint64_t addr, uint32_t *ret);

/** Value of symbol @i: its address, or offset in the per-CPU area. */
uint64_t inq_kallsyms_value(const struct inq_kallsyms *ks, uint32_t i);
/** The lowest value above @i's; false: none. */
bool inq_kallsyms_next_value(const struct inq_kallsyms *ks, uint32_t i, uint64_t *ret);
/** nm type and name of symbol @i, cut at @size, into @buf.  False: damaged. */
bool inq_kallsyms_name(const struct inq_kallsyms *ks, uint32_t i, char *ret_type, char *buf,
		       size_t size);

#endif
