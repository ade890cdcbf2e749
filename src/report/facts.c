// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/facts.h"

#include <string.h>

#include "report/fields.h"
#include "util/banned.h"

static void write_struct(const struct inq_fields *fields, const char *p, struct inq_json *j,
			 bool nulls);

static void write_ids(const struct inq_ids *ids, const char *name, struct inq_json *j)
{
	if (!ids->n)
		return;
	inq_json_array(j, name, true);
	for (size_t i = 0; i < ids->n; i++)
		inq_json_int(j, NULL, ids->v[i]);
	inq_json_end(j);
}

static void write_list(const struct inq_field *f, const char *p, struct inq_json *j)
{
	const char *v = *(char *const *)(p + f->offset);
	size_t n = *(const size_t *)(p + f->count);

	if (!n)
		return;
	inq_json_array(j, f->name, false);
	for (size_t i = 0; i < n; i++) {
		inq_json_object(j, NULL, true);
		write_struct(f->sub, v + i * f->sub->size, j, false);
		inq_json_end(j);
	}
	inq_json_end(j);
}

static void write_hex(const struct inq_field *f, const char *p, uint64_t v, struct inq_json *j,
		      bool nulls)
{
	bool known = f->has == INQ_FIELD_NO_FLAG ? v != 0 : *(const bool *)(p + f->has);

	if (known)
		inq_json_addr(j, f->name, v);
	else if (nulls)
		inq_json_null(j, f->name);
}

static void write_int(const char *name, int64_t v, bool known, struct inq_json *j, bool nulls)
{
	if (known)
		inq_json_int(j, name, v);
	else if (nulls)
		inq_json_null(j, name);
}

static void write_actor(const struct inq_actor *a, const char *name, struct inq_json *j)
{
	if (a->kind == INQ_ACTOR_NONE)
		return;
	inq_json_object(j, name, true);
	write_struct(&inq_actor_fields, (const char *)a, j, false);
	inq_json_end(j);
}

static void write_field(const struct inq_field *f, const char *p, struct inq_json *j, bool nulls)
{
	const void *at = p + f->offset;

	switch (f->type) {
	case INQ_FIELD_STR:
		if (nulls || *(const char *const *)at)
			inq_json_str(j, f->name, *(const char *const *)at);
		break;
	case INQ_FIELD_HEX:
		write_hex(f, p, *(const uint64_t *)at, j, nulls);
		break;
	case INQ_FIELD_HEX32:
		write_hex(f, p, *(const uint32_t *)at, j, nulls);
		break;
	case INQ_FIELD_COUNT:
		write_int(f->name, *(const uint32_t *)at, nulls || *(const uint32_t *)at, j, nulls);
		break;
	case INQ_FIELD_I32:
		write_int(f->name, *(const int32_t *)at, *(const int32_t *)at != -1, j, nulls);
		break;
	case INQ_FIELD_I64:
		write_int(f->name, *(const int64_t *)at, *(const int64_t *)at != -1, j, nulls);
		break;
	case INQ_FIELD_TIME:
	case INQ_FIELD_NS:
		write_int(f->name, *(const int64_t *)at, *(const int64_t *)at != 0, j, nulls);
		break;
	case INQ_FIELD_BOOL:
		if (nulls || *(const bool *)at)
			inq_json_bool(j, f->name, *(const bool *)at);
		break;
	case INQ_FIELD_SECONDS:
		if (nulls || *(const double *)at >= 0)
			inq_json_seconds(j, f->name, *(const double *)at);
		break;
	case INQ_FIELD_ENUM:
		if (*(const unsigned int *)at)
			inq_json_str(j, f->name, f->word(*(const unsigned int *)at));
		break;
	case INQ_FIELD_IDS:
		write_ids(at, f->name, j);
		break;
	case INQ_FIELD_ACTOR:
		write_actor(at, f->name, j);
		break;
	case INQ_FIELD_LIST:
		write_list(f, p, j);
		break;
	}
}

static void write_struct(const struct inq_fields *fields, const char *p, struct inq_json *j,
			 bool nulls)
{
	for (size_t i = 0; i < fields->n; i++)
		write_field(&fields->v[i], p, j, nulls);
}

void inq_facts_write(const struct inq_case *c, struct inq_json *j)
{
	for (size_t i = 0; i < inq_sections_nr; i++) {
		const struct inq_section *s = &inq_sections[i];
		struct inq_any_table t;

		memcpy(&t, (const char *)c + s->offset, sizeof(t));
		inq_json_array(j, s->name, false);
		for (size_t k = 0; k < t.n; k++) {
			inq_json_object(j, NULL, strcmp(s->name, "stacks") != 0);
			write_struct(&s->fields, (const char *)t.v + k * s->fields.size, j, false);
			inq_json_end(j);
		}
		inq_json_end(j);
	}
}

void inq_facts_write_dump(const struct inq_case *c, struct inq_json *j)
{
	write_struct(&inq_dump_fields, (const char *)&c->dump, j, true);
}
