/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_CODE_PATH_TEXT_H
#define INQ_CODE_PATH_TEXT_H

#include "code/eval.h"
#include "code/path.h"

/* Private to the code floor: expressions as C text, with types (path_text.c, path_root.c). */

/* A C expression: a value, or an object in memory. */
struct inq_cexpr {
	const char *text;     /* NULL: can't be said */
	const char *member;   /* "task_struct.nsproxy": what was loaded; NULL: no member */
	struct inq_type type; /* of the value or object */
	bool address;	      /* of a value: it is the address of an object of that type, `text`
				 is the object's */
	bool points;	      /* of a value: it points to an object of that type */
	bool typed;
};

/* The pointer that an address derives from. */
struct inq_path_base {
	struct inq_cexpr x;
	const struct inq_frame_ctx *ctx;
	const struct inq_value *v; /* NULL: no pointer, a constant address */
	int64_t off;
	const struct inq_value *index; /* beside it; NULL: none */
	int64_t bias; /* the pointer is @v plus this: @v was computed from it by container_of() */
};

/* An index beside a pointer: @scale bytes for each. */
struct inq_path_index {
	const struct inq_value *v;
	const char *text; /* "nr", "7", "i" */
	int64_t scale;
	uint64_t number; /* signed; valid when has_number */
	bool has_number;
	bool is_number; /* `text` is it */
};

enum { INQ_PATH_INDEXES = 3 };

/* An address, taken apart. */
struct inq_path_address {
	const struct inq_value *base; /* NULL: a constant, in @off */
	int64_t off;
	struct inq_path_index index[INQ_PATH_INDEXES];
	unsigned int nr_index;
	bool this_cpu;	 /* in this CPU's per-CPU area */
	const char *cpu; /* in the area of the CPU of that number or name; NULL: not */
};

struct inq_path_text {
	struct inq_eval e;
	struct inq_arena *arena;
	inq_vec(struct inq_path_step) steps;
	const struct inq_frame_ctx *access; /* the frame whose registers are named */
	bool quiet;			    /* don't note steps: not on the way to the access */
	unsigned int depth;
	bool outermost; /* the object asked for is the access itself: note its base */
	struct inq_path_base base;
	const char *origin;
	size_t origin_frame;
	const struct inq_value *hinted;	 /* its type is being looked for in what it comes from */
	const struct inq_value *phis[8]; /* likewise, of loops: not to go round for ever */
	unsigned int nr_phis;
	bool module_terms; /* a module's own names or types were needed, or there were none */
	const char *shape; /* of the access; NULL: not said */
	bool failed;	   /* no memory */
};

/* The value @v at @ctx. */
struct inq_cexpr inq_path_value(struct inq_path_text *p, const struct inq_frame_ctx *ctx,
				const struct inq_value *v);
/* The object of @size bytes (0: any) at address @v. */
struct inq_cexpr inq_path_object(struct inq_path_text *p, const struct inq_frame_ctx *ctx,
				 const struct inq_value *v, size_t size);
/* An argument of @ctx's function. */
struct inq_cexpr inq_path_argument(struct inq_path_text *p, const struct inq_frame_ctx *ctx,
				   const struct inq_value *v);
/* Whether the function itself has a name and a type for its argument @v. */
bool inq_path_argument_is_named(struct inq_path_text *p, const struct inq_frame_ctx *ctx,
				const struct inq_value *v);
/* What lies at @a, a constant and maybe indexes. */
struct inq_cexpr inq_path_global(struct inq_path_text *p, const struct inq_path_address *a,
				 size_t size);
/* The variable that begins at constant @c, or what is there. */
struct inq_cexpr inq_path_variable(struct inq_path_text *p, int64_t c);
/* The per-CPU variable at @c of this CPU's area. */
struct inq_cexpr inq_path_percpu(struct inq_path_text *p, int64_t c, size_t size);
/* What a call returned. */
struct inq_cexpr inq_path_call(struct inq_path_text *p, const struct inq_value *v);
/* The register that holds @v at the access, else "?". */
const char *inq_path_reg_text(struct inq_path_text *p, const struct inq_value *v);
inq_reg inq_path_reg(const struct inq_path_text *p, const struct inq_value *v);
/* Note a step, unless quiet. */
void inq_path_note(struct inq_path_text *p, const struct inq_frame_ctx *ctx,
		   const struct inq_value *v, const struct inq_cexpr *x);
/* Member of @type (a struct) at @off: text behind ->, and "struct.member". False: none. */
bool inq_path_member(struct inq_path_text *p, struct inq_type type, int64_t off, size_t size,
		     const char **ret_path, const char **ret_member, struct inq_type *ret);
/*
 * The object at @a behind a pointer to @type that is written @base, @arrow being "->", or in the
 * variable @base of @type, @arrow being ".".  False: nothing of the type is there.
 */
bool inq_path_behind(struct inq_path_text *p, const char *base, const char *arrow,
		     struct inq_type type, struct inq_path_address a, size_t size,
		     struct inq_cexpr *ret);
/* base[i], of elements of @size bytes; the offset that is left stays in @a. */
const char *inq_path_element(struct inq_path_text *p, const char *base, struct inq_path_address *a,
			     size_t size);
/* *(u64 *)(base + i * 8 + 0x8) */
struct inq_cexpr inq_path_untyped(struct inq_path_text *p, const char *base,
				  const struct inq_path_address *a, size_t size);
/* The offsets on the way to address @v, whatever is known of types: "+18 of +40". */
const char *inq_path_shape(struct inq_path_text *p, const struct inq_value *v);
/* The image's helpers, whose own names say nothing: the path goes on in their caller.  A module's
 * function of such a name is another one. */
bool inq_path_is_helper(const struct inq_symbol *sym);
/* Remember memory shortage in a string that was just made. */
const char *inq_path_str(struct inq_path_text *p, const char *s);

#endif
