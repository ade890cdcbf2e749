// SPDX-License-Identifier: GPL-2.0-or-later
/* Look-ups in the kernel's ORC tables.  See orc.h for the layout. */
#include "unwind/orc.h"

#include "kernel/modules.h"
#include "kernel/symtab.h"
#include "kernel/types.h"

#include "util/banned.h"

enum {
	LOOKUP_BLOCK = 256,    /* LOOKUP_BLOCK_SIZE, since the tables exist (ee9f8fce9964) */
	MAX_ENTRIES = 1 << 24, /* of one table; a distribution's image has some 700,000 */
	SAMPLES = 512,
	SAMPLE_RUN = 64,
};

static const uint8_t old_regs[16] = {
	INQ_ORC_REG_UNDEFINED,	 INQ_ORC_REG_PREV_SP,	  INQ_ORC_REG_DX,      INQ_ORC_REG_DI,
	INQ_ORC_REG_BP,		 INQ_ORC_REG_SP,	  INQ_ORC_REG_R10,     INQ_ORC_REG_R13,
	INQ_ORC_REG_BP_INDIRECT, INQ_ORC_REG_SP_INDIRECT, INQ_ORC_REG_AX,      INQ_ORC_REG_INVALID,
	INQ_ORC_REG_INVALID,	 INQ_ORC_REG_INVALID,	  INQ_ORC_REG_INVALID, INQ_ORC_REG_INVALID,
};

static const uint8_t new_regs[16] = {
	INQ_ORC_REG_UNDEFINED,	 INQ_ORC_REG_AX,	  INQ_ORC_REG_DX,
	INQ_ORC_REG_SP,		 INQ_ORC_REG_BP,	  INQ_ORC_REG_DI,
	INQ_ORC_REG_R10,	 INQ_ORC_REG_R13,	  INQ_ORC_REG_PREV_SP,
	INQ_ORC_REG_SP_INDIRECT, INQ_ORC_REG_BP_INDIRECT, INQ_ORC_REG_INVALID,
	INQ_ORC_REG_INVALID,	 INQ_ORC_REG_INVALID,	  INQ_ORC_REG_INVALID,
	INQ_ORC_REG_INVALID,
};

static unsigned int flags_of(uint64_t raw)
{
	return (unsigned int)(raw >> 32) & 0xffff;
}

static enum inq_orc_type type_of(const struct inq_orc_format *f, unsigned int flags)
{
	unsigned int type = flags >> f->type_shift & ((1u << f->type_bits) - 1);

	if (!f->end_bit)
		return type <= INQ_ORC_REGS_PARTIAL ? (enum inq_orc_type)type : INQ_ORC_UNDEFINED;
	/* Before 6.4: CALL 0, REGS 1, REGS_PARTIAL 2; an end or a hole has no sp_reg. */
	if (!(flags & 15))
		return flags >> f->end_bit & 1 ? INQ_ORC_END : INQ_ORC_UNDEFINED;
	return type <= 2 ? (enum inq_orc_type)(INQ_ORC_CALL + type) : INQ_ORC_UNDEFINED;
}

struct inq_orc_entry inq_orc_decode(const struct inq_orc_format *f, uint64_t raw)
{
	const uint8_t *regs = f->new_regs ? new_regs : old_regs;
	unsigned int flags = flags_of(raw);
	struct inq_orc_entry e = {.type = type_of(f, flags)};

	e.sp_offset = (int16_t)(raw & 0xffff);
	e.bp_offset = (int16_t)(raw >> 16 & 0xffff);
	e.sp_reg = (enum inq_orc_reg)regs[flags & 15];
	e.bp_reg = (enum inq_orc_reg)regs[flags >> 4 & 15];
	/* Before 6.3 every interrupted frame's ip was literal, and no other. */
	e.signal = f->signal_bit ? flags >> f->signal_bit & 1
				 : e.type == INQ_ORC_REGS || e.type == INQ_ORC_REGS_PARTIAL;
	return e;
}

struct inq_orc_format inq_orc_guess_format(const uint64_t *raw, unsigned int n)
{
	struct inq_orc_format f = {.type_shift = 8, .type_bits = 2, .end_bit = 10};
	unsigned int calls = 0, sp3 = 0, sp5 = 0;
	bool bit11 = false;

	for (unsigned int i = 0; i < n; i++) {
		unsigned int flags = flags_of(raw[i]);

		calls += (flags >> 8 & 7) == INQ_ORC_CALL;
		bit11 |= flags >> 11 & 1;
		sp3 += (flags & 15) == 3;
		sp5 += (flags & 15) == 5;
	}
	/* Nearly all of a kernel's code is called and has its frame based on sp. */
	f.new_regs = sp3 > sp5;
	if (calls > n / 2)
		f = (struct inq_orc_format){8, 3, 11, 0, f.new_regs};
	else if (bit11)
		f = (struct inq_orc_format){8, 2, 10, 11, f.new_regs};
	return f;
}

/* A bit field of struct orc_entry as a bit of `flags`; 0: no such member. */
static uint8_t flag_bit(struct inq_type t, const char *name, uint8_t *ret_bits)
{
	struct inq_member m;
	unsigned int bit;

	if (!inq_type_member(t, name, &m) || !m.bit_size)
		return 0;
	bit = m.offset * 8 + m.bit_offset;
	if (bit < 40 || bit >= 48)
		return 0;
	*ret_bits = m.bit_size;
	return (uint8_t)(bit - 32);
}

static void format_from_types(struct inq_kernel *k, struct inq_orc_format *f)
{
	struct inq_orc_format g = {.new_regs = f->new_regs};
	struct inq_type t;
	uint8_t one;

	if (!inq_type_find_struct(k, "orc_entry", &t) || inq_type_size(t) != INQ_ORC_ENTRY_SIZE)
		return;
	g.type_shift = flag_bit(t, "type", &g.type_bits);
	g.signal_bit = flag_bit(t, "signal", &one);
	g.end_bit = flag_bit(t, "end", &one);
	if (g.type_shift && g.type_bits <= 4)
		*f = g;
}

static bool read_raw(struct inq_orc *o, uint64_t addr, uint64_t *ret)
{
	uint64_t raw = 0;

	if (!inq_dump_try_read(o->k->dump, addr, &raw, INQ_ORC_ENTRY_SIZE))
		return false;
	*ret = raw;
	return true;
}

static unsigned int sample(struct inq_orc *o, uint64_t *raw)
{
	unsigned int n = 0;
	uint64_t runs = SAMPLES / SAMPLE_RUN;

	for (uint64_t r = 0; r < runs; r++) {
		uint64_t first = o->n * r / runs;

		for (uint64_t i = first; i < first + SAMPLE_RUN && i < o->n; i++)
			if (read_raw(o, o->entries + i * INQ_ORC_ENTRY_SIZE, &raw[n]))
				n++;
	}
	return n;
}

bool inq_orc_init(struct inq_orc *o, struct inq_kernel *k)
{
	uint64_t raw[SAMPLES], stop = inq_symbol_addr(k, "__stop_orc_unwind_ip"), end;
	unsigned int n;

	*o = (struct inq_orc){.k = k};
	o->ips = inq_symbol_addr(k, "__start_orc_unwind_ip");
	o->entries = inq_symbol_addr(k, "__start_orc_unwind");
	if (!o->ips || !o->entries || stop <= o->ips || stop - o->ips > 4 * (uint64_t)MAX_ENTRIES)
		goto none;
	o->n = (stop - o->ips) / 4;
	n = sample(o, raw);
	if (!n)
		goto none;
	o->format = inq_orc_guess_format(raw, n);
	format_from_types(k, &o->format);
	o->image_end = inq_symbol_addr(k, "_end");
	o->lookup = inq_symbol_addr(k, "orc_lookup");
	end = inq_symbol_addr(k, "orc_lookup_end");
	o->lookup_start = inq_symbol_addr(k, "_stext");
	if (o->lookup && end > o->lookup && o->lookup_start)
		o->lookup_n = (end - o->lookup) / 4;
	return true;
none:
	o->ips = o->entries = o->n = 0;
	return false;
}

void inq_orc_deinit(struct inq_orc *o)
{
	inq_hashmap_deinit(&o->cache);
}

static bool read_ip(struct inq_orc *o, uint64_t ips, uint64_t i, uint64_t *ret)
{
	uint64_t at = ips + 4 * i;
	int32_t rel;

	if (!inq_dump_try_read(o->k->dump, at, &rel, sizeof(rel)))
		return false;
	*ret = at + (uint64_t)(int64_t)rel;
	return true;
}

/* The last of entries [lo, hi) that starts at or before @ip. */
static bool bisect(struct inq_orc *o, uint64_t ips, uint64_t lo, uint64_t hi, uint64_t ip,
		   uint64_t *ret)
{
	uint64_t start;

	while (hi - lo > 1) {
		uint64_t mid = lo + (hi - lo) / 2;

		if (!read_ip(o, ips, mid, &start))
			return false;
		if (start <= ip)
			lo = mid;
		else
			hi = mid;
	}
	*ret = lo;
	return read_ip(o, ips, lo, &start) && start <= ip;
}

/* Where the kernel's own index says that the entries of @ip's 256 bytes are. */
static bool indexed(struct inq_orc *o, uint64_t ip, uint64_t *lo, uint64_t *hi)
{
	uint32_t pair[2];
	uint64_t block;

	if (!o->lookup_n || ip < o->lookup_start)
		return false;
	block = (ip - o->lookup_start) / LOOKUP_BLOCK;
	if (block + 1 >= o->lookup_n ||
	    !inq_dump_try_read(o->k->dump, o->lookup + 4 * block, pair, sizeof(pair)))
		return false;
	if (pair[0] > pair[1] || pair[1] >= o->n)
		return false;
	*lo = pair[0];
	*hi = (uint64_t)pair[1] + 1;
	return true;
}

static bool is_last(struct inq_orc *o, uint64_t i, uint64_t ip)
{
	uint64_t next;

	return i + 1 >= o->n || (read_ip(o, o->ips, i + 1, &next) && next > ip);
}

/* Index of the entry that holds at @ip, in the image's table. */
static bool find_in_image(struct inq_orc *o, uint64_t ip, uint64_t *ret)
{
	uint64_t lo, hi;

	if (indexed(o, ip, &lo, &hi) && bisect(o, o->ips, lo, hi, ip, ret) &&
	    (*ret + 1 < hi || is_last(o, *ret, ip)))
		return true;
	return bisect(o, o->ips, 0, o->n, ip, ret);
}

struct table {
	uint64_t ips, entries, n;
};

static bool find(struct inq_orc *o, uint64_t ip, struct table *t, uint64_t *ret)
{
	const struct inq_module *m = inq_module_by_addr(o->k, ip);

	if (!m) {
		/* The last entry holds to the end of the image, and not of the world. */
		if (o->image_end && ip >= o->image_end)
			return false;
		*t = (struct table){o->ips, o->entries, o->n};
		return find_in_image(o, ip, ret);
	}
	*t = (struct table){m->orc_ip, m->orc, m->orc_num};
	if (!t->ips || !t->entries || !t->n || t->n > MAX_ENTRIES)
		return false;
	return bisect(o, t->ips, 0, t->n, ip, ret);
}

bool inq_orc_find(struct inq_orc *o, uint64_t ip, struct inq_orc_entry *ret)
{
	struct table t;
	uint64_t raw, i;

	if (!o->n)
		return false;
	if (!inq_hashmap_get(&o->cache, ip, &raw)) {
		if (!find(o, ip, &t, &i) || !read_raw(o, t.entries + i * INQ_ORC_ENTRY_SIZE, &raw))
			return false;
		/* Only a cache: without memory for it, the next look-up reads again. */
		(void)inq_hashmap_put(&o->cache, ip, raw);
	}
	*ret = inq_orc_decode(&o->format, raw);
	return true;
}
