/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_INSPECT_MODULE_CODE_H
#define TESTS_INSPECT_MODULE_CODE_H

/*
 * A module with functions that are written instruction by instruction, for inspectors that look
 * at what code does with locks:
 *
 *	module_begin("mbox");                    // behind world_begin()
 *	code_function("mbox_post");
 *	code_of(&lock); code_call(mutex_lock); code_end();
 *	module_ready();                          // before world_ready()
 */

#include "frames.h"

#define MODULE_TEXT UINT64_C(0xffffffffc0000000)
#define MODULE_DATA UINT64_C(0xffffffffc0001000)
enum { MODULE_PART = 0x1000, TAINT_OOT = 1 << 12 };

static struct {
	struct inq_module *m;
	uint64_t at;	/* where the next instruction goes */
	uint64_t start; /* of the newest function */
} code;

static inline struct inq_symvec *module_symbols(void)
{
	return &world.k->modules->data[0].symbols;
}

static inline void module_symbol(const char *name, uint64_t addr, char type)
{
	struct inq_symvec *s = module_symbols();
	size_t len = strlen(name) + 1;
	struct inq_symvec_entry e = {.addr = addr,
				     .name = (uint32_t)s->strtab_len,
				     .rank = (uint32_t)s->n,
				     .type = type};

	s->strtab = realloc(s->strtab, s->strtab_len + len);
	assert_non_null(s->strtab);
	memcpy(s->strtab + s->strtab_len, name, len);
	s->strtab_len += len;
	assert_true(inq_symvec_add(s, &e));
}

static inline void module_begin(const char *name)
{
	struct inq_modules *all = world.k->modules;

	all->n = 1;
	all->v = calloc(1, sizeof(*all->v));
	all->data = calloc(1, sizeof(*all->data));
	assert_non_null(all->v);
	assert_non_null(all->data);
	all->data[0].symbols_tried = all->data[0].btf_tried = true;
	code.m = all->v;
	memcpy(code.m->name, name, strlen(name));
	code.m->taints = TAINT_OOT;
	code.m->nr_ranges = 2;
	code.m->ranges[0] =
		(struct inq_module_range){MODULE_TEXT, MODULE_TEXT + MODULE_PART, true, false};
	code.m->ranges[1] =
		(struct inq_module_range){MODULE_DATA, MODULE_DATA + MODULE_PART, false, false};
	memset(fake_region(&world.dump, MODULE_TEXT, MODULE_PART), 0xcc, MODULE_PART);
	fake_region(&world.dump, MODULE_DATA, MODULE_PART);
	code.at = MODULE_TEXT;
}

static inline void module_ready(void)
{
	inq_symvec_sort(module_symbols());
}

/* ---- instructions ----------------------------------------------------- */

static inline void code_bytes(const unsigned char *bytes, size_t n)
{
	memcpy(fake_at(&world.dump, code.at, n), bytes, n);
	code.at += n;
}
#define CODE(...)                                                                                  \
	code_bytes((const unsigned char[]){__VA_ARGS__},                                           \
		   sizeof((const unsigned char[]){__VA_ARGS__}))

static inline void code_word(uint64_t v)
{
	uint32_t w = (uint32_t)v;

	put32(code.at, w);
	code.at += sizeof(w);
}

/** A function begins at @addr, in the module or the image: push rbx; mov rbx, rdi. */
static inline void code_body(uint64_t addr)
{
	code.start = code.at = addr;
	CODE(0x53, 0x48, 0x89, 0xfb);
}

/** The module's next one; its address. */
static inline uint64_t code_function(const char *name)
{
	code_body((code.at + 15) & ~UINT64_C(15));
	module_symbol(name, code.start, 't');
	return code.start;
}

/** mov rdi, @var */
static inline void code_var(uint64_t var)
{
	CODE(0x48, 0xc7, 0xc7);
	code_word(var);
}

/** lea rdi, [rbx + @offset] */
static inline void code_member(unsigned char offset)
{
	CODE(0x48, 0x8d, 0x7b, offset);
}

/** call @to; the address behind it */
static inline uint64_t code_call(uint64_t to)
{
	CODE(0xe8);
	code_word(to - (code.at + 4));
	return code.at;
}

/** cmp qword [rbx + 0x40], 0; je past the next @bytes bytes */
static inline void code_unless(unsigned char bytes)
{
	CODE(0x48, 0x83, 0x7b, 0x40, 0x00, 0x74, bytes);
}
enum { CALL = 5, VAR_AND_CALL = 7 + CALL, MEMBER_AND_CALL = 4 + CALL };

/** pop rbx; ret */
static inline void code_end(void)
{
	CODE(0x5b, 0xc3);
}

/** A module with nothing but @function, which only returns; behind world_ready(), too. */
static inline void module_with(const char *function)
{
	module_begin("mbox");
	code_function(function);
	code_end();
	module_ready();
}

#endif
