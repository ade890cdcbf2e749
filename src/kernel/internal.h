/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_KERNEL_INTERNAL_H
#define INQ_KERNEL_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/btf_data.h"
#include "kernel/kallsyms.h"
#include "kernel/fields.h"
#include "kernel/kernel.h"
#include "kernel/modules.h"
#include "kernel/symtab.h"
#include "kernel/symvec.h"
#include "kernel/types.h"

/* What only this floor's own files see of each other. */

/** Symbols of the kernel image: kallsyms, or a vmlinux's. */
struct inq_symtab {
	struct inq_kallsyms *kallsyms; /**< NULL: none */
	struct inq_symvec vmlinux;     /**< empty: none */
	/** Image borders; 0: unknown. Known once inq_symtab_find_borders() has run. */
	uint64_t text, end;
	uint64_t stext, etext;
	uint64_t sinittext, einittext;
	uint64_t percpu_end; /**< per-CPU symbols are values in [0, percpu_end); 0: none such */
	bool init_kept;	     /**< the kernel was still booting: .init.text is there */
};
struct inq_symtab *inq_symtab_create(void);
void inq_symtab_destroy(struct inq_symtab *s);
void inq_symtab_find_borders(struct inq_kernel *k);

/** Types: the image's BTF (or DWARF in that form), modules' at the first use. */
struct inq_types {
	struct inq_btf *image; /**< NULL: none */
};
struct inq_types *inq_types_create(void);
void inq_types_destroy(struct inq_types *t);
/** `struct NAME` of the image alone. */
bool inq_types_find_image_struct(struct inq_kernel *k, const char *name, struct inq_type *ret);

/** What is loaded of one module at its first use. */
struct inq_module_data {
	uint64_t kallsyms; /**< address of its struct mod_kallsyms; 0: none */
	bool symbols_tried, btf_tried;
	struct inq_symvec symbols;
	struct inq_btf *btf; /**< NULL: none */
	char *btf_lost;	     /**< why its BTF could not be had; NULL: it could, or there is none */
};
struct inq_modules {
	struct inq_module *v;
	struct inq_module_data *data; /**< as many */
	size_t n;
};
struct inq_modules *inq_modules_create(void);
void inq_modules_destroy(struct inq_modules *m);
/** Walk the kernel's list of modules; what can't be read is a gap. */
void inq_modules_load(struct inq_kernel *k, struct inq_kernel_gaps *gaps);
/** The symbols of @m, read at the first call; never NULL. */
const struct inq_symvec *inq_module_symbols(struct inq_kernel *k, const struct inq_module *m);
/** The types of @m, read at the first call: its BTF, else its file's DWARF; NULL: none. */
struct inq_btf *inq_module_btf(struct inq_kernel *k, const struct inq_module *m);

void inq_sources_destroy(struct inq_sources *s);
/** The types of @m by the DWARF of its file; NULL: there is none.  Owned by who calls. */
struct inq_btf *inq_source_types(struct inq_kernel *k, const struct inq_module *m);

/** The C type of kernel global @name, as text ("struct list_head"); NULL: not in the table. */
const char *inq_global_type_name(const char *name);

/** Add a gap; @err is consumed (NULL: nothing is added).  Lost where memory is short. */
void inq_kernel_gap_add(struct inq_kernel_gaps *gaps, const char *what, struct inq_error *err);

/** The member of @def where VMCOREINFO tells its place; no type comes with it.  False: it doesn't.
 */
bool inq_field_from_vmcoreinfo(const struct inq_kernel *k, const struct inq_field_def *def,
			       struct inq_field *ret);
/** VMCOREINFO's sizeof(struct @name). */
bool inq_struct_size_from_vmcoreinfo(const struct inq_kernel *k, const char *name, size_t *ret);

#endif
