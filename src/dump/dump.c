// SPDX-License-Identifier: GPL-2.0-or-later
#include "dump/dump.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dump/dump_priv.h"
#include "dump/search.h"
#include "dump/vmcoreinfo.h"

#include "util/banned.h"

static char *line_dup(const struct inq_dump *dump, const char *key)
{
	size_t len = 0;
	const char *text = inq_vmcoreinfo_find(inq_dump_vmcoreinfo(dump), key, &len);

	return strndup(text ? text : "", len);
}

static struct inq_error *fill_info(struct inq_dump *dump, const char *suffix)
{
	struct inq_dump_shared *sh = dump->shared;
	const struct inq_dump_layout *layout = &sh->layout;
	uint64_t crashed = (uint64_t)layout->dumped_at;

	sh->release = line_dup(dump, "OSRELEASE");
	sh->build_id = line_dup(dump, "BUILD-ID");
	if (asprintf(&sh->format, "%s%s%s", layout->kind == INQ_DUMP_ELF ? "elf" : "kdump",
		     sh->file.pieces ? "-flattened" : "", suffix) < 0)
		sh->format = NULL;
	if (!sh->release || !sh->build_id || !sh->format)
		return &inq_enomem;
	inq_dump_vmcoreinfo_num(dump, "CRASHTIME", 10, &crashed);
	sh->info = (struct inq_dump_info){
		.format = sh->format,
		.arch = "x86_64",
		.release = sh->release[0] ? sh->release : layout->release,
		.build_id = sh->build_id,
		.nodename = layout->nodename,
		.dumped_at = (int64_t)crashed,
		.ncpus = (unsigned int)sh->notes.prstatus.n,
		.complete = layout->complete && !sh->notes.cut,
		.filtered = layout->kind == INQ_DUMP_KDUMP,
	};
	return NULL;
}

/* VMCOREINFO from a note, or else from memory; without it there is nothing to be done. */
static struct inq_error *need_vmcoreinfo(struct inq_dump_shared *sh)
{
	struct inq_error *err;

	if (sh->notes.vmcoreinfo)
		return NULL;
	if (sh->layout.kind == INQ_DUMP_ELF && sh->notes.foreign)
		return inq_error_create(INQ_ERR_NOTSUP, 0,
					"no kernel dump: the core of a user-space process");
	err = inq_search_vmcoreinfo(&sh->index, &sh->notes.vmcoreinfo);
	if (err || sh->notes.vmcoreinfo)
		return err;
	return inq_error_create(INQ_ERR_NOTFOUND, 0,
				"no VMCOREINFO in the dump, so no address can be translated "
				"(QEMU writes it with '-device vmcoreinfo')");
}

/* From the file on disk to one whose offsets are the dump's. */
static struct inq_error *open_file(const char *path, struct inq_file *file, const char **ret_suffix)
{
	struct inq_error *err;

	*ret_suffix = "";
	err = inq_file_open(path, file);
	if (!err)
		err = inq_file_unwrap(file, ret_suffix);
	if (!err && inq_file_is_flattened(file))
		err = inq_file_unflatten(file);
	return err;
}

static struct inq_error *open_dump(const char *path, struct inq_dump *dump)
{
	struct inq_dump_shared *sh = dump->shared;
	struct inq_error *err;
	const char *suffix;
	bool complete = true;

	err = open_file(path, &sh->file, &suffix);
	if (!err)
		err = inq_dump_layout_read(&sh->file, &sh->layout);
	if (!err)
		err = inq_dump_notes_load(&sh->file, &sh->layout, &sh->notes);
	if (!err)
		err = inq_page_index_init(&sh->index, &sh->file, &sh->layout, &complete);
	sh->layout.complete &= complete;
	if (!err)
		err = need_vmcoreinfo(sh);
	if (!err)
		err = fill_info(dump, suffix);
	if (!err)
		err = inq_dump_start_reading(dump);
	return err;
}

struct inq_error *inq_dump_open(const char *path, struct inq_dump **ret)
{
	struct inq_dump *dump = calloc(1, sizeof(*dump));
	struct inq_error *err;

	if (!dump)
		return &inq_enomem;
	dump->shared = calloc(1, sizeof(*dump->shared));
	if (!dump->shared) {
		free(dump);
		return &inq_enomem;
	}
	dump->shared->file = INQ_FILE_INIT;
	err = open_dump(path, dump);
	if (err) {
		inq_dump_destroy(dump);
		return err;
	}
	*ret = dump;
	return NULL;
}

static void shared_destroy(struct inq_dump_shared *sh)
{
	inq_page_index_deinit(&sh->index);
	inq_dump_notes_deinit(&sh->notes);
	inq_dump_layout_deinit(&sh->layout);
	inq_file_deinit(&sh->file);
	free(sh->format);
	free(sh->release);
	free(sh->build_id);
	free(sh);
}

void inq_dump_destroy(struct inq_dump *dump)
{
	if (!dump)
		return;
	inq_dump_stop_reading(dump);
	shared_destroy(dump->shared);
	free(dump);
}

const struct inq_dump_info *inq_dump_get_info(const struct inq_dump *dump)
{
	return &dump->shared->info;
}

bool inq_dump_prstatus(const struct inq_dump *dump, unsigned int cpu, const void **ret_bytes,
		       size_t *ret_len)
{
	if (cpu >= dump->shared->notes.prstatus.n)
		return false;
	*ret_bytes = dump->shared->notes.prstatus.v[cpu].bytes;
	*ret_len = dump->shared->notes.prstatus.v[cpu].len;
	return true;
}

struct inq_dump_stats inq_dump_get_stats(const struct inq_dump *dump)
{
	return dump->stats;
}

void inq_dump_inject_fault(struct inq_dump *dump, uint64_t nth)
{
	dump->inject = nth;
}
