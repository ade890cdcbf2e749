// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Threads that share one open file: `dumper` reads it again and again; `peeker` reads at a place of its own choice, which takes
 * other locks; `rewinder` moves the file's position.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

static int fd;

static void *dumper(void *arg)
{
	char text[4096];

	prctl(PR_SET_NAME, "dumper");
	for (;;) {
		while (read(fd, text, sizeof(text)) > 0)
			;
		lseek(fd, 0, SEEK_SET);
		usleep(5000);
	}
	return arg;
}

static void *peeker(void *arg)
{
	char text[4096];

	prctl(PR_SET_NAME, "peeker");
	sleep(1);
	for (;;) {
		if (pread(fd, text, sizeof(text), 0) < 0)
			exit(1);
		usleep(5000);
	}
	return arg;
}

static void *rewinder(void *arg)
{
	prctl(PR_SET_NAME, "rewinder");
	sleep(1);
	for (;;) {
		lseek(fd, 0, SEEK_SET);
		usleep(20000);
	}
	return arg;
}

int main(int argc, char **argv)
{
	pthread_t threads[4];

	fd = open("/proc/prefs", O_RDONLY);
	if (fd < 0)
		return 1;
	pthread_create(&threads[0], NULL, dumper, NULL);
	pthread_create(&threads[1], NULL, rewinder, NULL);
	pthread_create(&threads[2], NULL, rewinder, NULL);
	/* any argument: peekers, too */
	if (argc > 1 && argv[1])
		pthread_create(&threads[3], NULL, peeker, NULL);
	for (;;)
		pause();
}
