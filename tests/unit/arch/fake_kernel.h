/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_ARCH_FAKE_KERNEL_H
#define TESTS_ARCH_FAKE_KERNEL_H

/*
 * A kernel made of tables: it stands in for the dump and kernel floors, whose functions
 * fake_kernel.c defines, so that these tests need no dump file.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kernel/fields.h"
#include "kernel/kernel.h"
#include "kernel/modules.h"
#include "kernel/symtab.h"
#include "kernel/types.h"

struct fake_region {
	uint64_t addr;
	unsigned char *bytes;
	size_t size;
};

struct fake_symbol {
	const char *name;
	uint64_t addr, size;
	bool text;
};

struct fake_member {
	const char *type, *path;
	uint32_t offset, size;	  /* bytes; a bit field: of the bytes it lies in */
	uint8_t bit_offset, bits; /* 0 bits: no bit field */
};

struct fake_struct {
	const char *name;
	size_t size;
};

struct fake_percpu {
	const char *name;
	uint64_t val;
};

/** What the fake functions look at; a test sets it up and points inq_kernel at it. */
struct fake_kernel {
	struct inq_kernel k;
	struct fake_region regions[16];
	size_t nr_regions;
	struct fake_symbol symbols[64];
	size_t nr_symbols;
	struct fake_struct structs[8];
	size_t nr_structs;
	struct fake_member members[64];
	size_t nr_members;
	struct fake_percpu percpu[8];
	size_t nr_percpu;
	struct inq_module module;
	bool has_module;
	bool l5;
	uint64_t reads;
};

/** A new, empty one; `fake` is the one that the fake functions use. */
extern struct fake_kernel *fake;
void fake_setup(struct fake_kernel *f);
void fake_teardown(struct fake_kernel *f);
/** Zeroed memory at @addr; returns its bytes. */
unsigned char *fake_memory(struct fake_kernel *f, uint64_t addr, size_t size);
void fake_put(struct fake_kernel *f, uint64_t addr, const void *bytes, size_t n);
void fake_put_u64(struct fake_kernel *f, uint64_t addr, uint64_t v);
void fake_symbol(struct fake_kernel *f, const char *name, uint64_t addr, uint64_t size, bool text);
void fake_struct(struct fake_kernel *f, const char *name, size_t size);
void fake_member(struct fake_kernel *f, struct fake_member m);
void fake_percpu(struct fake_kernel *f, const char *name, uint64_t val);

#endif
