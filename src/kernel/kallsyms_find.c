// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "kernel/kallsyms_load.h"
#include "util/banned.h"

/*
 * Kernels before 6.0 do not say where their symbol table is.  It is found by its shape, as
 * scripts/kallsyms.c wrote it from 4.20 (u32 markers, 80ffbaa5b1bd) to 6.3 into .rodata, each
 * table aligned to 8 bytes:
 *
 *	offsets        n s32        (or addresses: n u64, then there is no relative_base)
 *	relative_base  u64
 *	num_syms       u32 n
 *	names          n times length and bytes
 *	markers        u32 for every 256th symbol: where its name starts; ascending from 0
 *	token_table    256 strings; digits are tokens of their own, at their ASCII places
 *	token_index    256 u16
 *
 * So: look for "0\0" "1\0" ... "9\0", check the index that follows, and walk back.
 */
enum {
	PAGE = 4096,
	CHUNK = 1 << 20,
	IMAGE_MAX = 256 << 20,
	TABLE_ALIGN = 8,
	DIGITS_LEN = 20,
	MARKED = 256,		  /* symbols per marker */
	NAME_MAX_LEN = 130,	  /* compressed, with its length: KSYM_NAME_LEN was 128 */
	NAME_MEAN_MAX = 64,	  /* mean of it that we believe */
	TOKENS_BEFORE = 48 * 128, /* room of the tokens below '0' */
	BEFORE_MAX = 1 << 20,	  /* room of markers and what may follow them */
	TOKENS_AFTER = 32 << 10,
};

static const char digits[DIGITS_LEN] = "0\0001\0002\0003\0004\0005\0006\0007\0008\0009";

struct finder {
	struct inq_dump *dump;
	uint64_t stext;
	uint64_t token_table; /* address */
	uint64_t markers;     /* address */
	uint32_t nr_markers;
	const uint32_t *marker; /* their values */
	struct inq_kallsyms_tables t;
};

static uint64_t align_up(uint64_t v)
{
	return (v + TABLE_ALIGN - 1) & ~(uint64_t)(TABLE_ALIGN - 1);
}

/* token_index behind the 208 tokens from '0' on, in @buf of @len bytes that starts at '0'. */
static bool find_token_index(struct finder *f, uint64_t zero, const char *buf, size_t len)
{
	uint16_t index[INQ_KALLSYMS_TOKENS], off[INQ_KALLSYMS_TOKENS];
	size_t at = 0, place;

	for (int i = '0'; i < INQ_KALLSYMS_TOKENS; i++) {
		size_t n = strnlen(buf + at, len - at);

		if (!n || n >= len - at)
			return false;
		off[i] = (uint16_t)at;
		at += n + 1;
	}
	place = align_up(zero + at) - zero;
	if (place > len || len - place < sizeof(index))
		return false;
	memcpy(index, buf + place, sizeof(index));
	for (int i = 0; i < INQ_KALLSYMS_TOKENS; i++) {
		if (i >= '0' ? index[i] != index['0'] + off[i] : i && index[i] <= index[i - 1])
			return false;
	}
	if (index[0] || index['0'] > TOKENS_BEFORE)
		return false;
	f->token_table = zero - index['0'];
	f->t.token_index = malloc(sizeof(index));
	f->t.tokens_len = index['0'] + at;
	f->t.tokens = malloc(f->t.tokens_len);
	if (!f->t.token_index || !f->t.tokens)
		return false;
	memcpy(f->t.token_index, index, sizeof(index));
	return inq_dump_try_read(f->dump, f->token_table, f->t.tokens, f->t.tokens_len);
}

/* Whether the names at @names agree with every marker and end at @len. */
static bool names_fit(const struct finder *f, const unsigned char *names, size_t len, uint32_t n)
{
	size_t off = 0;

	for (uint32_t i = 0; i < n; i++) {
		size_t name;

		if (i % MARKED == 0 && f->marker[i / MARKED] != off)
			return false;
		if (off >= len)
			return false;
		name = names[off++];
		if (name & 0x80) {
			if (off >= len)
				return false;
			name = (name & 0x7f) | (size_t)names[off++] << 7;
		}
		if (!name || name > len - off)
			return false;
		off += name;
	}
	return len - off < TABLE_ALIGN;
}

/* Names end at the markers; their start is where num_syms before them agrees with them. */
static bool find_names(struct finder *f, uint64_t *ret)
{
	size_t last = f->marker[f->nr_markers - 1], room = MARKED * NAME_MAX_LEN;
	size_t len = align_up(last) + room + TABLE_ALIGN;
	cleanup_free unsigned char *buf = NULL;

	if (last > (size_t)INQ_KALLSYMS_MAX * NAME_MEAN_MAX)
		return false;
	buf = malloc(len);
	if (!buf || !inq_dump_try_read(f->dump, f->markers - len, buf, len))
		return false;
	for (size_t at = len - align_up(last); at >= TABLE_ALIGN; at -= TABLE_ALIGN) {
		uint32_t n;

		memcpy(&n, buf + at - TABLE_ALIGN, sizeof(n));
		if (!n || n > INQ_KALLSYMS_MAX || (n - 1) / MARKED + 1 != f->nr_markers ||
		    !names_fit(f, buf + at, len - at, n))
			continue;
		f->t.n = n;
		f->t.names_len = len - at;
		free(f->t.names);
		f->t.names = malloc(f->t.names_len);
		if (!f->t.names)
			return false;
		memcpy(f->t.names, buf + at, f->t.names_len);
		*ret = f->markers - (len - at);
		return true;
	}
	return false;
}

/* Words before the token table, and where the tables of the answer lie among them. */
struct before {
	uint32_t *v; /* owned */
	size_t n;
};

static size_t ascending_from_zero(const uint32_t *v, size_t n)
{
	size_t i = 1;

	if (!n || v[0])
		return 0;
	while (i < n && v[i] > v[i - 1])
		i++;
	return i;
}

static bool try_markers(struct finder *f, const struct before *b, size_t start, size_t n,
			uint64_t *ret_names)
{
	if (ascending_from_zero(b->v + start, n) != n)
		return false;
	f->marker = b->v + start;
	f->nr_markers = (uint32_t)n;
	f->markers = f->token_table - (b->n - start) * sizeof(*b->v);
	return f->markers % TABLE_ALIGN == 0 && find_names(f, ret_names);
}

/* Markers end at the token table, but for padding, and ascend from 0. */
static bool markers_before_tokens(struct finder *f, const struct before *b, uint64_t *ret_names)
{
	size_t end = b->n, start;

	if (end && !b->v[end - 1])
		end--;
	for (start = end; start && b->v[start - 1]; start--)
		;
	return start && start < end && try_markers(f, b, start - 1, end - start + 1, ret_names);
}

/* Since 6.2 (60443c88f3a8), and in the stable trees before it, 3 bytes for each symbol lie between
 * (kallsyms_seqs_of_names).  Their number says how far back, so try each. */
static bool markers_before_seqs(struct finder *f, const struct before *b, uint64_t *ret_names)
{
	size_t bytes = b->n * sizeof(*b->v);

	for (uint32_t n = 2 * MARKED; n < INQ_KALLSYMS_MAX; n++) {
		size_t nr = (n - 1) / MARKED + 1;
		size_t back = align_up((uint64_t)n * 3) + align_up(nr * sizeof(*b->v)), start;

		if (back > bytes)
			return false;
		start = (bytes - back) / sizeof(*b->v);
		if (try_markers(f, b, start, nr, ret_names) && f->t.n == n)
			return true;
	}
	return false;
}

static bool find_markers(struct finder *f, uint64_t *ret_names)
{
	size_t bytes = BEFORE_MAX;
	struct before b = {.v = malloc(bytes)};
	bool found;

	if (!b.v)
		return false;
	/* What lies before the table may be cut off by a hole: take what there is. */
	while (bytes > TABLE_ALIGN &&
	       !inq_dump_try_read(f->dump, f->token_table - bytes, b.v, bytes))
		bytes /= 2;
	b.n = bytes > TABLE_ALIGN ? bytes / sizeof(*b.v) : 0;
	found = markers_before_tokens(f, &b, ret_names) || markers_before_seqs(f, &b, ret_names);
	free(b.v);
	f->marker = NULL;
	return found;
}

static struct inq_error *read_values(struct finder *f, uint64_t names, bool absolute,
				     struct inq_kallsyms **ret)
{
	struct inq_kallsyms_tables *t = &f->t;
	size_t len = (size_t)t->n * (absolute ? 8 : 4);
	uint64_t num_syms = names - TABLE_ALIGN, base = num_syms - TABLE_ALIGN;

	free(t->values);
	t->values = malloc(len);
	if (!t->values)
		return &inq_enomem;
	t->is_absolute = absolute;
	t->has_relative_base = !absolute;
	t->values_addr = (absolute ? num_syms : base) - align_up(len);
	if (!inq_dump_try_read(f->dump, t->values_addr, t->values, len) ||
	    !inq_dump_try_u64(f->dump, base, &t->relative_base))
		return inq_error_create(INQ_ERR_NOTFOUND, names, "kallsyms: no values before them");
	return inq_kallsyms_create(t, f->stext, ret);
}

/* All tables from the token '0' at @zero on; false: that was something else. */
static bool try_tables(struct finder *f, uint64_t zero, struct inq_kallsyms **ret)
{
	cleanup_free char *tokens = malloc(TOKENS_AFTER);
	struct inq_error *err = NULL;
	uint64_t names;
	size_t len;
	bool ok = false;

	len = tokens ? inq_dump_read_prefix(f->dump, zero, tokens, TOKENS_AFTER) : 0;
	if (find_token_index(f, zero, tokens, len) && find_markers(f, &names)) {
		err = read_values(f, names, false, ret);
		if (err) {
			inq_error_destroy(err);
			err = read_values(f, names, true, ret);
		}
		ok = !err;
	}
	inq_error_destroy(err);
	inq_kallsyms_tables_deinit(&f->t);
	return ok;
}

/* Read [addr, addr + len), zeroes where there is nothing. */
static void read_holes(struct inq_dump *dump, uint64_t addr, char *buf, size_t len)
{
	size_t done = 0;

	memset(buf, 0, len);
	while (done < len) {
		size_t skip;

		done += inq_dump_read_prefix(dump, addr + done, buf + done, len - done);
		skip = PAGE - (addr + done) % PAGE;
		done += skip < len - done ? skip : len - done;
	}
}

static bool scan_chunk(struct finder *f, uint64_t addr, const char *buf, size_t len,
		       struct inq_kallsyms **ret)
{
	const char *p = buf, *end = buf + len;

	while ((p = memmem(p, (size_t)(end - p), digits, sizeof(digits)))) {
		if (try_tables(f, addr + (uint64_t)(p - buf), ret))
			return true;
		p++;
	}
	return false;
}

/* Where .rodata has ended: the lowest variable that VMCOREINFO names. */
static uint64_t data_start(struct inq_dump *dump, uint64_t stext)
{
	static const char *const vars[] = {"swapper_pg_dir", "init_uts_ns",    "node_online_map",
					   "mem_section",    "vmap_area_list", "contig_page_data"};
	uint64_t lowest = stext + IMAGE_MAX, addr;

	for (size_t i = 0; i < array_size(vars); i++) {
		if (inq_dump_vmcoreinfo_symbol(dump, vars[i], &addr) && addr > stext &&
		    addr < lowest)
			lowest = addr;
	}
	return lowest;
}

struct inq_error *inq_kallsyms_scan(struct inq_dump *dump, struct inq_kallsyms **ret)
{
	struct finder f = {.dump = dump};
	cleanup_free char *buf = malloc(CHUNK + DIGITS_LEN);
	uint64_t end;

	if (!buf)
		return &inq_enomem;
	if (!inq_dump_vmcoreinfo_symbol(dump, "_stext", &f.stext) ||
	    f.stext > UINT64_MAX - IMAGE_MAX)
		return inq_error_create(INQ_ERR_NOTFOUND, 0, "VMCOREINFO has no _stext");
	/* Downwards: kallsyms stands last in .rodata, far above the text. */
	end = data_start(dump, f.stext);
	while (end > f.stext) {
		size_t len = end - f.stext < CHUNK ? (size_t)(end - f.stext) : CHUNK;

		/* with the start of the chunk above, which a match may reach into */
		read_holes(dump, end - len, buf, len + DIGITS_LEN);
		if (scan_chunk(&f, end - len, buf, len + DIGITS_LEN, ret))
			return NULL;
		end -= len;
	}
	return inq_error_create(INQ_ERR_NOTFOUND, f.stext,
				"no kallsyms tables in the kernel image");
}
