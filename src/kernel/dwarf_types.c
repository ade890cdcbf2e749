// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Types of DWARF by libdw, one unit after the other.  A header's struct is in each unit that
 * includes it: by its kind, name, size and first member it is known again, and its members are read
 * once.  Members wait in a queue until the type that names the struct is done, so that the depth of
 * the recursion is that of a declaration.
 */
#include "kernel/dwarf_types.h"

#include <bpf/btf.h>
#include <string.h>

#include "kernel/type_writer.h"
#include "util/cleanup.h"
#include "util/hashmap.h"
#include "util/vec.h"

#ifdef INQ_HAVE_LIBDW
#include <dwarf.h>
#include "kernel/dwarf_file.h"
#endif

#include "util/banned.h"

#ifdef INQ_HAVE_LIBDW

enum {
	CHAIN_MAX = 100, /* pointers, typedefs and arrays one behind the other */
	PARTS_MAX = 20000,
	UNLIKE = 0, /* number of what there are several of one name of */
};

/* A struct whose members are still to be read. */
struct pending {
	Dwarf_Die die;
	uint32_t id;
};

struct dwarf_reader {
	struct inq_type_writer w;
	struct inq_hashmap unit;   /* offset of a DIE of this unit -> number of its type */
	struct inq_hashmap named;  /* kind, name, size, first member -> number */
	struct inq_hashmap whole;  /* kind, name -> number of a struct that is complete */
	struct inq_hashmap things; /* FUNC or VAR, name -> number + 1 of what it is; UNLIKE */
	inq_vec(struct pending) queue;
	inq_vec(struct inq_tw_part) parts; /* of the one that is being read; a stack */
};

static uint32_t type_of(struct dwarf_reader *r, Dwarf_Die *die, unsigned int depth);

static bool number(Dwarf_Die *die, unsigned int name, Dwarf_Word *ret)
{
	Dwarf_Attribute at;

	return dwarf_formudata(dwarf_attr(die, name, &at), ret) == 0;
}

static bool is_declaration(Dwarf_Die *die)
{
	return dwarf_hasattr(die, DW_AT_declaration);
}

/* The type that @die refers to; 0: void. */
static uint32_t target(struct dwarf_reader *r, Dwarf_Die *die, unsigned int depth)
{
	Dwarf_Attribute at;
	Dwarf_Die type;

	if (!dwarf_formref_die(dwarf_attr_integrate(die, DW_AT_type, &at), &type))
		return 0;
	return type_of(r, &type, depth + 1);
}

static uint32_t refer(struct dwarf_reader *r, Dwarf_Die *die, unsigned int kind, const char *name,
		      unsigned int depth)
{
	struct inq_tw_type t = {.kind = kind, .name = name, .type = target(r, die, depth)};

	return inq_tw_share(&r->w, &t, NULL, 0);
}

static uint32_t base_type(struct dwarf_reader *r, Dwarf_Die *die)
{
	struct inq_tw_type t = {.kind = BTF_KIND_INT, .name = dwarf_diename(die)};
	Dwarf_Word size, encoding = 0;

	if (!number(die, DW_AT_byte_size, &size) || !size || size > 16 || !t.name)
		return 0;
	t.size = (uint32_t)size;
	number(die, DW_AT_encoding, &encoding);
	if (encoding == DW_ATE_float)
		t.kind = BTF_KIND_FLOAT;
	else if (encoding == DW_ATE_boolean)
		t.encoding = BTF_INT_BOOL;
	else if (encoding == DW_ATE_signed || encoding == DW_ATE_signed_char)
		t.encoding = BTF_INT_SIGNED;
	return inq_tw_share(&r->w, &t, NULL, 0);
}

/* Elements of one dimension; 0: it has no length. */
static uint32_t elements(Dwarf_Die *die)
{
	Dwarf_Word n;

	if (number(die, DW_AT_count, &n))
		return n <= UINT32_MAX ? (uint32_t)n : 0;
	return number(die, DW_AT_upper_bound, &n) && n < UINT32_MAX ? (uint32_t)n + 1 : 0;
}

/* Dimension @child and those behind it, which are inside. */
static uint32_t dimensions(struct dwarf_reader *r, Dwarf_Die *array, Dwarf_Die *child,
			   unsigned int depth)
{
	struct inq_tw_type t = {.kind = BTF_KIND_ARRAY, .size = elements(child)};
	Dwarf_Die next;

	if (depth < CHAIN_MAX && dwarf_siblingof(child, &next) == 0)
		t.type = dimensions(r, array, &next, depth + 1);
	else
		t.type = target(r, array, depth);
	return inq_tw_share(&r->w, &t, NULL, 0);
}

static uint32_t array_type(struct dwarf_reader *r, Dwarf_Die *die, unsigned int depth)
{
	struct inq_tw_type t = {.kind = BTF_KIND_ARRAY};
	Dwarf_Die child;

	if (dwarf_child(die, &child) == 0)
		return dimensions(r, die, &child, depth);
	t.type = target(r, die, depth);
	return inq_tw_share(&r->w, &t, NULL, 0);
}

static struct inq_tw_part *push_part(struct dwarf_reader *r)
{
	struct inq_tw_part *p = inq_vec_push(&r->parts);

	r->w.failed |= !p;
	return p;
}

static const struct inq_tw_part *parts_from(const struct dwarf_reader *r, size_t first)
{
	return r->parts.n > first ? &r->parts.v[first] : NULL;
}

static uint32_t enum_type(struct dwarf_reader *r, Dwarf_Die *die)
{
	struct inq_tw_type t = {.kind = BTF_KIND_ENUM, .name = dwarf_diename(die), .size = 4};
	size_t first = r->parts.n;
	Dwarf_Word size;
	Dwarf_Die child;
	uint32_t id;
	int more;

	if (number(die, DW_AT_byte_size, &size) && (size == 1 || size == 2 || size == 8))
		t.size = (uint32_t)size;
	if (t.size == 8)
		t.kind = BTF_KIND_ENUM64;
	for (more = dwarf_child(die, &child); more == 0; more = dwarf_siblingof(&child, &child)) {
		const char *name = dwarf_diename(&child);
		Dwarf_Attribute at;
		Dwarf_Sword value;
		struct inq_tw_part *p;

		if (!name || dwarf_formsdata(dwarf_attr(&child, DW_AT_const_value, &at), &value) ||
		    (t.size < 8 && (value > UINT32_MAX || value < INT32_MIN)))
			continue;
		p = push_part(r);
		if (!p)
			break;
		p->name = name;
		p->value = value;
	}
	id = inq_tw_share(&r->w, &t, parts_from(r, first), r->parts.n - first);
	r->parts.n = first;
	return id;
}

static uint32_t prototype(struct dwarf_reader *r, Dwarf_Die *die, unsigned int depth)
{
	struct inq_tw_type t = {.kind = BTF_KIND_FUNC_PROTO, .type = target(r, die, depth)};
	size_t first = r->parts.n;
	Dwarf_Die child;
	uint32_t id;
	int more;

	for (more = dwarf_child(die, &child); more == 0; more = dwarf_siblingof(&child, &child)) {
		int tag = dwarf_tag(&child);
		uint32_t type;
		struct inq_tw_part *p;

		if (tag != DW_TAG_formal_parameter && tag != DW_TAG_unspecified_parameters)
			continue;
		type = tag == DW_TAG_formal_parameter ? target(r, &child, depth) : 0;
		p = push_part(r);
		if (!p)
			break;
		p->name = dwarf_diename(&child);
		p->type = type;
	}
	id = inq_tw_share(&r->w, &t, parts_from(r, first), r->parts.n - first);
	r->parts.n = first;
	return id;
}

static uint64_t key_of(unsigned int kind, const char *name, uint64_t size, const char *member)
{
	uint64_t words[] = {kind, size};
	uint64_t h = inq_hash_bytes(INQ_HASH_START, words, sizeof(words));

	h = inq_hash_bytes(h, name, strlen(name) + 1);
	return member ? inq_hash_bytes(h, member, strlen(member) + 1) : h;
}

static bool first_member(Dwarf_Die *die, Dwarf_Die *ret)
{
	int more;

	for (more = dwarf_child(die, ret); more == 0; more = dwarf_siblingof(ret, ret)) {
		if (dwarf_tag(ret) == DW_TAG_member)
			return true;
	}
	return false;
}

static bool next_member(Dwarf_Die *die)
{
	while (dwarf_siblingof(die, die) == 0) {
		if (dwarf_tag(die) == DW_TAG_member)
			return true;
	}
	return false;
}

/* Whether the base's struct @id has the members of @die, by their names. */
static bool same_members(const struct inq_btf *base, uint32_t id, Dwarf_Die *die)
{
	const struct btf_type *t = btf__type_by_id(base->btf, id);
	Dwarf_Die child;
	bool more = first_member(die, &child);
	unsigned int n = 0;

	for (; more && n < btf_vlen(t); n++, more = next_member(&child)) {
		const char *ours = dwarf_diename(&child);
		const char *theirs = btf__name_by_offset(base->btf, btf_members(t)[n].name_off);

		if (!theirs || strcmp(ours ? ours : "", theirs) != 0)
			return false;
	}
	return !more && n == btf_vlen(t);
}

/* The image's struct, where it is the same; 0: none. */
static uint32_t in_base(const struct dwarf_reader *r, Dwarf_Die *die, const struct inq_tw_type *t)
{
	const struct inq_btf *base = r->w.base;
	uint32_t id = base ? inq_btf_find_struct(base, t->name) : 0;
	const struct btf_type *b = id ? btf__type_by_id(base->btf, id) : NULL;

	return b && btf_kind(b) == t->kind && b->size == t->size && same_members(base, id, die) ? id
												: 0;
}

static uint32_t declared_struct(struct dwarf_reader *r, const struct inq_tw_type *t)
{
	struct inq_tw_type fwd = {
		.kind = BTF_KIND_FWD, .name = t->name, .size = t->kind == BTF_KIND_UNION};

	return t->name ? inq_tw_share(&r->w, &fwd, NULL, 0) : 0;
}

static uint32_t new_struct(struct dwarf_reader *r, Dwarf_Die *die, const struct inq_tw_type *t)
{
	uint32_t id = inq_tw_add(&r->w, t, NULL, 0);
	struct pending *p = inq_vec_push(&r->queue);

	r->w.failed |= !p;
	if (p)
		*p = (struct pending){*die, id};
	return id;
}

static uint32_t struct_type(struct dwarf_reader *r, Dwarf_Die *die, unsigned int kind)
{
	struct inq_tw_type t = {.kind = kind, .name = dwarf_diename(die)};
	Dwarf_Word size = 0;
	Dwarf_Die member;
	uint64_t key, id;

	number(die, DW_AT_byte_size, &size);
	if (is_declaration(die) || size > UINT32_MAX)
		return declared_struct(r, &t);
	t.size = (uint32_t)size;
	if (!t.name)
		return new_struct(r, die, &t);
	key = key_of(kind, t.name, size, first_member(die, &member) ? dwarf_diename(&member) : "");
	if (inq_hashmap_get(&r->named, key, &id))
		return (uint32_t)id;
	id = in_base(r, die, &t);
	if (!id)
		id = new_struct(r, die, &t);
	r->w.failed |= !inq_hashmap_put(&r->named, key, id) ||
		       !inq_hashmap_put(&r->whole, key_of(kind, t.name, 0, NULL), id);
	return (uint32_t)id;
}

static uint32_t make_type(struct dwarf_reader *r, Dwarf_Die *die, unsigned int depth)
{
	switch (dwarf_tag(die)) {
	case DW_TAG_base_type:
		return base_type(r, die);
	case DW_TAG_pointer_type:
		return refer(r, die, BTF_KIND_PTR, NULL, depth);
	case DW_TAG_const_type:
		return refer(r, die, BTF_KIND_CONST, NULL, depth);
	case DW_TAG_volatile_type:
		return refer(r, die, BTF_KIND_VOLATILE, NULL, depth);
	case DW_TAG_restrict_type:
		return refer(r, die, BTF_KIND_RESTRICT, NULL, depth);
	case DW_TAG_atomic_type:
		return target(r, die, depth);
	case DW_TAG_typedef:
		return dwarf_diename(die)
			       ? refer(r, die, BTF_KIND_TYPEDEF, dwarf_diename(die), depth)
			       : target(r, die, depth);
	case DW_TAG_array_type:
		return array_type(r, die, depth);
	case DW_TAG_structure_type:
		return struct_type(r, die, BTF_KIND_STRUCT);
	case DW_TAG_union_type:
		return struct_type(r, die, BTF_KIND_UNION);
	case DW_TAG_enumeration_type:
		return enum_type(r, die);
	case DW_TAG_subroutine_type:
		return prototype(r, die, depth);
	default:
		return 0;
	}
}

static uint32_t type_of(struct dwarf_reader *r, Dwarf_Die *die, unsigned int depth)
{
	uint64_t off = dwarf_dieoffset(die), id;

	if (inq_hashmap_get(&r->unit, off, &id))
		return (uint32_t)id;
	if (depth > CHAIN_MAX || r->w.failed)
		return 0;
	id = make_type(r, die, depth);
	r->w.failed |= !inq_hashmap_put(&r->unit, off, id);
	return (uint32_t)id;
}

/* Where member @die of a struct begins, in bits, and how many it has (0: no bit field). */
static void place_of(Dwarf_Die *die, struct inq_tw_part *p)
{
	Dwarf_Word bytes = 0, bits = 0, n, storage;

	number(die, DW_AT_data_member_location, &bytes);
	if (number(die, DW_AT_bit_size, &n) && n && n <= 64) {
		p->bit_size = (uint32_t)n;
		/* before DWARF 4 counted from the top of what it is stored in */
		if (!number(die, DW_AT_data_bit_offset, &bits) &&
		    number(die, DW_AT_bit_offset, &bits) && number(die, DW_AT_byte_size, &storage))
			bits = storage * 8 - bits - n;
	}
	p->bits = bytes < (1u << 28) && bits < (1u << 31) ? (uint32_t)(bytes * 8 + bits) : 0;
}

/* The members of a struct that was put off. */
static void read_members(struct dwarf_reader *r, struct pending p)
{
	size_t first = r->parts.n;
	Dwarf_Die child;
	bool more = first_member(&p.die, &child);

	for (; more && r->parts.n - first < PARTS_MAX; more = next_member(&child)) {
		uint32_t type = target(r, &child, 0);
		struct inq_tw_part *part = push_part(r);

		if (!part)
			break;
		part->name = dwarf_diename(&child);
		part->type = type;
		place_of(&child, part);
	}
	inq_tw_set_parts(&r->w, p.id, parts_from(r, first), r->parts.n - first);
	r->parts.n = first;
}

static void read_pending(struct dwarf_reader *r)
{
	while (r->queue.n && !r->w.failed)
		read_members(r, r->queue.v[--r->queue.n]);
}

/* A function or variable that has a place: where several have its name, all must be alike. */
static void read_thing(struct dwarf_reader *r, Dwarf_Die *die, unsigned int kind)
{
	struct inq_tw_type t = {.kind = kind, .name = dwarf_diename(die)};
	uint64_t key, known;

	/* a copy of it may have other parameters, and has another symbol's name */
	if (!t.name || is_declaration(die) || dwarf_hasattr(die, DW_AT_abstract_origin))
		return;
	t.type = kind == BTF_KIND_FUNC ? prototype(r, die, 0) : target(r, die, 0);
	key = key_of(kind, t.name, 0, NULL);
	if (!inq_hashmap_get(&r->things, key, &known))
		known = (uint64_t)inq_tw_add(&r->w, &t, NULL, 0) + 1;
	else if (known != UNLIKE && inq_tw_type(&r->w, (uint32_t)known - 1) &&
		 inq_tw_type(&r->w, (uint32_t)known - 1)->type != t.type) {
		/* nothing looks for a constant */
		inq_tw_type(&r->w, (uint32_t)known - 1)->kind = BTF_KIND_CONST;
		known = UNLIKE;
	}
	r->w.failed |= !inq_hashmap_put(&r->things, key, known);
}

static void read_die(struct dwarf_reader *r, Dwarf_Die *die)
{
	switch (dwarf_tag(die)) {
	case DW_TAG_structure_type:
	case DW_TAG_union_type:
	case DW_TAG_enumeration_type:
	case DW_TAG_typedef:
		type_of(r, die, 0);
		break;
	case DW_TAG_subprogram:
		read_thing(r, die, BTF_KIND_FUNC);
		break;
	case DW_TAG_variable:
		read_thing(r, die, BTF_KIND_VAR);
		break;
	default:
		break;
	}
	read_pending(r);
}

static void read_unit(struct dwarf_reader *r, Dwarf_Die *unit)
{
	Dwarf_Die die;
	int more;

	for (more = dwarf_child(unit, &die); more == 0 && !r->w.failed;
	     more = dwarf_siblingof(&die, &die))
		read_die(r, &die);
	inq_hashmap_deinit(&r->unit);
	r->unit = INQ_HASHMAP_INIT;
}

/* The struct that @id declares, where one of the units, or the base, has it whole. */
static uint32_t resolved(struct dwarf_reader *r, uint32_t id)
{
	const struct inq_tw_type *t = inq_tw_type(&r->w, id);
	unsigned int kind;
	uint64_t whole;

	if (!t || t->kind != BTF_KIND_FWD)
		return id;
	kind = t->size ? BTF_KIND_UNION : BTF_KIND_STRUCT;
	if (inq_hashmap_get(&r->whole, key_of(kind, t->name, 0, NULL), &whole))
		return (uint32_t)whole;
	whole = r->w.base ? inq_btf_find_struct(r->w.base, t->name) : 0;
	return whole ? (uint32_t)whole : id;
}

static void resolve_declarations(struct dwarf_reader *r)
{
	for (size_t i = 0; i < r->w.types.n; i++)
		if (r->w.types.v[i].kind != BTF_KIND_INT)
			r->w.types.v[i].type = resolved(r, r->w.types.v[i].type);
	for (size_t i = 0; i < r->w.parts.n; i++)
		r->w.parts.v[i].type = resolved(r, r->w.parts.v[i].type);
}

static void reader_deinit(struct dwarf_reader *r)
{
	inq_tw_deinit(&r->w);
	inq_hashmap_deinit(&r->unit);
	inq_hashmap_deinit(&r->named);
	inq_hashmap_deinit(&r->whole);
	inq_hashmap_deinit(&r->things);
	inq_vec_deinit(&r->queue);
	inq_vec_deinit(&r->parts);
}

static struct inq_error *read_dwarf(Dwarf *dw, const struct inq_btf *base, struct inq_btf **ret)
{
	struct dwarf_reader r = {0};
	struct inq_error *err;
	Dwarf_CU *cu = NULL;
	Dwarf_Die unit;

	inq_tw_init(&r.w, base);
	while (!r.w.failed && dwarf_get_units(dw, cu, &cu, NULL, NULL, &unit, NULL) == 0)
		read_unit(&r, &unit);
	resolve_declarations(&r);
	err = inq_tw_finish(&r.w, ret);
	reader_deinit(&r);
	return err;
}

struct inq_error *inq_dwarf_types(const char *path, const struct inq_btf *base,
				  struct inq_btf **ret)
{
	struct inq_dwarf_file f;
	Dwarf_Addr bias;
	struct inq_error *err;

	if (!inq_dwarf_file_open(&f, path))
		return inq_error_create(INQ_ERR_NOTFOUND, 0, "%s: no DWARF that can be read", path);
	err = read_dwarf(dwfl_module_getdwarf(f.mod, &bias), base, ret);
	inq_dwarf_file_close(&f);
	return inq_error_prefix(err, "%s", path);
}

#else

struct inq_error *inq_dwarf_types(const char *path, const struct inq_btf *base,
				  struct inq_btf **ret)
{
	(void)base;
	(void)ret;
	return inq_error_create(INQ_ERR_NOTSUP, 0, "%s: this inquest was built without libdw",
				path);
}

#endif
