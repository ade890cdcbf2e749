// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The input is a vmcore: opened, its notes and some of its memory read.
 */
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dump/dump.h"

#include "fuzz.h"

#include "util/banned.h"

/* Where readers look first, and what is in no dump. */
static const uint64_t addresses[] = {
	0,
	8,
	0x1000,
	0xffff888000000000,
	0xffffffff81000000,
	0xffffffffa0000000,
	0xfffffffffffffff8,
};

static void read_some(struct inq_dump *dump)
{
	char buf[600];
	const void *note;
	size_t len;
	uint64_t value;

	inq_dump_vmcoreinfo_symbol(dump, "_stext", &value);
	inq_dump_prstatus(dump, 0, &note, &len);
	for (size_t i = 0; i < sizeof(addresses) / sizeof(*addresses); i++) {
		inq_dump_try_read(dump, addresses[i], buf, sizeof(buf));
		inq_dump_try_cstr(dump, addresses[i], buf, sizeof(buf));
		inq_dump_read_prefix(dump, addresses[i], buf, sizeof(buf));
		inq_error_destroy(inq_dump_read_phys(dump, addresses[i], buf, 8, "fuzz"));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC);
	struct inq_dump *dump = NULL;
	struct inq_error *err;
	char path[40];

	if (fd < 0 || write(fd, data, size) != (ssize_t)size) {
		close(fd);
		return 0;
	}
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	err = inq_dump_open(path, &dump);
	if (!err)
		read_some(dump);
	inq_error_destroy(err);
	inq_dump_destroy(dump);
	close(fd);
	return 0;
}
