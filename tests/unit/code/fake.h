/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_CODE_FAKE_H
#define TESTS_CODE_FAKE_H

/* A dump that is only code from samples.S, some words of memory, and types made by hand. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "code/code.h"

#include "samples.h"

enum {
	SAMPLE_TEXT_LEN = sizeof(sample_text),
	SAMPLE_COLD_LEN = sizeof(sample_cold),
	FAKE_WORDS = 64,
	FAKE_TYPES = 8,
};
#define SAMPLE_TEXT UINT64_C(0xffffffff81000000)
#define SAMPLE_COLD UINT64_C(0xffffffff81100000)
#define FAKE_PERCPU UINT64_C(0xffff888000000000) /* of CPU 0; 0x10000 for each further one */

struct fake_type {
	const char *name;
	struct inq_type type;
};

struct fake {
	const unsigned char *text; /* sample_text, or other bytes at SAMPLE_TEXT */
	size_t text_len;
	const struct inq_module *module; /* of all symbols */
	const char *one_symbol; /* all of text is this function; NULL: the samples' symbols */
	struct {
		uint64_t addr, val;
	} words[FAKE_WORDS];
	size_t nr_words;
	struct fake_type funcs[FAKE_TYPES], vars[FAKE_TYPES], structs[FAKE_TYPES];
	struct inq_code *code;
};

static inline uint64_t sample(const char *name)
{
	for (size_t i = 0; i < array_size(sample_syms); i++)
		if (!strcmp(sample_syms[i].name, name))
			return sample_syms[i].addr;
	fail_msg("no sample %s", name);
	return 0;
}

static inline bool fake_try_read(void *ctx, uint64_t addr, void *buf, size_t len)
{
	struct fake *f = ctx;

	if (addr >= SAMPLE_TEXT && addr - SAMPLE_TEXT < f->text_len &&
	    len <= f->text_len - (addr - SAMPLE_TEXT)) {
		memcpy(buf, f->text + (addr - SAMPLE_TEXT), len);
		return true;
	}
	if (addr >= SAMPLE_COLD && addr - SAMPLE_COLD < SAMPLE_COLD_LEN &&
	    len <= SAMPLE_COLD_LEN - (addr - SAMPLE_COLD)) {
		memcpy(buf, sample_cold + (addr - SAMPLE_COLD), len);
		return true;
	}
	for (size_t i = 0; i < f->nr_words; i++) {
		if (f->words[i].addr != addr || len > 8)
			continue;
		memcpy(buf, &f->words[i].val, len);
		return true;
	}
	return false;
}

static inline struct inq_error *fake_read(void *ctx, uint64_t addr, void *buf, size_t len)
{
	if (fake_try_read(ctx, addr, buf, len))
		return NULL;
	return inq_error_create(INQ_ERR_FAULT, addr, "no memory");
}

static inline void fake_fill_symbol(size_t i, struct inq_symbol *ret)
{
	uint64_t addr = sample_syms[i].addr, end = 0;

	memset(ret, 0, sizeof(*ret));
	for (size_t j = i + 1; j < array_size(sample_syms) && !end; j++)
		if (strncmp(sample_syms[j].name, "at_", 3) && sample_syms[j].addr > addr)
			end = sample_syms[j].addr;
	if (addr < SAMPLE_TEXT + SAMPLE_TEXT_LEN && end > SAMPLE_TEXT + SAMPLE_TEXT_LEN)
		end = SAMPLE_TEXT + SAMPLE_TEXT_LEN;
	else if (addr < SAMPLE_COLD + SAMPLE_COLD_LEN && end > SAMPLE_COLD + SAMPLE_COLD_LEN)
		end = SAMPLE_COLD + SAMPLE_COLD_LEN;
	ret->addr = addr;
	ret->size = end ? end - addr : 8;
	snprintf(ret->name, sizeof(ret->name), "%s", sample_syms[i].name);
}

static inline bool fake_symbol_at(void *ctx, uint64_t addr, struct inq_symbol *ret)
{
	struct fake *f = ctx;
	size_t found = SIZE_MAX;

	if (f->one_symbol) {
		memset(ret, 0, sizeof(*ret));
		ret->addr = SAMPLE_TEXT;
		ret->size = f->text_len;
		snprintf(ret->name, sizeof(ret->name), "%s", f->one_symbol);
		return addr - SAMPLE_TEXT < f->text_len;
	}
	for (size_t i = 0; i < array_size(sample_syms); i++)
		if (strncmp(sample_syms[i].name, "at_", 3) && sample_syms[i].addr <= addr)
			found = i;
	if (found == SIZE_MAX)
		return false;
	fake_fill_symbol(found, ret);
	ret->module = f->module;
	return addr - ret->addr < ret->size;
}

static inline bool fake_symbol_named(void *ctx, const char *name, struct inq_symbol *ret)
{
	(void)ctx;
	for (size_t i = 0; i < array_size(sample_syms); i++)
		if (!strcmp(sample_syms[i].name, name)) {
			fake_fill_symbol(i, ret);
			return true;
		}
	memset(ret, 0, sizeof(*ret));
	if (!strcmp(name, "current_task"))
		ret->addr = 0x1fbc0;
	else if (!strcmp(name, "__per_cpu_offset"))
		ret->addr = 0xffffffff82200000;
	else
		return false;
	ret->size = 8;
	snprintf(ret->name, sizeof(ret->name), "%s", name);
	return true;
}

static inline bool fake_percpu_symbol(void *ctx, uint64_t value, struct inq_symbol *ret)
{
	return value == 0x1fbc0 && fake_symbol_named(ctx, "current_task", ret);
}

static inline bool fake_percpu_base(void *ctx, unsigned int cpu, uint64_t *ret)
{
	(void)ctx;
	*ret = FAKE_PERCPU + cpu * 0x10000;
	return cpu < 4;
}

static inline bool fake_find_type(const struct fake_type *types, const char *name,
				  struct inq_type *ret)
{
	for (size_t i = 0; i < FAKE_TYPES; i++)
		if (types[i].name && !strcmp(types[i].name, name)) {
			*ret = types[i].type;
			return true;
		}
	return false;
}

static inline bool fake_func_type(void *ctx, const char *name, const struct inq_module *module,
				  struct inq_type *ret)
{
	(void)module;
	return fake_find_type(((struct fake *)ctx)->funcs, name, ret);
}

static inline bool fake_var_type(void *ctx, const char *name, const struct inq_module *module,
				 struct inq_type *ret)
{
	(void)module;
	return fake_find_type(((struct fake *)ctx)->vars, name, ret);
}

static inline bool fake_struct_type(void *ctx, const char *name, struct inq_type *ret)
{
	return fake_find_type(((struct fake *)ctx)->vars, name, ret);
}

static inline bool fake_next_struct(void *ctx, struct inq_struct_walk *w, struct inq_type *ret)
{
	struct fake *f = ctx;

	if (w->id >= FAKE_TYPES || !f->structs[w->id].name)
		return false;
	*ret = f->structs[w->id++].type;
	return true;
}

static inline bool fake_trap_returns(void *ctx, uint64_t addr)
{
	(void)ctx;
	(void)addr;
	return false;
}

static inline bool fake_is_kernel_addr(void *ctx, uint64_t addr)
{
	(void)ctx;
	return addr >= UINT64_C(0xffff800000000000);
}

static const struct inq_code_env fake_env = {
	.read = fake_read,
	.try_read = fake_try_read,
	.symbol_at = fake_symbol_at,
	.percpu_symbol = fake_percpu_symbol,
	.symbol_named = fake_symbol_named,
	.percpu_base = fake_percpu_base,
	.func_type = fake_func_type,
	.var_type = fake_var_type,
	.struct_type = fake_struct_type,
	.next_struct = fake_next_struct,
	.trap_returns = fake_trap_returns,
	.is_kernel_addr = fake_is_kernel_addr,
};

static inline void fake_start(struct fake *f)
{
	if (!f->text) {
		f->text = sample_text;
		f->text_len = SAMPLE_TEXT_LEN;
	}
	assert_null(inq_code_create_env(&fake_env, f, &inq_arch_x86_64, &f->code));
}

static inline void fake_stop(struct fake *f)
{
	inq_code_destroy(f->code);
	f->code = NULL;
}

static inline void fake_word(struct fake *f, uint64_t addr, uint64_t val)
{
	assert_true(f->nr_words < FAKE_WORDS);
	f->words[f->nr_words].addr = addr;
	f->words[f->nr_words++].val = val;
}

static inline const struct inq_function *fake_function(struct fake *f, const char *name)
{
	const struct inq_function *fn = NULL;

	assert_null(inq_code_function(f->code, sample(name), &fn));
	return fn;
}

/* x86-64's register numbers */
enum { RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI, R8, R9, R10, R11, R12 };

#endif
