// SPDX-License-Identifier: GPL-2.0-or-later
/* Writes a script from memory that is registered with userfaultfd, and that nobody fills. */
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(void)
{
	int fd = open("/dev/script", O_RDWR);
	int uffd = (int)syscall(SYS_userfaultfd, O_CLOEXEC);
	struct uffdio_api api = { .api = UFFD_API };
	char *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct uffdio_register reg = {
		.range = { .start = (unsigned long)p, .len = 4096 },
		.mode = UFFDIO_REGISTER_MODE_MISSING,
	};

	if (fd < 0 || uffd < 0 || p == MAP_FAILED || ioctl(uffd, UFFDIO_API, &api) ||
	    ioctl(uffd, UFFDIO_REGISTER, &reg))
		return 1;
	return write(fd, p, 128) != 128;
}
