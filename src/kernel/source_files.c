// SPDX-License-Identifier: GPL-2.0-or-later
/* Files with debug information, and how their paths of sources are shown. */
#include "kernel/source_files.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/cleanup.h"

#include "util/banned.h"

enum { DEPTH_MAX = 12, ENTRIES_MAX = 200000 };

struct search {
	const struct inq_file_search *for_what;
	unsigned int left;
	char *found;
	bool no_memory;
};

static bool same_name(const char *file, const char *name, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char a = file[i] == '-' ? '_' : file[i], b = name[i] == '-' ? '_' : name[i];

		if (a != b)
			return false;
	}
	return true;
}

static bool has_name(const struct inq_file_search *s, const char *file)
{
	size_t n = strlen(s->name);

	if (strlen(file) < n || !same_name(file, s->name, n))
		return false;
	for (size_t i = 0; i < s->n; i++) {
		if (strcmp(file + n, s->suffixes[i]) == 0)
			return true;
	}
	return false;
}

static void search_in(struct search *s, const char *dir, unsigned int depth)
{
	DIR *d = depth < DEPTH_MAX ? opendir(dir) : NULL;
	const struct dirent *e;

	while (d && !s->found && !s->no_memory && s->left && (e = readdir(d))) {
		char *path;

		s->left--;
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0 ||
		    (e->d_type != DT_DIR && !has_name(s->for_what, e->d_name)))
			continue;
		if (asprintf(&path, "%s/%s", dir, e->d_name) < 0) {
			s->no_memory = true;
			break;
		}
		if (e->d_type == DT_DIR)
			search_in(s, path, depth + 1);
		else if (!s->for_what->is_wanted || s->for_what->is_wanted(s->for_what->arg, path))
			s->found = take_ptr(path);
		free(path);
	}
	if (d)
		closedir(d);
}

struct inq_error *inq_source_find(const struct inq_file_search *what, char **ret)
{
	struct search s = {.for_what = what, .left = ENTRIES_MAX};

	search_in(&s, what->dir, 0);
	if (s.no_memory) {
		free(s.found);
		return &inq_enomem;
	}
	*ret = s.found;
	return NULL;
}

struct inq_error *inq_source_by_build_id(const char *dir, const char *id, char **ret)
{
	char *path;

	*ret = NULL;
	if (strlen(id) < 3)
		return NULL;
	if (asprintf(&path, "%s/.build-id/%.2s/%s.debug", dir, id, id + 2) < 0)
		return &inq_enomem;
	if (access(path, R_OK) == 0)
		*ret = path;
	else
		free(path);
	return NULL;
}

/* Take out "." and "..", as far as there is a part before it. */
static void normalise(char *path)
{
	char *out = path;
	const char *in = path;

	while (*in) {
		size_t n = strcspn(in, "/");

		if (n == 1 && in[0] == '.') {
			in += n + (in[n] == '/');
			continue;
		}
		if (n == 2 && in[0] == '.' && in[1] == '.' && out > path + 1) {
			char *last = out - 1; /* on the slash behind the part before */

			while (last > path && last[-1] != '/')
				last--;
			if ((last > path || path[0] != '/') && strncmp(last, "../", 3) != 0) {
				out = last;
				in += n + (in[n] == '/');
				continue;
			}
		}
		memmove(out, in, n + (in[n] == '/'));
		out += n + (in[n] == '/');
		in += n + (in[n] == '/');
	}
	*out = '\0';
}

/* Folders at the top of the kernel's source. */
static bool is_of_kernel(const char *path)
{
	static const char *const tops[] = {
		"arch",	 "block", "certs",  "crypto", "drivers", "fs",	     "include",
		"init",	 "ipc",	  "kernel", "lib",    "mm",	 "net",	     "rust",
		"sound", "tools", "usr",    "virt",   "samples", "security", "io_uring"};
	size_t n = strcspn(path, "/");

	for (size_t i = 0; path[n] && i < array_size(tops); i++) {
		if (strlen(tops[i]) == n && strncmp(path, tops[i], n) == 0)
			return true;
	}
	return false;
}

char *inq_source_tidy(char *path, const char *base)
{
	size_t same = 0;

	normalise(path);
	if (path[0] != '/' || !base || base[0] != '/')
		return path;
	for (size_t i = 0; path[i] && path[i] == base[i]; i++) {
		if (path[i] == '/')
			same = i + 1;
	}
	/* a module's own source may lie anywhere near by */
	return same > 1 && is_of_kernel(path + same) ? path + same : path;
}
