/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_KERNEL_SYMTAB_H
#define INQ_KERNEL_SYMTAB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct inq_kernel;
struct inq_module;

enum { INQ_SYM_NAME_MAX = 512 }; /**< KSYM_NAME_LEN is 512 since 6.1 (b8a94bfb3395) */

/** A symbol of the kernel image or of a module. */
struct inq_symbol {
	uint64_t addr;
	uint64_t size; /**< bytes of it: st_size where a module keeps it, else @room; 0: unknown */
	uint64_t room; /**< bytes to the next symbol or the section's end; 0: unknown */
	const struct inq_module *module; /**< borrowed from the kernel; NULL: the kernel image */
	char type;			 /**< as `nm` prints it: T t D d B b R r ... */
	char name[INQ_SYM_NAME_MAX];	 /**< as in kallsyms, with gcc's .isra.0 and so on */
};

/** The symbol called @name in the kernel image, else in any module. False: none. */
bool inq_symbol_by_name(struct inq_kernel *k, const char *name, struct inq_symbol *ret);

/** The symbol called @name in module @m, or in the kernel image when @m is NULL.  False: none. */
bool inq_symbol_of(struct inq_kernel *k, const struct inq_module *m, const char *name,
		   struct inq_symbol *ret);

/** Its address alone (a per-CPU variable's value), of the kernel image only; 0: no such symbol. */
uint64_t inq_symbol_addr(struct inq_kernel *k, const char *name);

/**
 * The symbol that @addr lies in: the last one that starts at or before it, of the
 * same section (image text, image data, one module).  Of aliases the first in kallsyms, or in
 * the module's symbol table: the one that the kernel prints in its own backtraces.
 * False: @addr is in no image or module, or there is none before it.
 */
bool inq_symbol_by_addr(struct inq_kernel *k, uint64_t addr, struct inq_symbol *ret);

/**
 * The per-CPU variable that offset @value of the per-CPU area lies in, as in "%gs:0x1fb40", the
 * image's or a module's.  False: none, or per-CPU symbols are ordinary addresses (x86-64
 * since 6.15: then _by_addr knows it).
 */
bool inq_symbol_percpu(struct inq_kernel *k, uint64_t value, struct inq_symbol *ret);

/** Whether @addr lies in executable text: the image's .text/.init.text while kept, or a module's.
 */
bool inq_kernel_is_text(struct inq_kernel *k, uint64_t addr);

/**
 * "name+0x12/0x34 [module]" into @buf, always terminated; hex when unknown.  As the kernel's own
 * %pS prints it: the number after the slash reaches to the next symbol.
 */
const char *inq_symbol_format(struct inq_kernel *k, uint64_t addr, char *buf, size_t size);

/**
 * Whether function name @sym is @name but for what gcc and clang append
 * (.isra.0 .constprop.0 .part.0 .cold .llvm.123).  `__x` is not `x`.
 */
bool inq_symbol_is(const char *sym, const char *name);

/**
 * @sym without "__pi_", borrowed from it: x86's startup code calls functions by aliases of such
 * names since 6.17, and of two names at one address either may be the one that is found.
 */
static inline const char *inq_symbol_plain(const char *sym)
{
	return strncmp(sym, "__pi_", 5) ? sym : sym + 5;
}

#endif
