// SPDX-License-Identifier: GPL-2.0-or-later
/* Gives a file to /dev/fopswap, then reads from it. usage: fopuser NAME */
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	char text[16];
	int file = open("/proc/version", O_RDONLY), fd = open("/dev/fopswap", O_RDWR);

	if (argc != 2 || fd < 0 || file < 0)
		return 1;
	prctl(PR_SET_NAME, argv[1]);
	if (ioctl(fd, file + 32, 0))
		return 1;
	return read(file, text, sizeof(text)) <= 0;
}
