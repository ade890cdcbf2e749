// SPDX-License-Identifier: GPL-2.0-or-later
#include "dump/dump.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dump/dump_priv.h"

#include "util/banned.h"

/* The file's descriptor and size; never blocks, refuses what is no regular file. */
static struct inq_error *open_regular(const char *path, int *ret_fd, uint64_t *ret_size)
{
	cleanup_close int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;

	if (fd < 0)
		return inq_error_create(INQ_ERR_OS, 0, "can't open: %s", strerror(errno));
	if (fstat(fd, &st))
		return inq_error_create(INQ_ERR_OS, 0, "can't open: %s", strerror(errno));
	if (S_ISDIR(st.st_mode))
		return inq_error_create(INQ_ERR_OS, 0, "is a directory");
	if (!S_ISREG(st.st_mode))
		return inq_error_create(INQ_ERR_OS, 0, "is no regular file");
	*ret_size = (uint64_t)st.st_size;
	*ret_fd = fd;
	fd = -1;
	return NULL;
}

static const char *find_line(const struct inq_dump *dump, const char *key, size_t *ret_len)
{
	const char *p = dump->notes.vmcoreinfo;
	size_t n = strlen(key);

	while (p && *p) {
		size_t len = strcspn(p, "\n");

		if (len > n && !strncmp(p, key, n) && p[n] == '=') {
			*ret_len = len - n - 1;
			return p + n + 1;
		}
		p += len + (p[len] == '\n');
	}
	return NULL;
}

bool inq_dump_vmcoreinfo_num(const struct inq_dump *dump, const char *key, int base, uint64_t *ret)
{
	const char *text;
	size_t len;
	uint64_t v;
	char *end;

	text = find_line(dump, key, &len);
	if (!text || !len || strchr(" \t\n-+", *text))
		return false;
	errno = 0;
	v = strtoull(text, &end, base);
	if (errno || end != text + len)
		return false;
	*ret = v;
	return true;
}

bool inq_dump_vmcoreinfo_symbol(const struct inq_dump *dump, const char *name, uint64_t *ret)
{
	char key[128];

	if (snprintf(key, sizeof(key), "SYMBOL(%s)", name) >= (int)sizeof(key))
		return false;
	return inq_dump_vmcoreinfo_num(dump, key, 16, ret);
}

static char *line_dup(const struct inq_dump *dump, const char *key)
{
	size_t len = 0;
	const char *text = find_line(dump, key, &len);

	return strndup(text ? text : "", len);
}

static struct inq_error *fill_info(struct inq_dump *dump)
{
	const struct inq_dump_layout *layout = &dump->layout;
	uint64_t crashed = 0;

	dump->strings[1] = line_dup(dump, "OSRELEASE");
	dump->strings[2] = line_dup(dump, "BUILD-ID");
	if (!dump->strings[1] || !dump->strings[2])
		return &inq_enomem;
	inq_dump_vmcoreinfo_num(dump, "CRASHTIME", 10, &crashed);
	dump->info = (struct inq_dump_info){
		.format = layout->kind == INQ_DUMP_ELF ? "elf" : "kdump",
		.arch = "x86_64",
		.release = dump->strings[1][0] ? dump->strings[1] : layout->release,
		.build_id = dump->strings[2],
		.nodename = layout->nodename,
		.dumped_at = (int64_t)crashed,
		.ncpus = (unsigned int)dump->notes.prstatus.n,
		.complete = layout->complete,
		.filtered = layout->kind == INQ_DUMP_KDUMP,
	};
	return NULL;
}

static struct inq_error *check_vmcoreinfo(const struct inq_dump *dump)
{
	if (dump->notes.vmcoreinfo)
		return NULL;
	if (dump->layout.kind == INQ_DUMP_ELF && dump->notes.foreign)
		return inq_error_create(INQ_ERR_NOTSUP, 0,
					"no kernel dump: the core of a user-space process");
	return inq_error_create(INQ_ERR_NOTFOUND, 0,
				"no VMCOREINFO in the dump, so no address can be translated "
				"(QEMU writes it with '-device vmcoreinfo')");
}

static struct inq_error *open_dump(const char *path, struct inq_dump *dump)
{
	struct inq_error *err;
	uint64_t size = 0;

	err = open_regular(path, &dump->fd, &size);
	if (!err)
		err = inq_dump_layout_read(dump->fd, size, &dump->layout);
	if (!err)
		err = inq_dump_notes_load(dump->fd, &dump->layout, &dump->notes);
	if (!err)
		err = check_vmcoreinfo(dump);
	if (!err)
		err = fill_info(dump);
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
	dump->fd = -1;
	err = open_dump(path, dump);
	if (err) {
		inq_dump_destroy(dump);
		return err;
	}
	*ret = dump;
	return NULL;
}

struct inq_error *inq_dump_clone(struct inq_dump *dump, struct inq_dump **ret)
{
	struct inq_dump *copy = calloc(1, sizeof(*copy));
	struct inq_error *err;

	if (!copy)
		return &inq_enomem;
	copy->info = dump->info;
	copy->layout = dump->layout;
	copy->notes = dump->notes;
	copy->parent = dump;
	/* All file access is by pread() or mmap(): a shared file offset does no harm. */
	copy->fd = fcntl(dump->fd, F_DUPFD_CLOEXEC, 0);
	if (copy->fd < 0)
		err = inq_error_create(INQ_ERR_OS, 0, "can't reopen: %s", strerror(errno));
	else
		err = inq_dump_start_reading(copy);
	if (err) {
		inq_dump_destroy(copy);
		return err;
	}
	*ret = copy;
	return NULL;
}

void inq_dump_destroy(struct inq_dump *dump)
{
	if (!dump)
		return;
	if (dump->xlat_ctx)
		addrxlat_ctx_decref(dump->xlat_ctx);
	if (dump->xlat_sys)
		addrxlat_sys_decref(dump->xlat_sys);
	if (dump->ctx)
		kdump_free(dump->ctx);
	if (dump->fd >= 0)
		close(dump->fd);
	if (!dump->parent) {
		inq_dump_notes_deinit(&dump->notes);
		for (size_t i = 0; i < array_size(dump->strings); i++)
			free(dump->strings[i]);
	}
	free(dump->tlb);
	free(dump->tags);
	free(dump->cache_bytes);
	free(dump);
}

const struct inq_dump_info *inq_dump_get_info(const struct inq_dump *dump)
{
	return &dump->info;
}

const char *inq_dump_vmcoreinfo(const struct inq_dump *dump)
{
	return dump->notes.vmcoreinfo;
}

bool inq_dump_prstatus(const struct inq_dump *dump, unsigned int cpu, const void **ret_bytes,
		       size_t *ret_len)
{
	if (cpu >= dump->notes.prstatus.n)
		return false;
	*ret_bytes = dump->notes.prstatus.v[cpu].bytes;
	*ret_len = dump->notes.prstatus.v[cpu].len;
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
