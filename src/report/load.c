// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/facts.h"

#include <errno.h>
#include <inttypes.h>
#include <json-c/json.h>
#include <limits.h>
#include <string.h>

#include "report/fields.h"
#include "util/strbuf.h"
#include "util/banned.h"

enum { MAX_FILE = 1 << 30, MAX_ENUM = 64 };

static struct inq_error *load_struct(struct inq_case *c, const struct inq_fields *fields,
				     struct json_object *o, char *p);

static struct inq_error *wrong_type(const char *name, const char *expected)
{
	return inq_error_create(INQ_ERR_BADDATA, 0, "%s: not %s", name, expected);
}

/* A known member of @o that is not null. */
static struct json_object *member(struct json_object *o, const char *name)
{
	struct json_object *v = NULL;

	return json_object_object_get_ex(o, name, &v) ? v : NULL;
}

/* "0x12", or a plain number. */
static bool parse_hex(struct json_object *o, uint64_t *ret)
{
	const char *s;
	char *end;

	if (json_object_is_type(o, json_type_int)) {
		*ret = (uint64_t)json_object_get_int64(o);
		return true;
	}
	if (!json_object_is_type(o, json_type_string))
		return false;
	s = json_object_get_string(o);
	errno = 0;
	*ret = strtoull(s, &end, 16);
	return errno == 0 && end != s && *end == '\0';
}

static struct inq_error *load_str(struct inq_case *c, struct json_object *o, const char *name,
				  const char **ret)
{
	if (!json_object_is_type(o, json_type_string))
		return wrong_type(name, "a string");
	*ret = inq_arena_strdup(&c->arena, json_object_get_string(o));
	return NULL;
}

static struct inq_error *load_hex(const struct inq_field *f, struct json_object *o, char *p)
{
	uint64_t v;

	if (!parse_hex(o, &v))
		return wrong_type(f->name, "a hexadecimal number");
	if (f->type == INQ_FIELD_HEX32)
		*(uint32_t *)(p + f->offset) = (uint32_t)v;
	else
		*(uint64_t *)(p + f->offset) = v;
	if (f->has != INQ_FIELD_NO_FLAG)
		*(bool *)(p + f->has) = true;
	return NULL;
}

static struct inq_error *load_int(const struct inq_field *f, struct json_object *o, char *p)
{
	int64_t v = json_object_get_int64(o);

	if (!json_object_is_type(o, json_type_int))
		return wrong_type(f->name, "a whole number");
	if (f->type == INQ_FIELD_I64 || f->type == INQ_FIELD_TIME || f->type == INQ_FIELD_NS)
		*(int64_t *)(p + f->offset) = v;
	else if (f->type == INQ_FIELD_I32 && v >= INT32_MIN && v <= INT32_MAX)
		*(int32_t *)(p + f->offset) = (int32_t)v;
	else if (f->type == INQ_FIELD_COUNT && v >= 0 && v <= UINT32_MAX)
		*(uint32_t *)(p + f->offset) = (uint32_t)v;
	else
		return wrong_type(f->name, "in range");
	return NULL;
}

static struct inq_error *load_enum(const struct inq_field *f, struct json_object *o, char *p)
{
	const char *s = json_object_get_string(o);

	if (!json_object_is_type(o, json_type_string))
		return wrong_type(f->name, "a word");
	for (unsigned int i = 0; i < MAX_ENUM; i++) {
		const char *word = f->word(i);

		if (strcmp(word, s) == 0) {
			*(unsigned int *)(p + f->offset) = i;
			return NULL;
		}
		if (i > 0 && strcmp(word, "unknown") == 0)
			break;
	}
	return inq_error_create(INQ_ERR_BADDATA, 0, "%s: unknown word '%s'", f->name, s);
}

static struct inq_error *load_ids(struct inq_case *c, const struct inq_field *f,
				  struct json_object *o, struct inq_ids *ids)
{
	if (!json_object_is_type(o, json_type_array))
		return wrong_type(f->name, "a list");
	for (size_t i = 0; i < json_object_array_length(o); i++) {
		struct json_object *e = json_object_array_get_idx(o, i);

		if (!json_object_is_type(e, json_type_int))
			return wrong_type(f->name, "a list of numbers");
		inq_ids_add(c, ids, (inq_id)json_object_get_int(e));
	}
	return NULL;
}

static struct inq_error *load_list(struct inq_case *c, const struct inq_field *f,
				   struct json_object *o, char *p)
{
	struct inq_error *err;
	size_t n;
	char *v;

	if (!json_object_is_type(o, json_type_array))
		return wrong_type(f->name, "a list");
	n = json_object_array_length(o);
	v = inq_arena_calloc(&c->arena, n, f->sub->size);
	if (!v)
		return &inq_enomem;
	for (size_t i = 0; i < n; i++) {
		err = load_struct(c, f->sub, json_object_array_get_idx(o, i), v + i * f->sub->size);
		if (err)
			return inq_error_prefix(err, "%s[%zu]", f->name, i);
	}
	*(void **)(p + f->offset) = v;
	*(size_t *)(p + f->count) = n;
	return NULL;
}

static struct inq_error *load_field(struct inq_case *c, const struct inq_field *f,
				    struct json_object *o, char *p)
{
	switch (f->type) {
	case INQ_FIELD_STR:
		return load_str(c, o, f->name, (const char **)(p + f->offset));
	case INQ_FIELD_HEX:
	case INQ_FIELD_HEX32:
		return load_hex(f, o, p);
	case INQ_FIELD_COUNT:
	case INQ_FIELD_I32:
	case INQ_FIELD_I64:
	case INQ_FIELD_TIME:
	case INQ_FIELD_NS:
		return load_int(f, o, p);
	case INQ_FIELD_BOOL:
		*(bool *)(p + f->offset) = json_object_get_boolean(o);
		return NULL;
	case INQ_FIELD_SECONDS:
		if (!json_object_is_type(o, json_type_int) &&
		    !json_object_is_type(o, json_type_double))
			return wrong_type(f->name, "a number");
		*(double *)(p + f->offset) = json_object_get_double(o);
		return NULL;
	case INQ_FIELD_ENUM:
		return load_enum(f, o, p);
	case INQ_FIELD_IDS:
		return load_ids(c, f, o, (struct inq_ids *)(p + f->offset));
	case INQ_FIELD_ACTOR:
		return inq_error_prefix(load_struct(c, &inq_actor_fields, o, p + f->offset), "%s",
					f->name);
	case INQ_FIELD_LIST:
		return load_list(c, f, o, p);
	}
	return NULL;
}

/* Everything unknown. */
static void init_struct(const struct inq_fields *fields, char *p)
{
	for (size_t i = 0; i < fields->n; i++) {
		const struct inq_field *f = &fields->v[i];

		if (f->type == INQ_FIELD_I32)
			*(int32_t *)(p + f->offset) = -1;
		else if (f->type == INQ_FIELD_I64)
			*(int64_t *)(p + f->offset) = -1;
		else if (f->type == INQ_FIELD_SECONDS)
			*(double *)(p + f->offset) = -1;
		else if (f->type == INQ_FIELD_ACTOR)
			init_struct(&inq_actor_fields, p + f->offset);
	}
}

static struct inq_error *load_struct(struct inq_case *c, const struct inq_fields *fields,
				     struct json_object *o, char *p)
{
	struct inq_error *err;

	init_struct(fields, p);
	if (!json_object_is_type(o, json_type_object))
		return wrong_type("value", "an object");
	for (size_t i = 0; i < fields->n; i++) {
		struct json_object *v = member(o, fields->v[i].name);

		if (!v)
			continue;
		err = load_field(c, &fields->v[i], v, p);
		if (err)
			return err;
	}
	return NULL;
}

static struct inq_error *load_section(struct inq_case *c, const struct inq_section *s,
				      struct json_object *list)
{
	struct inq_any_table t = {0};
	struct inq_error *err;

	if (!list)
		return NULL;
	if (!json_object_is_type(list, json_type_array))
		return wrong_type(s->name, "a list");
	t.n = t.max = json_object_array_length(list);
	if (t.n > INT32_MAX)
		return wrong_type(s->name, "that long");
	t.v = inq_arena_calloc(&c->arena, t.n, s->fields.size);
	if (!t.v)
		return &inq_enomem;
	for (size_t i = 0; i < t.n; i++) {
		err = load_struct(c, &s->fields, json_object_array_get_idx(list, i),
				  (char *)t.v + i * s->fields.size);
		if (err)
			return inq_error_prefix(err, "%s[%zu]", s->name, i);
	}
	memcpy((char *)c + s->offset, &t, sizeof(t));
	return NULL;
}

static const char *optional_str(struct inq_case *c, struct json_object *o, const char *name)
{
	struct json_object *v = member(o, name);

	return v && json_object_is_type(v, json_type_string)
		       ? inq_arena_strdup(&c->arena, json_object_get_string(v))
		       : NULL;
}

static bool optional_hex(struct json_object *o, const char *name, uint64_t *ret)
{
	struct json_object *v = member(o, name);

	return v && parse_hex(v, ret);
}

static struct inq_error *load_one_evidence(struct inq_case *c, struct json_object *o)
{
	const char *kind = optional_str(c, o, "kind");
	const char *text = optional_str(c, o, "text");
	const char *conf = optional_str(c, o, "confidence");
	struct json_object *check = member(o, "check");
	struct inq_evidence *e;
	inq_id id = INQ_NONE;
	size_t before = c->evidence.n;

	for (enum inq_evidence_kind k = INQ_EV_MEMORY; kind && k <= INQ_EV_DERIVED; k++) {
		if (text && strcmp(inq_evidence_kind_name(k), kind) == 0)
			id = inq_evidence_add(c, k, "%s", text);
	}
	e = inq_evidence_at(c, id);
	if (!e)
		return c->arena.failed ? &inq_enomem : wrong_type("evidence", "of a known kind");
	/* ids are places in the list: a repetition would shift all that follow */
	if (c->evidence.n == before)
		return wrong_type("evidence", "different from the ones before");
	e->has_addr = optional_hex(o, "address", &e->addr);
	e->has_value = optional_hex(o, "value", &e->value);
	for (enum inq_confidence k = INQ_CONF_NONE; conf && k <= INQ_CONF_CERTAIN; k++) {
		if (strcmp(inq_confidence_name(k), conf) == 0)
			e->conf = k;
	}
	if (check) {
		e->check_inquest = optional_str(c, check, "inquest");
		e->check_crash = optional_str(c, check, "crash");
		if (e->check_inquest && strncmp(e->check_inquest, "inquest ", 8) == 0)
			e->check_inquest += 8;
	}
	return NULL;
}

static struct inq_error *load_evidence(struct inq_case *c, struct json_object *list)
{
	struct inq_error *err;

	if (!list)
		return NULL;
	if (!json_object_is_type(list, json_type_array))
		return wrong_type("evidence", "a list");
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		err = load_one_evidence(c, json_object_array_get_idx(list, i));
		if (err)
			return inq_error_prefix(err, "evidence[%zu]", i);
	}
	return NULL;
}

static struct inq_error *load_gaps(struct inq_case *c, struct json_object *list)
{
	if (!list)
		return NULL;
	if (!json_object_is_type(list, json_type_array))
		return wrong_type("gaps", "a list");
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		struct json_object *o = json_object_array_get_idx(list, i);
		struct inq_gap *g = inq_case_add(c, &c->gaps);

		if (!g)
			return &inq_enomem;
		g->what = optional_str(c, o, "what");
		g->why = optional_str(c, o, "why");
		g->leans = optional_str(c, o, "leans");
		g->has_addr = optional_hex(o, "address", &g->addr);
	}
	return NULL;
}

static struct inq_error *load_case(struct inq_case *c, struct json_object *root)
{
	struct json_object *dump = member(root, "dump");
	struct json_object *facts = member(root, "facts");
	struct inq_error *err;

	err = load_evidence(c, member(root, "evidence"));
	err = err ? err : load_gaps(c, member(root, "gaps"));
	if (!err && dump)
		err = inq_error_prefix(load_struct(c, &inq_dump_fields, dump, (char *)&c->dump),
				       "dump");
	for (size_t i = 0; !err && facts && i < inq_sections_nr; i++)
		err = load_section(c, &inq_sections[i], member(facts, inq_sections[i].name));
	if (!err && inq_case_failed(c))
		err = &inq_enomem;
	return err;
}

static void cleanup_json(struct json_object **o)
{
	json_object_put(*o);
}

static void cleanup_tokener(struct json_tokener **t)
{
	if (*t)
		json_tokener_free(*t);
}

static void cleanup_casep(struct inq_case **c)
{
	inq_case_destroy(*c);
}

struct inq_error *inq_case_load(const char *json, size_t len, struct inq_case **ret)
{
	cleanup_with(cleanup_tokener) struct json_tokener *tok = json_tokener_new();
	cleanup_with(cleanup_json) struct json_object *root = NULL;
	cleanup_with(cleanup_casep) struct inq_case *c = inq_case_create();
	struct inq_error *err;

	if (!c || !tok)
		return &inq_enomem;
	if (len > MAX_FILE)
		return inq_error_create(INQ_ERR_NOTSUP, 0, "larger than 1 GiB");
	root = json_tokener_parse_ex(tok, json, (int)len);
	if (!root || !json_object_is_type(root, json_type_object))
		return inq_error_create(INQ_ERR_BADDATA, 0, "no JSON object: %s",
					json_tokener_error_desc(json_tokener_get_error(tok)));
	err = load_case(c, root);
	if (err)
		return err;
	inq_case_mend(c);
	*ret = take_ptr(c);
	return NULL;
}

static void cleanup_filep(FILE **f)
{
	if (*f)
		fclose(*f);
}

struct inq_error *inq_case_load_file(const char *path, struct inq_case **ret)
{
	cleanup_with(cleanup_filep) FILE *f = fopen(path, "re");
	cleanup_strbuf struct inq_strbuf sb = INQ_STRBUF_INIT;
	char buf[65536];
	size_t n;

	if (!f)
		return inq_error_create(INQ_ERR_OS, 0, "%s: %s", path, strerror(errno));
	while ((n = fread(buf, 1, sizeof(buf), f)) > 0 && sb.len <= MAX_FILE)
		inq_strbuf_addn(&sb, buf, n);
	if (ferror(f))
		return inq_error_create(INQ_ERR_OS, 0, "%s: %s", path, strerror(errno));
	if (sb.failed)
		return &inq_enomem;
	return inq_error_prefix(inq_case_load(inq_strbuf_str(&sb), sb.len, ret), "%s", path);
}
