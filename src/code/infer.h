/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_CODE_INFER_H
#define INQ_CODE_INFER_H

#include "code/uses.h"

/*
 * Private to the code floor: types for what has none.  Only a struct that fits all uses, and
 * that alone fits, is said; a wrong member's name would be a wrong statement.
 */

/* What is known of a pointer besides its uses: @off behind it lies a struct of @type. */
struct inq_infer_hint {
	struct inq_type type;  /* unknown: no hint */
	struct inq_type whole; /* the pointer's own, where a list of the kernel's tells it */
	int64_t off;
	bool tentative;	  /* a later one may be better: don't take what is found for final */
	uint64_t pointer; /* its value in this dump; 0: not known */
};

/* The struct that pointer @v of @fn points to, where nothing declares it, and that the object
 * which is there allows. False: not known, or
 * several would do. */
bool inq_infer_pointee(struct inq_code_func *fn, const struct inq_value *v,
		       const struct inq_infer_hint *hint, struct inq_type *ret);
/*
 * The struct around the member of type @embedded that @v (in this dump @pointer, 0: not known) is
 * known to point to, with the member's path in @sb and its offset in *@ret_off.  False as above.
 */
bool inq_infer_container(struct inq_code_func *fn, const struct inq_value *v, uint64_t pointer,
			 struct inq_type embedded, struct inq_type *ret, struct inq_strbuf *sb,
			 uint32_t *ret_off);
/* The struct of a module that lies @start bytes behind the struct @outer that @v points to
 * (@pointer as above): what netdev_priv() and its kin give. */
bool inq_infer_private(struct inq_code_func *fn, const struct inq_value *v, uint64_t pointer,
		       struct inq_type outer, uint32_t start, struct inq_type *ret);
/* Cut @sb, a member's path to @off in @t, to the outermost member that begins there and is a struct
 * @want (unknown: any type); *@ret is its type.  False: there is none, and @sb stays. */
bool inq_infer_outermost(struct inq_type t, int64_t off, struct inq_type want,
			 struct inq_strbuf *sb, struct inq_type *ret);
/* The path of the member of struct type @want at @off of @t, added to @sb. */
bool inq_infer_member_path(struct inq_type t, uint32_t off, struct inq_type want,
			   struct inq_strbuf *sb);

/* What the variable at @sym of a module is, from all of the module's code. */
struct inq_variable_shape {
	struct inq_type type; /* a struct: of the variable, or what it points to; unknown: none */
	bool pointer;
	bool array;	 /* several of them */
	uint8_t element; /* without a type: an array of words of so many bytes; 0: not known */
	uint64_t stride; /* all indices into it go in steps of so many bytes; 0: not known */
};
/* False: neither `type` nor `element` is known of it. */
bool inq_infer_variable(struct inq_code *c, const struct inq_symbol *sym,
			struct inq_variable_shape *ret);

#endif
