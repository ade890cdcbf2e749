// SPDX-License-Identifier: GPL-2.0-or-later
#include "dump/layout.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "dump/layout_priv.h"

#include "util/banned.h"

struct inq_error *inq_dump_pread(int fd, void *buf, size_t len, uint64_t off)
{
	unsigned char *p = buf;

	while (len) {
		ssize_t n = pread(fd, p, len, (off_t)off);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return inq_error_create(INQ_ERR_OS, 0, "can't read: %s", strerror(errno));
		if (!n)
			return inq_error_create(INQ_ERR_OS, 0, "the file ends at byte %llu",
						(unsigned long long)off);
		p += n;
		off += (uint64_t)n;
		len -= (size_t)n;
	}
	return NULL;
}

/* Whether [off, off + len) lies inside a file of @size bytes. */
bool inq_range_fits(uint64_t off, uint64_t len, uint64_t size)
{
	return off <= size && len <= size - off;
}

struct inq_error *inq_dump_layout_read(int fd, uint64_t size, struct inq_dump_layout *ret)
{
	struct inq_dump_layout layout = {.file_size = size, .complete = true};
	unsigned char magic[8] = {0};
	struct inq_error *err;

	err = inq_dump_pread(fd, magic, size < sizeof(magic) ? size : sizeof(magic), 0);
	if (err)
		return err;
	if (!memcmp(magic, "\177ELF", 4))
		err = inq_elf_layout(fd, &layout);
	else if (!memcmp(magic, "KDUMP   ", 8) || !memcmp(magic, "DISKDUMP", 8))
		err = inq_kdump_layout(fd, &layout);
	else
		err = inq_dump_identify(fd, size);
	if (!err)
		*ret = layout;
	return err;
}
