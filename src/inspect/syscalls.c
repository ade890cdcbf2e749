// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * System calls: the name by the number (sys_call_table[]), or by the function on the stack; the
 * arguments from the registers that user mode came in with, named and typed by the trace data of
 * kernels that trace system calls (struct syscall_metadata).
 */
#include "inspect/syscalls.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "inspect/facts.h"
#include "inspect/files.h"
#include "inspect/user_memory.h"
#include "kernel/symtab.h"
#include "util/strbuf.h"

#include "util/banned.h"

enum { META_NR_ARGS, META_ARGS, META_TYPES, META_NR };
static const struct inq_field_def meta_defs[META_NR] = {
	[META_NR_ARGS] = {"syscall_metadata", "nb_args", INQ_REQUIRED},
	[META_ARGS] = {"syscall_metadata", "args", INQ_REQUIRED},
	[META_TYPES] = {"syscall_metadata", "types", INQ_OPTIONAL},
};

enum { SYSCALLS_MAX = 1024, ARGS_MAX = 6, WORD = 48, TEXT_BYTES = 48, PATH_BYTES = 120 };

/* One argument as its system call declares it. */
struct arg {
	char name[WORD], type[WORD];
	uint64_t val;
};

/* What a call is known under to its callers: "fstat" is newfstat() in the kernel. */
static const char *user_name(const char *name)
{
	static const char *const renamed[] = {"newstat", "newfstat", "newlstat", "newuname"};

	for (size_t i = 0; i < array_size(renamed); i++) {
		if (strcmp(name, renamed[i]) == 0)
			return name + strlen("new");
	}
	return name;
}

static bool copy_name(const char *symbol, char *buf, size_t size)
{
	/* __x64_sys_ioctl since 4.17 (d5a00528b58c), sys_ioctl before */
	const char *at = strstr(symbol, "sys_");
	size_t n = at ? strlen(at + strlen("sys_")) : 0;

	if (!n || n >= size)
		return false;
	memcpy(buf, at + strlen("sys_"), n + 1);
	return true;
}

/* "ioctl" of system call @nr. */
static bool name_of_number(struct inq_inspect *in, int64_t nr, char *buf, size_t size)
{
	uint64_t table = inq_symbol_addr(in->k, "sys_call_table"), fn;
	struct inq_symbol sym;

	return table && nr >= 0 && nr < SYSCALLS_MAX &&
	       inq_dump_try_u64(in->k->dump, table + (uint64_t)nr * 8, &fn) &&
	       inq_symbol_by_addr(in->k, fn, &sym) && sym.addr == fn &&
	       copy_name(sym.name, buf, size);
}

/* The function of a system call on the stack, of the 32-bit interface: numbers and registers
 * are others there. */
static const char *compat_function(const struct inq_stack *s)
{
	for (size_t i = s->n; i-- > 0;) {
		if (s->v[i].symbol && !s->v[i].module && strncmp(s->v[i].symbol, "__ia32_", 7) == 0)
			return s->v[i].symbol;
	}
	return NULL;
}

static bool is_compat(const struct inq_stack *s)
{
	static const char *const entries[] = {"entry_INT80_compat",
					      "entry_SYSENTER_compat_after_hwframe",
					      "entry_SYSCALL_compat_after_hwframe",
					      "asm_int80_emulation",
					      "do_fast_syscall_32",
					      NULL};

	return compat_function(s) || inq_fact_find_frame(s, 0, entries) >= 0;
}

static bool is_pointer(const struct arg *a)
{
	return strchr(a->type, '*') != NULL;
}

static bool is_one_of(const char *name, const char *const *names)
{
	for (; *names; names++) {
		if (strcmp(name, *names) == 0)
			return true;
	}
	return false;
}

static bool is_fd(const struct arg *a)
{
	static const char *const names[] = {"fd",    "fildes", "oldfd", "sockfd", "epfd",   "in_fd",
					    "fd_in", "dfd",    "ufd",	"out_fd", "fd_out", NULL};

	return !is_pointer(a) && is_one_of(a->name, names);
}

static bool is_path(const struct arg *a)
{
	static const char *const names[] = {"filename", "pathname", "path",    "name",
					    "dev_name", "dir_name", "oldname", "newname",
					    "uargs",	"uri",	    NULL};

	return is_pointer(a) && strstr(a->type, "char") && is_one_of(a->name, names);
}

const char *inq_ioctl_words(struct inq_inspect *in, uint32_t cmd)
{
	static const char *const direction[] = {"_IO", "_IOW", "_IOR", "_IOWR"};
	uint32_t dir = cmd >> 30, size = cmd >> 16 & 0x3fff, type = cmd >> 8 & 0xff,
		 nr = cmd & 0xff;

	if (!type || !isprint((int)type) || (!dir && size) || (dir && !size))
		return NULL;
	if (!dir)
		return inq_arena_printf(&in->c->arena, "_IO('%c', %u)", (char)type, nr);
	return inq_arena_printf(&in->c->arena, "%s('%c', %u, %u byte%s)", direction[dir],
				(char)type, nr, size, size == 1 ? "" : "s");
}

static const char *fd_words(struct inq_inspect *in, const struct inq_task *t, uint32_t fd,
			    struct inq_ids *evidence)
{
	uint64_t slot, file = t ? inq_file_of_fd(in, t->addr, fd, &slot) : 0;
	const char *words = file ? inq_file_describe(in, file) : NULL;

	if ((int32_t)fd == -100) /* AT_FDCWD */
		return "the working directory";
	if (words)
		inq_ids_add(in->c, evidence,
			    inq_fact_memory(in, slot, 8, file, "descriptor %u of %s is %s", fd,
					    t->comm ? t->comm : "the task", words));
	return words;
}

static const char *words_of(struct inq_inspect *in, const char *call, const struct arg *a,
			    uint64_t mm, size_t count)
{
	if (is_path(a))
		return inq_user_text(in, mm, a->val, PATH_BYTES, true);
	if (strcmp(call, "ioctl") == 0 && strcmp(a->name, "cmd") == 0)
		return inq_ioctl_words(in, (uint32_t)a->val);
	/* what is being written, where it is text */
	if (count && is_pointer(a) && strstr(a->type, "const") && strcmp(a->name, "buf") == 0)
		return inq_user_text(in, mm, a->val, count < TEXT_BYTES ? count : TEXT_BYTES,
				     false);
	return NULL;
}

static void add_value(const struct arg *a, struct inq_strbuf *sb)
{
	bool number = strcmp(a->type, "size_t") == 0 || strcmp(a->name, "count") == 0 ||
		      strcmp(a->name, "len") == 0 || is_fd(a);

	if (number && is_fd(a))
		inq_strbuf_addf(sb, "%" PRId32, (int32_t)a->val);
	else if (number)
		inq_strbuf_addf(sb, "%" PRIu64, a->val);
	else if (strcmp(a->type, "int") == 0 || strncmp(a->type, "unsigned int", 12) == 0)
		inq_strbuf_addf(sb, "0x%" PRIx32, (uint32_t)a->val);
	else
		inq_strbuf_addf(sb, "0x%" PRIx64, a->val);
}

/* "fd=3 (/dev/null)" */
static void add_arg(const struct inq_origin_arg *kept, const struct arg *a, struct inq_strbuf *sb)
{
	inq_strbuf_addf(sb, "%s%s", a->name, a->name[0] ? "=" : "");
	add_value(a, sb);
	if (kept->is)
		inq_strbuf_addf(sb, is_fd(a) ? " -> %s" : " %s", kept->is);
}

/* Names and types of the arguments; returns how many are known. */
static size_t declared_args(struct inq_inspect *in, const char *name, const struct inq_regs *regs,
			    struct arg *args)
{
	cleanup_strbuf struct inq_strbuf symbol = INQ_STRBUF_INIT;
	struct inq_field f[META_NR];
	uint64_t meta, n, names, types = 0, at;
	struct inq_error *err = inq_fields_resolve(in->k, meta_defs, f, META_NR);
	size_t i;

	inq_error_destroy(err);
	inq_strbuf_addf(&symbol, "__syscall_meta__%s", name);
	meta = inq_symbol_addr(in->k, inq_strbuf_str(&symbol));
	if (err || !meta || !inq_field_try_u64(in->k, &f[META_NR_ARGS], meta, &n) || n > ARGS_MAX ||
	    !inq_field_try_u64(in->k, &f[META_ARGS], meta, &names))
		return 0;
	inq_field_try_u64(in->k, &f[META_TYPES], meta, &types);
	for (i = 0; i < n && i < in->arch->nr_syscall_regs; i++) {
		if (!inq_regs_get(regs, in->arch->syscall_regs[i], &args[i].val))
			break;
		if (inq_dump_try_u64(in->k->dump, names + i * 8, &at))
			inq_dump_try_cstr(in->k->dump, at, args[i].name, sizeof(args[i].name));
		if (types && inq_dump_try_u64(in->k->dump, types + i * 8, &at))
			inq_dump_try_cstr(in->k->dump, at, args[i].type, sizeof(args[i].type));
	}
	return i;
}

static size_t count_of(const struct arg *args, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(args[i].name, "count") == 0)
			return args[i].val > TEXT_BYTES ? TEXT_BYTES + 1 : (size_t)args[i].val;
	}
	return 0;
}

static void decode_args(struct inq_inspect *in, const char *name, const struct inq_regs *regs,
			inq_id task, struct inq_origin *o, struct inq_strbuf *sb)
{
	const struct inq_task *t = inq_case_task(in->c, task);
	struct arg args[ARGS_MAX] = {0};
	size_t n = declared_args(in, name, regs, args), count = count_of(args, n);

	if (t && !t->addr) /* known by name only */
		t = NULL;
	o->args = n ? inq_arena_calloc(&in->c->arena, n, sizeof(*o->args)) : NULL;
	o->nr_args = o->args ? n : 0;
	inq_strbuf_addc(sb, '(');
	for (size_t i = 0; i < o->nr_args; i++) {
		struct inq_origin_arg *kept = &o->args[i];

		kept->name = inq_arena_strdup(&in->c->arena, args[i].name);
		kept->value = args[i].val;
		kept->is = is_fd(&args[i]) ? fd_words(in, t, (uint32_t)args[i].val, &o->evidence)
					   : words_of(in, name, &args[i], t ? t->mm : 0, count);
		inq_strbuf_add(sb, i ? ", " : "");
		add_arg(kept, &args[i], sb);
	}
	inq_strbuf_addc(sb, ')');
}

bool inq_syscall_decode(struct inq_inspect *in, inq_id stack, inq_id task, struct inq_origin *o)
{
	cleanup_strbuf struct inq_strbuf sb = INQ_STRBUF_INIT;
	const struct inq_stack *s = inq_case_stack(in->c, stack);
	char name[WORD];
	bool compat = is_compat(s);

	if (!s->has_user_regs || s->syscall_nr < 0)
		return false;
	if (compat ? !compat_function(s) || !copy_name(compat_function(s), name, sizeof(name))
		   : !name_of_number(in, s->syscall_nr, name, sizeof(name)))
		return false;
	o->kind = INQ_ORIGIN_SYSCALL;
	o->number = s->syscall_nr;
	o->name = inq_arena_strdup(&in->c->arena, user_name(name));
	inq_strbuf_addf(&sb, "system call %s", user_name(name));
	if (!compat)
		decode_args(in, name, &in->ustacks.v[stack].user_regs, task, o, &sb);
	in->c->arena.failed |= sb.failed;
	o->text = inq_arena_strdup(&in->c->arena, inq_strbuf_str(&sb));
	return true;
}
