// SPDX-License-Identifier: GPL-2.0-or-later
#include "fake.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

void *fake_region(struct inq_dump *d, uint64_t addr, size_t len)
{
	struct fake_region *r = &d->region[d->n++];

	assert_true(d->n <= array_size(d->region));
	*r = (struct fake_region){addr, len, calloc(1, len)};
	assert_non_null(r->bytes);
	return r->bytes;
}

static unsigned char *at(const struct inq_dump *d, uint64_t addr, size_t *ret_left)
{
	for (size_t i = 0; i < d->n; i++) {
		const struct fake_region *r = &d->region[i];

		if (addr >= r->addr && addr - r->addr < r->len) {
			*ret_left = r->len - (size_t)(addr - r->addr);
			return r->bytes + (addr - r->addr);
		}
	}
	return NULL;
}

void *fake_at(struct inq_dump *d, uint64_t addr, size_t len)
{
	size_t left = 0;
	void *p = at(d, addr, &left);

	assert_non_null(p);
	assert_true(left >= len);
	return p;
}

void fake_put64(struct inq_dump *d, uint64_t addr, uint64_t v)
{
	memcpy(fake_at(d, addr, sizeof(v)), &v, sizeof(v));
}

void fake_put32(struct inq_dump *d, uint64_t addr, uint32_t v)
{
	memcpy(fake_at(d, addr, sizeof(v)), &v, sizeof(v));
}

void fake_info(struct inq_dump *d, const char *fmt, ...)
{
	size_t len = strlen(d->vmcoreinfo);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(d->vmcoreinfo + len, sizeof(d->vmcoreinfo) - len, fmt, ap);
	va_end(ap);
}

void fake_deinit(struct inq_dump *d)
{
	for (size_t i = 0; i < d->n; i++)
		free(d->region[i].bytes);
	*d = (struct inq_dump){0};
}

struct inq_kernel *fake_kernel(struct inq_dump *d)
{
	struct inq_kernel *k = calloc(1, sizeof(*k));

	assert_non_null(k);
	k->dump = d;
	k->symtab = inq_symtab_create();
	k->types = inq_types_create();
	k->modules = inq_modules_create();
	return k;
}

static size_t read_some(struct inq_dump *d, uint64_t addr, void *buf, size_t len)
{
	size_t done = 0;

	if (d->fail_at && !--d->fail_at)
		return 0;
	while (done < len) {
		size_t left, n;
		const unsigned char *p = at(d, addr + done, &left);

		if (!p)
			break;
		n = left < len - done ? left : len - done;
		memcpy((unsigned char *)buf + done, p, n);
		done += n;
	}
	return done;
}

struct inq_error *inq_dump_read(struct inq_dump *d, uint64_t addr, void *buf, size_t len,
				const char *what)
{
	size_t n = read_some(d, addr, buf, len);

	return n == len ? NULL : inq_error_create(INQ_ERR_FAULT, addr + n, "%s: no memory", what);
}

bool inq_dump_try_read(struct inq_dump *d, uint64_t addr, void *buf, size_t len)
{
	return read_some(d, addr, buf, len) == len;
}

size_t inq_dump_read_prefix(struct inq_dump *d, uint64_t addr, void *buf, size_t len)
{
	return read_some(d, addr, buf, len);
}

bool inq_dump_try_cstr(struct inq_dump *d, uint64_t addr, char *buf, size_t size)
{
	size_t n = read_some(d, addr, buf, size - 1);

	buf[n] = '\0';
	return n;
}

bool inq_dump_try_uint(struct inq_dump *d, uint64_t addr, size_t size, uint64_t *ret)
{
	uint64_t v = 0;

	if (size > 8 || read_some(d, addr, &v, size) != size)
		return false;
	*ret = v;
	return true;
}

bool inq_dump_vmcoreinfo_num(const struct inq_dump *d, const char *key, int base, uint64_t *ret)
{
	char line[128];
	const char *p;

	snprintf(line, sizeof(line), "\n%s=", key);
	p = strstr(d->vmcoreinfo, line);
	if (!p)
		return false;
	*ret = strtoull(p + strlen(line), NULL, base);
	return true;
}

bool inq_dump_vmcoreinfo_symbol(const struct inq_dump *d, const char *name, uint64_t *ret)
{
	char key[128];

	snprintf(key, sizeof(key), "SYMBOL(%s)", name);
	return inq_dump_vmcoreinfo_num(d, key, 16, ret);
}

void inq_dump_destroy(struct inq_dump *d)
{
	free(d);
}

const char *fake_release = "6.1.0-9-drum";

const struct inq_dump_info *inq_dump_get_info(const struct inq_dump *d)
{
	static struct inq_dump_info info = {
		.format = "elf",
		.arch = "x86_64",
		.build_id = "",
		.nodename = "",
		.ncpus = 2,
	};

	(void)d;
	info.release = fake_release;
	return &info;
}

/* Tokens: each character for itself, a few pairs and longer ones at codes no character has. */
static const char *token_text(int code, char *one)
{
	static const char *const more[] = {"_st", "ext", "kall", "syms", "er", "in", "__", "T_"};

	if (code >= 0x80 && code < 0x80 + (int)array_size(more))
		return more[code - 0x80];
	one[0] = code >= 0x21 && code < 0x7f ? (char)code : '~';
	one[1] = '\0';
	return one;
}

static void make_tokens(struct inq_kallsyms_tables *t)
{
	t->tokens = calloc(INQ_KALLSYMS_TOKENS, 8);
	t->token_index = calloc(INQ_KALLSYMS_TOKENS, sizeof(*t->token_index));
	for (int i = 0; i < INQ_KALLSYMS_TOKENS; i++) {
		char one[2];
		const char *s = token_text(i, one);

		t->token_index[i] = (uint16_t)t->tokens_len;
		memcpy(t->tokens + t->tokens_len, s, strlen(s) + 1);
		t->tokens_len += strlen(s) + 1;
	}
}

static size_t compress(const char *name, unsigned char *out)
{
	size_t n = 0;

	while (*name) {
		int best = (unsigned char)*name;
		size_t best_len = 1;

		for (int c = 0x80; c < 0x88; c++) {
			char one[2];
			const char *s = token_text(c, one);

			if (strlen(s) > best_len && !strncmp(name, s, strlen(s))) {
				best = c;
				best_len = strlen(s);
			}
		}
		out[n++] = (unsigned char)best;
		name += best_len;
	}
	return n;
}

static void put_value(struct inq_kallsyms_tables *t, uint32_t i, uint64_t value,
		      enum inq_kallsyms_encoding e)
{
	uint32_t v = 0;

	switch (e) {
	case INQ_KALLSYMS_ABSOLUTE:
		((uint64_t *)t->values)[i] = value;
		return;
	case INQ_KALLSYMS_ABSOLUTE_PERCPU:
		v = value < UINT32_MAX ? (uint32_t)value : (uint32_t)(t->relative_base - 1 - value);
		break;
	case INQ_KALLSYMS_BASE_RELATIVE:
		v = (uint32_t)(value - t->relative_base);
		break;
	default:
		v = (uint32_t)(value - (t->values_addr + 4 * (uint64_t)i));
		break;
	}
	((uint32_t *)t->values)[i] = v;
}

struct inq_kallsyms_tables fake_tables(const struct fake_sym *syms, uint32_t n,
				       enum inq_kallsyms_encoding e, uint64_t base,
				       uint64_t values_addr)
{
	struct inq_kallsyms_tables t = {
		.n = n,
		.names = calloc(n, 1024),
		.values = calloc(n, 8),
		.values_addr = values_addr,
		.is_absolute = e == INQ_KALLSYMS_ABSOLUTE,
		.relative_base = base,
		.has_relative_base =
			e == INQ_KALLSYMS_ABSOLUTE_PERCPU || e == INQ_KALLSYMS_BASE_RELATIVE,
	};

	make_tokens(&t);
	for (uint32_t i = 0; i < n; i++) {
		unsigned char bytes[1024];
		size_t len = compress(syms[i].name, bytes);

		if (len >= 0x80) {
			t.names[t.names_len++] = (unsigned char)(0x80 | (len & 0x7f));
			t.names[t.names_len++] = (unsigned char)(len >> 7);
		} else {
			t.names[t.names_len++] = (unsigned char)len;
		}
		memcpy(t.names + t.names_len, bytes, len);
		t.names_len += len;
		put_value(&t, i, syms[i].value, e);
	}
	return t;
}

static size_t align8(size_t v)
{
	return (v + 7) & ~(size_t)7;
}

static size_t name_at(const struct inq_kallsyms_tables *t, size_t off)
{
	return t->names[off] & 0x80 ? 2 + ((t->names[off] & 0x7f) | (size_t)t->names[off + 1] << 7)
				    : 1u + t->names[off];
}

uint64_t fake_layout(struct inq_dump *d, const struct inq_kallsyms_tables *t, uint64_t end,
		     bool name_them)
{
	size_t nr_markers = (t->n + 255) / 256, values = align8(t->n * (t->is_absolute ? 8 : 4));
	size_t base = values, num = base + (t->is_absolute ? 0 : 8), names = num + 8;
	size_t markers = names + align8(t->names_len), tokens = markers + align8(4 * nr_markers);
	size_t index = tokens + align8(t->tokens_len), len = index + 512, off = 0;
	uint64_t start = (end - len) & ~UINT64_C(7);
	/* other read-only data before it, as in a kernel */
	unsigned char *p = (unsigned char *)fake_region(d, start - FAKE_RODATA, len + FAKE_RODATA) +
			   FAKE_RODATA;

	memcpy(p, t->values, t->n * (t->is_absolute ? 8 : 4));
	if (!t->is_absolute)
		memcpy(p + base, &t->relative_base, 8);
	memcpy(p + num, &t->n, 4);
	memcpy(p + names, t->names, t->names_len);
	memcpy(p + tokens, t->tokens, t->tokens_len);
	memcpy(p + index, t->token_index, 512);
	for (uint32_t i = 0; i < t->n; i++) {
		uint32_t marker = (uint32_t)off;

		if (i % 256 == 0)
			memcpy(p + markers + i / 256 * 4, &marker, 4);
		off += name_at(t, off);
	}
	if (!name_them)
		return start;
	fake_info(d, "\nSYMBOL(kallsyms_%s)=%llx", t->is_absolute ? "addresses" : "offsets",
		  (unsigned long long)start);
	if (t->has_relative_base)
		fake_info(d, "\nSYMBOL(kallsyms_relative_base)=%llx",
			  (unsigned long long)(start + base));
	fake_info(d,
		  "\nSYMBOL(kallsyms_num_syms)=%llx\nSYMBOL(kallsyms_names)=%llx"
		  "\nSYMBOL(kallsyms_token_table)=%llx\nSYMBOL(kallsyms_token_index)=%llx\n",
		  (unsigned long long)(start + num), (unsigned long long)(start + names),
		  (unsigned long long)(start + tokens), (unsigned long long)(start + index));
	return start;
}
