// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * evening PATH LAMP LEVEL: a service with two children that sleep and one that dims LAMP of PATH, as user 1000.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

struct lamp_level {
	uint32_t lamp;
	uint32_t level;
};

#define LAMP_DIM _IOW('L', 3, struct lamp_level)

static void dim(const char *path, uint32_t lamp, uint32_t level)
{
	struct lamp_level want = { lamp, level };
	int fd = open(path, O_RDWR);

	prctl(PR_SET_NAME, "dusk");
	dup2(fd, 9);
	_exit(ioctl(9, LAMP_DIM, &want) ? 1 : 0);
}

int main(int argc, char **argv)
{
	if (argc < 4 || setgid(1000) || setuid(1000))
		return 1;
	for (int i = 0; i < 3; i++) {
		if (fork())
			continue;
		for (int k = 0; i < 2 && k < 60; k++)
			sleep(1);
		if (i < 2)
			_exit(0);
		dim(argv[1], strtoul(argv[2], NULL, 0), strtoul(argv[3], NULL, 0));
	}
	while (wait(NULL) > 0)
		;
	return 0;
}
