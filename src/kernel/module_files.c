// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel/module_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/fields.h"
#include "kernel/internal.h"
#include "kernel/source_files.h"
#include "kernel/vmlinux.h"
#include "util/cleanup.h"

#include "util/banned.h"

enum { NOTES_MAX = 8, NOTE_BYTES_MAX = 1024, ID_CHARS = 129 };

enum { MOD_NOTES, NOTES_NR, NOTES_ATTRS, BIN_SIZE, BIN_DATA, NR };
static const struct inq_field_def defs[NR] = {
	[MOD_NOTES] = {"module", "notes_attrs", INQ_REQUIRED},
	/* newer kernels have a struct attribute_group in its place */
	[NOTES_NR] = {"module_notes_attrs", "notes", INQ_OPTIONAL},
	[NOTES_ATTRS] = {"module_notes_attrs", "attrs", INQ_REQUIRED},
	[BIN_SIZE] = {"bin_attribute", "size", INQ_REQUIRED},
	[BIN_DATA] = {"bin_attribute", "private", INQ_REQUIRED},
};

/* The build id in the note section that the bin_attribute at @attr shows. */
static bool read_note(struct inq_kernel *k, const struct inq_field *f, uint64_t attr, char *buf,
		      size_t size)
{
	char note[NOTE_BYTES_MAX];
	uint64_t len, at;

	return inq_field_try_u64(k, &f[BIN_SIZE], attr, &len) && len && len <= sizeof(note) &&
	       inq_field_try_u64(k, &f[BIN_DATA], attr, &at) &&
	       inq_dump_try_read(k->dump, at, note, len) &&
	       inq_vmlinux_note_build_id(note, len, buf, size);
}

void inq_module_build_id(struct inq_kernel *k, const struct inq_module *m, char *buf, size_t size)
{
	struct inq_field f[NR];
	cleanup_error struct inq_error *err = inq_fields_resolve(k, defs, f, NR);
	uint64_t notes, n = NOTES_MAX;
	size_t each;

	buf[0] = '\0';
	if (err || !inq_struct_size(k, "bin_attribute", &each) ||
	    !inq_field_try_u64(k, &f[MOD_NOTES], m->addr, &notes) || !notes)
		return;
	inq_field_try_u64(k, &f[NOTES_NR], notes, &n);
	for (uint64_t i = 0; i < n && i < NOTES_MAX; i++)
		if (read_note(k, f, notes + f[NOTES_ATTRS].offset + i * each, buf, size))
			return;
}

static bool is_function(const struct inq_symvec_entry *e)
{
	return e->size && strchr("tTwW", e->type);
}

static uint64_t function_key(const struct inq_symvec *s, size_t i)
{
	const char *name = inq_symvec_name(s, i);
	uint64_t h = inq_hash_bytes(INQ_HASH_START, name, strlen(name) + 1);

	return inq_hash_bytes(h, &s->v[i].size, sizeof(s->v[i].size));
}

/* Whether each function of @m is one of @theirs, of the same size. */
static bool has_functions(struct inq_kernel *k, const struct inq_module *m,
			  const struct inq_symvec *theirs)
{
	const struct inq_symvec *own = inq_module_symbols(k, m);
	struct inq_hashmap set = INQ_HASHMAP_INIT;
	size_t n = 0;
	bool same = true;

	for (size_t i = 0; i < theirs->n; i++)
		if (is_function(&theirs->v[i]))
			k->no_memory |= !inq_hashmap_put(&set, function_key(theirs, i), 1);
	for (size_t i = 0; i < own->n && same; i++) {
		if (!is_function(&own->v[i]))
			continue;
		same = inq_hashmap_get(&set, function_key(own, i), NULL);
		n++;
	}
	inq_hashmap_deinit(&set);
	return same && n;
}

/* A module and the files that may be its own. */
struct candidate {
	struct inq_kernel *k;
	const struct inq_module *m;
	char ours[ID_CHARS], theirs[ID_CHARS]; /* build ids; of the file that was asked about */
};

static bool has_build_id(void *arg, const char *path)
{
	struct candidate *c = arg;

	return inq_vmlinux_is_of(path, c->ours);
}

/* Whether the module says itself that it is for another kernel, in "vermagic=6.1.0-13-amd64 SMP".
 */
static bool is_for_another_kernel(const struct candidate *c, const struct inq_vmlinux *v)
{
	static const char key[] = "vermagic=";
	const char *release = inq_dump_get_info(c->k->dump)->release;
	cleanup_free char *info = NULL;
	size_t len = 0, n = strlen(release);
	struct inq_error *err = inq_vmlinux_section(v, ".modinfo", (void **)&info, &len);

	c->k->no_memory |= err && err->code == INQ_ERR_NOMEM;
	inq_error_destroy(err);
	if (!info)
		return false;
	/* strings one after the other, and a NUL that was read after them */
	for (size_t at = 0; at < len; at += strlen(info + at) + 1) {
		const char *magic = info + at + sizeof(key) - 1;

		if (strncmp(info + at, key, sizeof(key) - 1) == 0)
			return strncmp(magic, release, n) != 0 || (magic[n] && magic[n] != ' ');
	}
	return false;
}

static bool has_same_code(void *arg, const char *path)
{
	struct candidate *c = arg;
	struct inq_vmlinux *v = NULL;
	struct inq_symvec symbols = {0};
	struct inq_error *err = inq_vmlinux_open(path, &v);
	bool same = false;

	if (!err)
		inq_vmlinux_build_id(v, c->theirs, sizeof(c->theirs));
	if (!err && is_for_another_kernel(c, v)) {
		inq_vmlinux_close(v);
		return false;
	}
	if (!err)
		err = inq_vmlinux_symbols(v, 0, &symbols);
	if (!err)
		same = has_functions(c->k, c->m, &symbols);
	c->k->no_memory |= err && err->code == INQ_ERR_NOMEM;
	inq_error_destroy(err);
	inq_symvec_deinit(&symbols);
	inq_vmlinux_close(v);
	return same;
}

static struct inq_error *note(const struct candidate *c, const char *path, bool refused, char **ret)
{
	const char *what =
		refused ? "it is for another kernel, or its functions are not the module's"
			: "another build, whose functions are the module's in name and "
			  "size, was taken";

	if (asprintf(ret, "%s: %s (build id %s, the module's is %s)", path, what,
		     c->theirs[0] ? c->theirs : "none", c->ours[0] ? c->ours : "not known") < 0)
		return &inq_enomem;
	return NULL;
}

struct inq_error *inq_module_find_file(struct inq_kernel *k, const struct inq_module *m,
				       const char *dir, char **ret_path, char **ret_note)
{
	static const char *const suffixes[] = {".ko.debug", ".debug", ".ko"};
	struct candidate c = {.k = k, .m = m};
	cleanup_free char *path = NULL, *why = NULL;
	struct inq_file_search s = {.dir = dir,
				    .name = m->name,
				    .suffixes = suffixes,
				    .n = array_size(suffixes),
				    .is_wanted = has_build_id,
				    .arg = &c};
	struct inq_error *err;
	bool same = true;

	inq_module_build_id(k, m, c.ours, sizeof(c.ours));
	err = inq_source_by_build_id(dir, c.ours, &path);
	if (!err && !path && c.ours[0])
		err = inq_source_find(&s, &path);
	s.is_wanted = has_same_code;
	if (!err && !path) {
		err = inq_source_find(&s, &path);
		same = !path;
	}
	if (!err && !same && c.ours[0])
		err = note(&c, path, false, &why);
	s.is_wanted = NULL;
	if (!err && !path) {
		cleanup_free char *other = NULL;

		err = inq_source_find(&s, &other);
		if (!err && other)
			err = note(&c, other, true, &why);
	}
	if (err)
		return err;
	*ret_path = take_ptr(path);
	*ret_note = take_ptr(why);
	return NULL;
}
