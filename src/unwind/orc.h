/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_UNWIND_ORC_H
#define INQ_UNWIND_ORC_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/kernel.h"
#include "util/hashmap.h"

/*
 * ORC: the kernel's own unwind tables, read from the dump.
 *
 * Two parallel arrays, sorted by address (f14bf6a350df, 5.6):
 *
 *	__start_orc_unwind_ip[n]  s32     address of the code, relative to this word
 *	__start_orc_unwind[n]     6 bytes how to unwind from there to the next entry:
 *
 *	  s16 sp_offset | s16 bp_offset | u16 flags:
 *
 *	  bit      0-3      4-7      8-9    10     11
 *	  4.14     sp_reg   bp_reg   type   end    -
 *	  6.3      sp_reg   bp_reg   type   signal end     ffb1b4a41016
 *	  6.4      sp_reg   bp_reg   type (8-10)   signal  fb799447ae29
 *	  7.1      the same, registers numbered anew       1735858caa4b
 *
 * The bit fields are read from the dump's `struct orc_entry`, or told by the shape of the
 * table; the numbering of registers by which one most entries are based on.
 */
enum inq_orc_type {
	INQ_ORC_UNDEFINED,    /**< can't be unwound from here */
	INQ_ORC_END,	      /**< the outermost frame */
	INQ_ORC_CALL,	      /**< CFA: the return address lies below it */
	INQ_ORC_REGS,	      /**< a whole struct pt_regs lies there */
	INQ_ORC_REGS_PARTIAL, /**< only its interrupt frame (ip, cs, flags, sp, ss) does */
};

enum inq_orc_reg {
	INQ_ORC_REG_UNDEFINED,
	INQ_ORC_REG_PREV_SP, /**< the CFA */
	INQ_ORC_REG_AX,
	INQ_ORC_REG_DX,
	INQ_ORC_REG_DI,
	INQ_ORC_REG_BP,
	INQ_ORC_REG_SP,
	INQ_ORC_REG_R10,
	INQ_ORC_REG_R13,
	INQ_ORC_REG_BP_INDIRECT, /**< the value at bp + offset */
	INQ_ORC_REG_SP_INDIRECT, /**< the value at sp, + offset (aafeb14e9da2, unused before 5.12)
				  */
	INQ_ORC_REG_INVALID,
};

/** One entry, the same for every format. */
struct inq_orc_entry {
	enum inq_orc_type type;
	enum inq_orc_reg sp_reg, bp_reg;
	int16_t sp_offset, bp_offset; /**< bytes */
	bool signal; /**< the next frame's ip is to be taken literally, not as a return address */
};

/** How this kernel writes an entry. */
struct inq_orc_format {
	uint8_t type_shift, type_bits;
	uint8_t signal_bit; /**< 0: none */
	uint8_t end_bit;    /**< 0: none; then types number from INQ_ORC_UNDEFINED */
	bool new_regs;	    /**< numbering of 7.1 */
};

struct inq_orc {
	struct inq_kernel *k;
	uint64_t ips, entries;			 /**< the image's tables; 0: none */
	uint64_t n;				 /**< entries in them */
	uint64_t image_end;			 /**< _end; 0: unknown */
	uint64_t lookup, lookup_n, lookup_start; /**< the kernel's index by 256 bytes of text */
	struct inq_orc_format format;
	struct inq_hashmap cache; /**< ip -> raw entry */
};

enum { INQ_ORC_ENTRY_SIZE = 6 };

/** try: find the tables in @k and their format.  False: the kernel has none (fp or scan then). */
bool inq_orc_init(struct inq_orc *o, struct inq_kernel *k);
void inq_orc_deinit(struct inq_orc *o);
/**
 * try: the entry that holds for the instruction at @ip, of the image or a module.
 * False: no table covers it, or it can't be read.
 * Cost: a few reads of 4 bytes, once per address.
 */
bool inq_orc_find(struct inq_orc *o, uint64_t ip, struct inq_orc_entry *ret);
/** The entry in @raw (6 bytes, little endian) as @f says. */
struct inq_orc_entry inq_orc_decode(const struct inq_orc_format *f, uint64_t raw);
/** The format of a table that @n raw entries are samples of, bit fields and numbering. */
struct inq_orc_format inq_orc_guess_format(const uint64_t *raw, unsigned int n);

#endif
