// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel/btf_data.h"

#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "util/hashmap.h"
#include "util/banned.h"

enum { PROBES_MAX = 4096 };

static int print_nothing(enum libbpf_print_level level, const char *fmt, va_list ap)
{
	(void)level;
	(void)fmt;
	(void)ap;
	return 0;
}

/* What libbpf 1.1 takes on trust: that the header's own length lies within the data. */
static bool header_is_sane(const void *data, size_t len)
{
	struct btf_header h;

	if (len < sizeof(h) || len > INQ_BTF_BYTES_MAX)
		return false;
	memcpy(&h, data, sizeof(h));
	return h.magic == BTF_MAGIC && h.version == BTF_VERSION && h.hdr_len >= sizeof(h) &&
	       h.hdr_len <= len && h.type_off % 4 == 0 && h.hdr_len % 4 == 0 &&
	       (uint64_t)h.hdr_len + h.type_off + h.type_len <= len &&
	       (uint64_t)h.hdr_len + h.str_off + h.str_len <= len;
}

static const char *name_of(const struct inq_btf *b, uint32_t id)
{
	const struct btf_type *t = btf__type_by_id(b->btf, id);
	const char *name = t ? btf__name_by_offset(b->btf, t->name_off) : NULL;

	return name ? name : "";
}

static uint32_t name_hash(const char *name)
{
	uint64_t h = inq_hash_bytes(INQ_HASH_START, name, strlen(name));

	return (uint32_t)(h ^ h >> 32);
}

static bool is_named_type(const struct btf_type *t)
{
	switch (btf_kind(t)) {
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
	case BTF_KIND_VAR:
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		return t->name_off != 0;
	default:
		return false;
	}
}

static bool is_func(const struct btf_type *t)
{
	return btf_kind(t) == BTF_KIND_FUNC && t->name_off;
}

typedef bool (*type_pick)(const struct btf_type *t);

static bool index_types(const struct inq_btf *b, type_pick pick, uint32_t **ret, uint32_t *ret_mask)
{
	cleanup_free uint32_t *ids = malloc(((size_t)b->count - b->first + 1) * sizeof(*ids));
	uint32_t n = 0, size = 16, *slots;

	if (!ids)
		return false;
	for (uint32_t id = b->first; id < b->count; id++) {
		if (pick(btf__type_by_id(b->btf, id)))
			ids[n++] = id;
	}
	while (size < n * 2)
		size *= 2;
	slots = calloc(size, sizeof(*slots));
	if (!slots)
		return false;
	for (uint32_t j = 0; j < n; j++) {
		uint32_t i = name_hash(name_of(b, ids[j])) & (size - 1), probes = 0;

		/* only a damaged BTF gives one name to so many types */
		while (slots[i] && ++probes < PROBES_MAX)
			i = (i + 1) & (size - 1);
		if (!slots[i])
			slots[i] = ids[j];
	}
	*ret = slots;
	*ret_mask = size - 1;
	return true;
}

/*
 * Until libbpf 1.2 btf__new_split() was declared and not exported; split BTF could be had from
 * a file alone, so it gets one in memory.
 */
static struct btf *parse_split(const void *data, size_t len, struct btf *base)
{
	cleanup_close int fd = memfd_create("btf", MFD_CLOEXEC);
	const char *p = data;
	char path[64];

	if (fd < 0)
		return NULL;
	while (len) {
		ssize_t n = write(fd, p, len);

		if (n <= 0)
			return NULL;
		p += n;
		len -= (size_t)n;
	}
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return btf__parse_raw_split(path, base);
}

struct inq_error *inq_btf_create(const void *data, size_t len, struct btf *base,
				 struct inq_btf **ret)
{
	struct inq_btf *b;

	if (!header_is_sane(data, len))
		return inq_error_create(INQ_ERR_BADDATA, 0, "BTF: damaged header");
	b = calloc(1, sizeof(*b));
	if (!b)
		return &inq_enomem;
	/* libbpf writes its complaints to stderr unless told otherwise. */
	libbpf_set_print(print_nothing);
	b->btf = base ? parse_split(data, len, base) : btf__new(data, (uint32_t)len);
	if (!b->btf) {
		inq_btf_destroy(b);
		return inq_error_create(INQ_ERR_BADDATA, 0, "BTF: can't be parsed");
	}
	b->first = base ? btf__type_cnt(base) : 1;
	b->count = btf__type_cnt(b->btf);
	if (!index_types(b, is_named_type, &b->types, &b->type_mask)) {
		inq_btf_destroy(b);
		return &inq_enomem;
	}
	*ret = b;
	return NULL;
}

void inq_btf_destroy(struct inq_btf *b)
{
	if (!b)
		return;
	btf__free(b->btf);
	free(b->types);
	free(b->funcs);
	free(b);
}

static uint32_t find(const struct inq_btf *b, const uint32_t *slots, uint32_t mask,
		     const char *name, uint32_t kinds)
{
	if (!*name)
		return 0;
	for (uint32_t i = name_hash(name) & mask; slots[i]; i = (i + 1) & mask) {
		const struct btf_type *t = btf__type_by_id(b->btf, slots[i]);

		if ((kinds & (UINT32_C(1) << btf_kind(t))) && !strcmp(name_of(b, slots[i]), name))
			return slots[i];
	}
	return 0;
}

uint32_t inq_btf_find_struct(const struct inq_btf *b, const char *name)
{
	return find(b, b->types, b->type_mask, name, 1u << BTF_KIND_STRUCT | 1u << BTF_KIND_UNION);
}

uint32_t inq_btf_find_var(const struct inq_btf *b, const char *name)
{
	return find(b, b->types, b->type_mask, name, 1u << BTF_KIND_VAR);
}

uint32_t inq_btf_find_enum(const struct inq_btf *b, const char *name)
{
	return find(b, b->types, b->type_mask, name, 1u << BTF_KIND_ENUM | 1u << BTF_KIND_ENUM64);
}

uint32_t inq_btf_find_func(struct inq_btf *b, const char *name)
{
	if (!b->funcs && !index_types(b, is_func, &b->funcs, &b->func_mask))
		return 0;
	return find(b, b->funcs, b->func_mask, name, 1u << BTF_KIND_FUNC);
}
