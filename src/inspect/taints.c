// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * taints: what of this kernel is not as its makers built it: taint flags, modules with theirs,
 * live patches, registered kprobes.  Fills c->dump.
 */
#include <string.h>

#include "inspect/facts.h"
#include "inspect/inspectors.h"
#include "kernel/lists.h"
#include "kernel/modules.h"
#include "kernel/symtab.h"
#include "util/strbuf.h"

#include "util/banned.h"

/* By bit: taint_flags[] of kernel/panic.c; letters and meaning never changed, bits were added. */
static const struct {
	char letter;
	const char *words;
} taints[] = {
	{'P', "proprietary module"},
	{'F', "forced loading"},
	{'S', "unfit hardware"},
	{'R', "forced unloading"},
	{'M', "machine check"},
	{'B', "bad page"},
	{'U', "user's request"},
	{'D', "an oops before"},
	{'A', "ACPI table overridden"},
	{'W', "a warning before"},
	{'C', "staging driver"},
	{'I', "firmware workaround"},
	{'O', "out-of-tree module"},
	{'E', "unsigned module"},
	{'L', "soft lockup before"},
	{'K', "live patch"},
	{'X', "distribution's own"},
	{'T', "randomised structures"},
	{'N', "test"},
	{'J', "fwctl"}, /* 6.14 (b4a8eb3c2ac0) */
};

enum { MODULES_MAX = 64, PATCHES_MAX = 16, PROBES_MAX = 8, BUCKETS = 64, BUCKET_MAX = 256 };

enum { KPROBE_NODE, KPROBE_ADDR, PATCH_MOD, PATCH_LIST, MODULE_NAME, TAINTS_NR };
static const struct inq_field_def taint_defs[TAINTS_NR] = {
	[KPROBE_NODE] = {"kprobe", "hlist", INQ_OPTIONAL},
	[KPROBE_ADDR] = {"kprobe", "addr", INQ_OPTIONAL},
	[PATCH_MOD] = {"klp_patch", "mod", INQ_OPTIONAL},
	[PATCH_LIST] = {"klp_patch", "list", INQ_OPTIONAL},
	[MODULE_NAME] = {"module", "name", INQ_OPTIONAL},
};

static const char *keep(struct inq_inspect *in, struct inq_strbuf *sb)
{
	in->c->arena.failed |= sb->failed;
	return sb->len ? inq_arena_strdup(&in->c->arena, inq_strbuf_str(sb)) : NULL;
}

/* "O (out-of-tree module), E (unsigned module)" */
static const char *words_of(struct inq_inspect *in, uint64_t mask)
{
	cleanup_strbuf struct inq_strbuf sb = INQ_STRBUF_INIT;

	for (size_t i = 0; i < array_size(taints); i++) {
		if (mask >> i & 1)
			inq_strbuf_addf(&sb, "%s%c (%s)", sb.len ? ", " : "", taints[i].letter,
					taints[i].words);
	}
	return keep(in, &sb);
}

/* "driver (OE)" */
static const char *tainting_modules(struct inq_inspect *in)
{
	cleanup_strbuf struct inq_strbuf sb = INQ_STRBUF_INIT;
	const struct inq_module *m;
	size_t n, named = 0;

	m = inq_modules(in->k, &n);
	for (size_t i = 0; i < n && named < MODULES_MAX; i++) {
		if (!m[i].taints)
			continue;
		named++;
		inq_strbuf_addf(&sb, "%s%s (", sb.len ? ", " : "", m[i].name);
		for (size_t bit = 0; bit < array_size(taints); bit++) {
			if (m[i].taints >> bit & 1)
				inq_strbuf_addc(&sb, taints[bit].letter);
		}
		inq_strbuf_addc(&sb, ')');
	}
	return keep(in, &sb);
}

/* klp_patches: a list of struct klp_patch. */
static const char *live_patches(struct inq_inspect *in, const struct inq_field *f)
{
	cleanup_strbuf struct inq_strbuf sb = INQ_STRBUF_INIT;
	uint64_t head = inq_symbol_addr(in->k, "klp_patches"), node, mod;
	struct inq_list_walk w = inq_list_walk_init(in->k, head, PATCHES_MAX);
	char name[INQ_MODULE_NAME_MAX];

	while (head && f[PATCH_LIST].found && inq_list_walk_next(&w, &node)) {
		if (inq_field_try_u64(in->k, &f[PATCH_MOD], node - f[PATCH_LIST].offset, &mod) &&
		    inq_field_try_str(in->k, &f[MODULE_NAME], mod, name, sizeof(name)))
			inq_strbuf_addf(&sb, "%s%s", sb.len ? ", " : "", name);
	}
	return keep(in, &sb);
}

/* kprobe_table: an array of hlist heads. */
static const char *kprobes(struct inq_inspect *in, const struct inq_field *f)
{
	cleanup_strbuf struct inq_strbuf sb = INQ_STRBUF_INIT;
	uint64_t table = inq_symbol_addr(in->k, "kprobe_table"), node, addr;
	size_t n = 0;

	for (size_t b = 0; table && f[KPROBE_NODE].found && b < BUCKETS; b++) {
		struct inq_list_walk w = inq_slist_walk_init(in->k, table + b * 8, BUCKET_MAX);

		while (inq_list_walk_next(&w, &node)) {
			if (!inq_field_try_u64(in->k, &f[KPROBE_ADDR], node - f[KPROBE_NODE].offset,
					       &addr) ||
			    !inq_kernel_is_text(in->k, addr))
				break;
			if (n++ < PROBES_MAX)
				inq_strbuf_addf(&sb, "%s%s", sb.len ? ", " : "",
						inq_fact_symbol(in, addr));
		}
	}
	if (n > PROBES_MAX)
		inq_strbuf_addf(&sb, " and %zu more", n - PROBES_MAX);
	return keep(in, &sb);
}

struct inq_error *inq_inspect_taints(struct inq_inspect *in)
{
	struct inq_dump_facts *d = &in->c->dump;
	struct inq_field f[TAINTS_NR];

	inq_error_destroy(inq_fields_resolve(in->k, taint_defs, f, TAINTS_NR));
	d->taints = words_of(in, d->taint);
	d->tainting_modules = tainting_modules(in);
	d->live_patches = live_patches(in, f);
	d->kprobes = kprobes(in, f);
	return NULL;
}
