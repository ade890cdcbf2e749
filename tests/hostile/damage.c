// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A dump whose memory holds what it must not: the linker's --wrap sends every read that a floor
 * above the dump makes through here.  Files are not touched, and all that a floor reads, it reads
 * damaged.
 *
 *   INQUEST_DAMAGE=KIND,SEED,RATE,LARGEST
 *
 *   KIND     word: 8 bytes here and there are replaced; page: whole pages; table: page tables
 *   SEED     a number; which places are hit, and by what, follows from it and the address alone, so
 *            that a place reads the same each time
 *   RATE     of a million words (pages) so many are hit
 *   LARGEST  reads of more bytes than that are left alone: symbol tables and types, without which
 * no later floor sees anything; 0: none is
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dump/dump_priv.h"
#include "util/banned.h"

enum kind { NOT_AT_ALL, WORD, PAGE, TABLE };

/* An order, parsed anew for each read: as the program has no state between two dumps, nor has this.
 */
struct order {
	enum kind kind;
	uint64_t seed, rate, largest;
};

struct inq_error *__real_inq_dump_read(struct inq_dump *dump, uint64_t addr, void *buf, size_t len,
				       const char *what);
struct inq_error *__real_inq_dump_read_phys(struct inq_dump *dump, uint64_t addr, void *buf,
					    size_t len, const char *what);
bool __real_inq_dump_try_read(struct inq_dump *dump, uint64_t addr, void *buf, size_t len);
size_t __real_inq_dump_read_prefix(struct inq_dump *dump, uint64_t addr, void *buf, size_t len);
bool __real_inq_dump_try_cstr(struct inq_dump *dump, uint64_t addr, char *buf, size_t size);
bool __real_inq_dump_try_uint(struct inq_dump *dump, uint64_t addr, size_t size, uint64_t *ret);
int __real_inq_dump_page(struct inq_dump *dump, uint64_t ppage, const unsigned char **ret);

struct inq_error *__wrap_inq_dump_read(struct inq_dump *dump, uint64_t addr, void *buf, size_t len,
				       const char *what);
struct inq_error *__wrap_inq_dump_read_phys(struct inq_dump *dump, uint64_t addr, void *buf,
					    size_t len, const char *what);
bool __wrap_inq_dump_try_read(struct inq_dump *dump, uint64_t addr, void *buf, size_t len);
size_t __wrap_inq_dump_read_prefix(struct inq_dump *dump, uint64_t addr, void *buf, size_t len);
bool __wrap_inq_dump_try_cstr(struct inq_dump *dump, uint64_t addr, char *buf, size_t size);
bool __wrap_inq_dump_try_uint(struct inq_dump *dump, uint64_t addr, size_t size, uint64_t *ret);
int __wrap_inq_dump_page(struct inq_dump *dump, uint64_t ppage, const unsigned char **ret);

static struct order ordered(void)
{
	static const char *const names[] = {[WORD] = "word", [PAGE] = "page", [TABLE] = "table"};
	const char *text = getenv("INQUEST_DAMAGE");
	struct order o = {NOT_AT_ALL};
	char name[8];

	if (!text || sscanf(text, "%7[a-z],%lu,%lu,%lu", name, &o.seed, &o.rate, &o.largest) != 4)
		return o;
	for (int kind = WORD; kind <= TABLE; kind++)
		o.kind = strcmp(name, names[kind]) == 0 ? (enum kind)kind : o.kind;
	return o;
}

static uint64_t mix(uint64_t x)
{
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
	x = (x ^ x >> 27) * 0x94d049bb133111eb;
	return x ^ x >> 31;
}

/* 0: the place numbered @nr is spared; else by what it is hit. */
static uint64_t hit(const struct order *o, uint64_t nr)
{
	uint64_t h = mix(nr ^ mix(o->seed + 0x9e3779b97f4a7c15));

	return h % 1000000 < o->rate ? mix(h) | 1 : 0;
}

/* What stands at @addr; 0 where nothing does. */
static uint64_t real_word(struct inq_dump *dump, uint64_t addr)
{
	uint64_t v = 0;

	(void)__real_inq_dump_try_uint(dump, addr, 8, &v);
	return v;
}

/* What lists, trees, counts, sizes and lock words go wrong with. */
static uint64_t wrong_word(struct inq_dump *dump, uint64_t addr, uint64_t h)
{
	uint64_t old = real_word(dump, addr), more = h >> 16;

	switch (h >> 8 & 15) {
	case 0:
		return 0;
	case 1:
		return UINT64_MAX;
	case 2: /* a list that is its own next */
		return addr;
	case 3: /* another node's: a short cycle, or into the middle of something */
		return real_word(dump, (addr & ~(INQ_PAGE_SIZE - 1)) | (more & 0xff8));
	case 4:
		return real_word(dump, addr + ((more & 63) - 32) * 8);
	case 5:
		return old + 8;
	case 6:
		return old + 1;
	case 7:
		return old ^ 1ULL << (more & 63);
	case 8: /* of user space */
		return 0x00007f1234567000 | (more & 0xff8);
	case 9: /* text */
		return 0xffffffff81000000 + (more & 0xffffff);
	case 10:
		return 0xdead000000000100;
	case 11:
		return 0x7fffffff7fffffff;
	case 12:
		return more & 0xff;
	case 13:
		return 0x8000000000000000;
	case 14:
		return (old & 0xffffffff00000000) | (uint32_t)more;
	default:
		return mix(h);
	}
}

/* An entry of a page table that leads astray: to nowhere, up, beside, around, or to a huge page. */
static uint64_t wrong_entry(const unsigned char *page, uint64_t nr, uint64_t h)
{
	uint64_t old;

	memcpy(&old, page + nr * 8, 8);
	switch (h >> 8 & 7) {
	case 0:
		return 0;
	case 1:
		return UINT64_MAX;
	case 2:
		memcpy(&old, page + (h >> 16 & 0xff8), 8);
		return old;
	case 3:
		return old ^ 1ULL << 7;
	case 4:
		return old ^ 1ULL << (12 + (h >> 16) % 40);
	case 5:
		return (old & 0xfff) | (h & 0x7fff) << INQ_PAGE_SHIFT;
	case 6:
		return old & ~1ULL;
	default:
		return mix(h);
	}
}

/* What stands instead of the aligned word at @addr in a page that was hit. */
static uint64_t wrong_in_page(struct inq_dump *dump, uint64_t addr, uint64_t h)
{
	switch (h >> 8 & 7) {
	case 0:
	case 1:
		return 0;
	case 2:
		return UINT64_MAX;
	case 3:
		return mix(h ^ addr);
	case 4: /* its neighbour's */
		return real_word(dump, addr ^ INQ_PAGE_SIZE);
	default: /* moved by a word */
		return real_word(dump, addr + 8);
	}
}

/* Pages that aren't there at all are hit too: which, these know. */
static bool is_missing(uint64_t h)
{
	return (h >> 8 & 7) > 5;
}

static void put_word(uint64_t word, uint64_t v, uint64_t addr, unsigned char *buf, size_t len)
{
	for (uint64_t i = 0; i < 8; i++) {
		if (word + i - addr < len)
			buf[word + i - addr] = (unsigned char)(v >> i * 8);
	}
}

/* Have the @len bytes that were read from @addr be wrong. */
static void damage(const struct order *o, struct inq_dump *dump, uint64_t addr, unsigned char *buf,
		   size_t len)
{
	uint64_t word = addr & ~(uint64_t)7, h = 0;

	for (size_t left = (size_t)(addr - word) + len; left; word += 8) {
		bool new_page = !(word & (INQ_PAGE_SIZE - 1)) || word <= addr;

		if (o->kind == WORD) {
			h = hit(o, word / 8);
			if (h)
				put_word(word, wrong_word(dump, word, h), addr, buf, len);
		} else {
			h = new_page ? hit(o, word >> INQ_PAGE_SHIFT) : h;
			if (h)
				put_word(word, wrong_in_page(dump, word, h), addr, buf, len);
		}
		left -= left < 8 ? left : 8;
	}
}

/* How many of @len bytes stand before the first page that is made to be missing. */
static size_t before_missing(const struct order *o, uint64_t addr, size_t len)
{
	size_t done = 0;

	while (o->kind == PAGE && done < len) {
		uint64_t h = hit(o, (addr + done) >> INQ_PAGE_SHIFT);

		if (h && is_missing(h))
			return done;
		done += INQ_PAGE_SIZE - ((addr + done) & (INQ_PAGE_SIZE - 1));
	}
	return len;
}

/* The order for a read of @len bytes; false: it is left alone. */
static bool concerns(struct order *o, size_t len)
{
	*o = ordered();
	return (o->kind == WORD || o->kind == PAGE) && (!o->largest || len <= o->largest);
}

struct inq_error *__wrap_inq_dump_read(struct inq_dump *dump, uint64_t addr, void *buf, size_t len,
				       const char *what)
{
	struct inq_error *err = __real_inq_dump_read(dump, addr, buf, len, what);
	struct order o;
	size_t n;

	if (err || !concerns(&o, len))
		return err;
	n = before_missing(&o, addr, len);
	damage(&o, dump, addr, buf, n);
	if (n == len)
		return NULL;
	return inq_error_create(addr & INQ_PAGE_SIZE ? INQ_ERR_EXCLUDED : INQ_ERR_FAULT, addr + n,
				"%s: made to be missing", what);
}

struct inq_error *__wrap_inq_dump_read_phys(struct inq_dump *dump, uint64_t addr, void *buf,
					    size_t len, const char *what)
{
	struct inq_error *err = __real_inq_dump_read_phys(dump, addr, buf, len, what);
	struct order o;

	if (!err && concerns(&o, len))
		damage(&o, dump, addr, buf, len);
	return err;
}

bool __wrap_inq_dump_try_read(struct inq_dump *dump, uint64_t addr, void *buf, size_t len)
{
	struct order o;

	if (!__real_inq_dump_try_read(dump, addr, buf, len))
		return false;
	if (!concerns(&o, len))
		return true;
	damage(&o, dump, addr, buf, len);
	return before_missing(&o, addr, len) == len;
}

size_t __wrap_inq_dump_read_prefix(struct inq_dump *dump, uint64_t addr, void *buf, size_t len)
{
	size_t n = __real_inq_dump_read_prefix(dump, addr, buf, len);
	struct order o;

	if (!concerns(&o, len))
		return n;
	n = before_missing(&o, addr, n);
	damage(&o, dump, addr, buf, n);
	return n;
}

bool __wrap_inq_dump_try_cstr(struct inq_dump *dump, uint64_t addr, char *buf, size_t size)
{
	struct order o;
	size_t len;

	if (!__real_inq_dump_try_cstr(dump, addr, buf, size))
		return false;
	if (!concerns(&o, size))
		return true;
	len = before_missing(&o, addr, strlen(buf));
	damage(&o, dump, addr, (unsigned char *)buf, len);
	buf[len] = '\0';
	return before_missing(&o, addr, 1) == 1;
}

bool __wrap_inq_dump_try_uint(struct inq_dump *dump, uint64_t addr, size_t size, uint64_t *ret)
{
	uint64_t v = 0;

	if ((size != 1 && size != 2 && size != 4 && size != 8) ||
	    !__wrap_inq_dump_try_read(dump, addr, &v, size))
		return false;
	*ret = v;
	return true;
}

/* Only address translation gets its pages from here: see dump/xlat.c. */
int __wrap_inq_dump_page(struct inq_dump *dump, uint64_t ppage, const unsigned char **ret)
{
	static _Thread_local unsigned char page[INQ_PAGE_SIZE];
	int code = __real_inq_dump_page(dump, ppage, ret);
	struct order o = ordered();

	if (code != INQ_READ_OK || o.kind != TABLE)
		return code;
	memcpy(page, *ret, sizeof(page));
	for (uint64_t i = 0; i < INQ_PAGE_SIZE / 8; i++) {
		uint64_t h = hit(&o, ppage << 9 | i);

		if (h)
			put_word(i * 8, wrong_entry(page, i, h), 0, page, sizeof(page));
	}
	*ret = page;
	return code;
}
