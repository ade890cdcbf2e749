// SPDX-License-Identifier: GPL-2.0-or-later
/* Gives a pipe to /dev/attach, then reads from it. usage: fduser NAME */
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	char byte;
	int ends[2], fd = open("/dev/attach", O_RDWR);

	if (argc != 2 || fd < 0 || pipe(ends) || write(ends[1], "x", 1) != 1)
		return 1;
	prctl(PR_SET_NAME, argv[1]);
	if (ioctl(fd, ends[0], 0))
		return 1;
	return read(ends[0], &byte, 1) != 1;
}
