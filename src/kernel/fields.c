// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel/fields.h"

#include <stdio.h>
#include <string.h>

#include "kernel/internal.h"
#include "util/banned.h"

enum { NAME_MAX_LEN = 192 };

/* The next of "a|b|c" into @buf; false at the end. */
static bool next_alternative(const char **list, char *buf, size_t size)
{
	size_t len = strcspn(*list, "|");

	if (!len || len >= size)
		return false;
	memcpy(buf, *list, len);
	buf[len] = '\0';
	*list += len;
	if (**list == '|')
		(*list)++;
	return true;
}

/* atomic_t and friends are as signed as the one number that they hold. */
static bool holds_signed(struct inq_type t)
{
	struct inq_member m;
	size_t size = inq_type_size(t);

	for (int i = 0; i < 8 && inq_type_nth_member(t, 0, &m); i++) {
		if (m.bit_size || inq_type_size(m.type) != size)
			return false;
		t = m.type;
	}
	return inq_type_is_signed(t);
}

static void fill(struct inq_field *f, const struct inq_member *m)
{
	f->found = true;
	f->type = m->type;
	f->offset = m->offset;
	f->bit_offset = m->bit_offset;
	f->bit_size = m->bit_size;
	f->size = m->bit_size ? (m->bit_offset + m->bit_size + 7u) / 8u
			      : (uint32_t)inq_type_size(m->type);
	f->is_signed = holds_signed(m->type);
}

static bool find_struct(struct inq_kernel *k, const char *name, enum inq_field_need need,
			struct inq_type *ret)
{
	/* What is optional must not cost the reading of all modules' types. */
	return need == INQ_REQUIRED ? inq_type_find_struct(k, name, ret)
				    : inq_types_find_image_struct(k, name, ret);
}

static bool resolve(struct inq_kernel *k, const struct inq_field_def *def, struct inq_field *ret)
{
	char type_name[NAME_MAX_LEN], path[NAME_MAX_LEN];
	struct inq_type type;
	struct inq_member m;

	for (const char *types = def->type; next_alternative(&types, type_name, sizeof(path));) {
		if (!find_struct(k, type_name, def->need, &type))
			continue;
		for (const char *paths = def->path; next_alternative(&paths, path, sizeof(path));) {
			if (!inq_type_member(type, path, &m))
				continue;
			fill(ret, &m);
			return true;
		}
	}
	return inq_field_from_vmcoreinfo(k, def, ret);
}

struct inq_error *inq_fields_resolve(struct inq_kernel *k, const struct inq_field_def *defs,
				     struct inq_field *ret, size_t n)
{
	struct inq_error *err = NULL;

	for (size_t i = 0; i < n; i++) {
		ret[i] = (struct inq_field){.def = &defs[i]};
		if (!resolve(k, &defs[i], &ret[i]) && defs[i].need == INQ_REQUIRED && !err)
			err = inq_error_create(INQ_ERR_NOTFOUND, 0, "no member %s.%s in the types",
					       defs[i].type, defs[i].path);
	}
	return err;
}

/* Cut a bit field out of @v, extend the sign. */
static uint64_t finish(const struct inq_field *f, uint64_t v)
{
	unsigned int bits = f->bit_size ? f->bit_size : f->size * 8;

	v >>= f->bit_offset;
	if (bits >= 64)
		return v;
	v &= (UINT64_C(1) << bits) - 1;
	if (f->is_signed && v >> (bits - 1))
		v |= ~UINT64_C(0) << bits;
	return v;
}

static bool is_number(const struct inq_field *f)
{
	if (f->bit_size)
		return f->size <= 8;
	return f->size == 1 || f->size == 2 || f->size == 4 || f->size == 8;
}

bool inq_field_try_u64(struct inq_kernel *k, const struct inq_field *f, uint64_t base,
		       uint64_t *ret)
{
	uint64_t v = 0;

	if (!f->found || !is_number(f) ||
	    !inq_dump_try_read(k->dump, base + f->offset, &v, f->size))
		return false;
	*ret = finish(f, v);
	return true;
}

struct inq_error *inq_field_read_u64(struct inq_kernel *k, const struct inq_field *f, uint64_t base,
				     uint64_t *ret)
{
	struct inq_error *err;
	uint64_t v = 0;

	if (!f->found || !is_number(f))
		return inq_error_create(INQ_ERR_NOTFOUND, base, "%s.%s: no such number",
					f->def->type, f->def->path);
	err = inq_dump_read(k->dump, base + f->offset, &v, f->size, f->def->path);
	if (err)
		return inq_error_prefix(err, "%s", f->def->type);
	*ret = finish(f, v);
	return NULL;
}

bool inq_field_try_str(struct inq_kernel *k, const struct inq_field *f, uint64_t base, char *buf,
		       size_t size)
{
	uint64_t addr = base + f->offset;

	if (!f->found || !size)
		return false;
	if (inq_type_kind(f->type) == INQ_TYPE_PTR) {
		if (!inq_dump_try_u64(k->dump, addr, &addr) || !addr)
			return false;
	} else if (f->size && f->size < size) {
		/* an array may be full, without a NUL */
		size = (size_t)f->size + 1;
	}
	return inq_dump_try_cstr(k->dump, addr, buf, size);
}

bool inq_field_from_bytes(const struct inq_field *f, const void *bytes, size_t len, uint64_t *ret)
{
	uint64_t v = 0;

	if (!f->found || !is_number(f) || f->offset > len || f->size > len - f->offset)
		return false;
	memcpy(&v, (const unsigned char *)bytes + f->offset, f->size);
	*ret = finish(f, v);
	return true;
}

bool inq_struct_size(struct inq_kernel *k, const char *name, size_t *ret)
{
	struct inq_type t;
	size_t size;

	if (!inq_types_find_image_struct(k, name, &t))
		return inq_struct_size_from_vmcoreinfo(k, name, ret);
	size = inq_type_size(t);
	if (!size)
		return false;
	*ret = size;
	return true;
}

bool inq_struct_offset(struct inq_kernel *k, const char *name, const char *path, size_t *ret)
{
	struct inq_type t;
	struct inq_member m;

	if (!inq_types_find_image_struct(k, name, &t) || !inq_type_member(t, path, &m))
		return false;
	*ret = m.offset;
	return true;
}
