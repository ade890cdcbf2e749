// SPDX-License-Identifier: GPL-2.0-or-later
/* How a struct agrees with all that is known of a pointer: its uses, and the object it points to.
 */
#include "code/infer_fit.h"

#include <stdint.h>
#include <string.h>

#include "util/banned.h"

enum { NEST = 3 }; /* structs within structs, where a member is looked for */

enum fit {
	FIT_NONE,
	FIT_WEAK,  /* part of a member, more than one, or a number that is used as a pointer */
	FIT_EXACT, /* a member of that size begins there */
};

bool inq_fit_same_struct(struct inq_type a, struct inq_type b)
{
	const char *name = inq_type_name(a);

	if (a.btf == b.btf && a.id == b.id)
		return true;
	return *name && !strcmp(name, inq_type_name(b)) && inq_type_size(a) == inq_type_size(b);
}

static enum fit fit_member(struct inq_type t, int64_t off, const struct inq_use *use)
{
	cleanup_strbuf struct inq_strbuf sb = INQ_STRBUF_INIT;
	struct inq_type scalar;
	struct inq_member m;
	size_t size;

	if (off < 0 || off > UINT32_MAX ||
	    !inq_type_path_at(t, (uint32_t)off, use->size, &sb, &scalar) || sb.failed)
		return FIT_NONE;
	size = inq_type_size(scalar);
	if (use->stride && (uint64_t)use->stride != inq_type_size(t) && !strchr(sb.str, '['))
		return FIT_NONE;
	if (!use->size)
		return FIT_WEAK;
	if (!inq_type_member(t, sb.str, &m))
		return FIT_WEAK;
	if (m.bit_size)
		return use->size <= 8 ? FIT_WEAK : FIT_NONE;
	if (use->size == size && m.offset == (uint64_t)off)
		return use->points && inq_type_kind(scalar) != INQ_TYPE_PTR ? FIT_WEAK : FIT_EXACT;
	if (use->size == size)
		return FIT_NONE;
	if (use->size < size)
		return (uint64_t)off - m.offset + use->size <= size ? FIT_WEAK : FIT_NONE;
	return m.offset == (uint64_t)off && (uint64_t)off + use->size <= inq_type_size(t)
		       ? FIT_WEAK
		       : FIT_NONE;
}

/* Whether @t holds a struct @want at @off, or is it. */
static bool holds(struct inq_type t, int64_t off, struct inq_type want, unsigned int depth)
{
	struct inq_member m;

	if (!off && inq_fit_same_struct(inq_type_strip(t), want))
		return true;
	for (unsigned int i = 0; depth && inq_type_nth_member(t, i, &m); i++) {
		struct inq_type mt = inq_type_strip(m.type);
		int64_t at = off - m.offset;

		if (at < 0 || at >= (int64_t)inq_type_size(mt))
			continue;
		if (inq_type_kind(mt) == INQ_TYPE_ARRAY) {
			mt = inq_type_strip(inq_type_target(mt));
			if (!inq_type_size(mt))
				continue;
			at %= (int64_t)inq_type_size(mt);
		}
		if (holds(mt, at, want, depth - 1))
			return true;
	}
	return false;
}

static uint64_t distance(uint64_t a, uint64_t b)
{
	return a > b ? a - b : b - a;
}

/* An array of unknown length at its end: what was allocated is longer than the struct. */
static bool has_tail(struct inq_type t)
{
	struct inq_member m, last = {0};

	for (unsigned int i = 0; inq_type_nth_member(t, i, &m); i++)
		last = m;
	return inq_type_kind(last.type) == INQ_TYPE_ARRAY && !inq_type_array_len(last.type);
}

/*
 * @t beside the object that it should be.  Of what was asked for, it may be one element of
 * several, be followed by its own tail, or be a part.
 */
static bool object_agrees(struct inq_type t, int64_t shift, const struct inq_uses *u,
			  const struct inq_object *o, uint64_t pointer, struct inq_fit *s)
{
	uint64_t size = inq_type_size(t), start = pointer - (uint64_t)shift;

	if (!o->size)
		return true;
	if (start < o->start || start - o->start > o->size || size > o->size - (start - o->start))
		return false;
	if (start != o->start || !o->asked || has_tail(t))
		return true;
	for (unsigned int i = 0; i < u->n; i++)
		if (distance(0, (uint64_t)u->v[i].stride) == size)
			return true;
	s->small |= size < o->asked;
	return true;
}

/* How many bytes were asked for is known from the code that did. */
static bool allocation_agrees(struct inq_type t, int64_t shift, const struct inq_uses *u,
			      struct inq_fit *s)
{
	struct inq_object o = {.size = u->alloc_size, .asked = u->alloc_size};

	if (!object_agrees(t, shift, u, &o, 0, s))
		return false;
	s->proof |= u->alloc_size && u->alloc_size == inq_type_size(t);
	return true;
}

bool inq_fit(struct inq_type t, int64_t shift, const struct inq_uses *u, bool array,
	     const struct inq_held *held, struct inq_fit *ret)
{
	size_t size = inq_type_size(t);
	struct inq_fit s = {0};

	for (unsigned int i = 0; i < u->n; i++) {
		int64_t off = u->v[i].off + shift;
		enum fit fit = fit_member(t, array ? off % (int64_t)size : off, &u->v[i]);

		if (!fit)
			return false;
		s.exact += fit == FIT_EXACT;
		s.weak += fit == FIT_WEAK;
		s.proof |= u->v[i].stride && (uint64_t)u->v[i].stride == size && size > 8;
	}
	for (unsigned int i = 0; i < u->nr_sinks; i++) {
		int64_t off = u->sinks[i].off + shift;

		if (!holds(t, array ? off % (int64_t)size : off, u->sinks[i].type, NEST))
			return false;
		s.proof = true;
	}
	if (u->stored_stride && (uint64_t)u->stored_stride != size)
		return false;
	if (!allocation_agrees(t, shift, u, &s) ||
	    !object_agrees(t, shift, u, &held->object, held->pointer, &s))
		return false;
	s.proof |= u->stored_stride != 0;
	*ret = s;
	return true;
}
