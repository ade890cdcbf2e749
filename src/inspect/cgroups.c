// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * task.cgroups (css_set) -> dfl_cgrp (version 2), or of version 1 subsys[i]->cgroup; a cgroup's
 * path are the names of its kernfs_node and of that one's parents.
 */
#include "inspect/cgroups.h"

#include <ctype.h>
#include <string.h>

#include "inspect/facts.h"
#include "util/strbuf.h"

#include "util/banned.h"

enum { PARTS_MAX = 32, NAME_BYTES = 256, SUBSYS_MAX = 32, ID_MIN = 12, ID_SURE = 32 };

enum { TASK_CGROUPS, SET_DFL, SET_SUBSYS, CSS_CGROUP, CGROUP_KN, KN_PARENT, KN_NAME, CGROUPS_NR };
static const struct inq_field_def cgroup_defs[CGROUPS_NR] = {
	[TASK_CGROUPS] = {"task_struct", "cgroups", INQ_OPTIONAL},
	[SET_DFL] = {"css_set", "dfl_cgrp", INQ_OPTIONAL},
	[SET_SUBSYS] = {"css_set", "subsys", INQ_OPTIONAL},
	[CSS_CGROUP] = {"cgroup_subsys_state", "cgroup", INQ_OPTIONAL},
	[CGROUP_KN] = {"cgroup", "kn", INQ_OPTIONAL},
	/* renamed in 6.15 (633488947ef6) */
	[KN_PARENT] = {"kernfs_node", "__parent|parent", INQ_OPTIONAL},
	[KN_NAME] = {"kernfs_node", "name", INQ_OPTIONAL},
};

/* "/a/b"; "/" for the root; NULL: not readable. */
static const char *path_of(struct inq_inspect *in, const struct inq_field *f, uint64_t cgroup)
{
	cleanup_strbuf struct inq_strbuf sb = INQ_STRBUF_INIT;
	uint64_t parts[PARTS_MAX], kn, parent;
	char name[NAME_BYTES];
	size_t n = 0;

	if (!inq_field_try_u64(in->k, &f[CGROUP_KN], cgroup, &kn) || !kn)
		return NULL;
	for (; n < PARTS_MAX; kn = parent) {
		if (!inq_field_try_u64(in->k, &f[KN_PARENT], kn, &parent))
			return NULL;
		if (!parent)
			break;
		parts[n++] = kn;
	}
	for (size_t i = n; i-- > 0;) {
		if (!inq_field_try_str(in->k, &f[KN_NAME], parts[i], name, sizeof(name)))
			return NULL;
		inq_strbuf_addf(&sb, "/%s", name);
	}
	in->c->arena.failed |= sb.failed;
	return n ? inq_arena_strdup(&in->c->arena, inq_strbuf_str(&sb)) : "/";
}

/* Version 1: the first hierarchy in which the task is not in the root. */
static const char *path_of_v1(struct inq_inspect *in, const struct inq_field *f, uint64_t set)
{
	size_t n = f[SET_SUBSYS].found ? inq_type_array_len(f[SET_SUBSYS].type) : 0;

	for (size_t i = 0; i < n && i < SUBSYS_MAX; i++) {
		uint64_t css, cgroup;
		const char *path;

		if (!inq_dump_try_u64(in->k->dump, set + f[SET_SUBSYS].offset + i * 8, &css) ||
		    !css || !inq_field_try_u64(in->k, &f[CSS_CGROUP], css, &cgroup) || !cgroup)
			continue;
		path = path_of(in, f, cgroup);
		if (path && path[1])
			return path;
	}
	return NULL;
}

size_t inq_cgroup_container(const char *path, const char **ret)
{
	size_t best = 0;

	for (const char *s = path; *s;) {
		size_t n = 0;
		bool digit = false;

		while (isdigit((unsigned char)s[n]) || (s[n] >= 'a' && s[n] <= 'f')) {
			digit |= isdigit((unsigned char)s[n]) != 0;
			n++;
		}
		if (n >= ID_MIN && digit &&
		    (n >= ID_SURE || s == path || s[-1] == '/' || s[-1] == '-') &&
		    (!s[n] || s[n] == '/' || s[n] == '.')) {
			*ret = s;
			best = n;
		}
		s += n ? n : 1;
		while (n && isalnum((unsigned char)*s))
			s++;
	}
	return best;
}

static const char *runtime_of(const char *path)
{
	static const char *const words[] = {"docker",	"libpod", "crio",   "containerd",
					    "kubepods", "lxc",	  "garden", "machine"};

	for (size_t i = 0; i < array_size(words); i++) {
		if (strstr(path, words[i]))
			return words[i];
	}
	return NULL;
}

void inq_cgroup_read(struct inq_inspect *in, uint64_t task, struct inq_process *p)
{
	struct inq_field f[CGROUPS_NR];
	uint64_t set, cgroup = 0;
	const char *id = NULL, *v1;
	size_t n;

	inq_error_destroy(inq_fields_resolve(in->k, cgroup_defs, f, CGROUPS_NR));
	if (!inq_field_try_u64(in->k, &f[TASK_CGROUPS], task, &set) || !set)
		return;
	if (inq_field_try_u64(in->k, &f[SET_DFL], set, &cgroup) && cgroup)
		p->cgroup = path_of(in, f, cgroup);
	if (!p->cgroup || !p->cgroup[1]) {
		v1 = path_of_v1(in, f, set);
		p->cgroup = v1 ? v1 : p->cgroup;
	}
	if (!p->cgroup || !p->cgroup[1])
		return;
	n = inq_cgroup_container(p->cgroup, &id);
	if (n) {
		p->container = inq_arena_strndup(&in->c->arena, id, n);
		p->runtime = runtime_of(p->cgroup);
	}
	inq_ids_add(in->c, &p->evidence,
		    inq_fact_member(in, "task_struct", "cgroups", task, &f[TASK_CGROUPS], set,
				    inq_fact_task_name(in, p->task)));
}
