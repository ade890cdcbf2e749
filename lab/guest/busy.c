// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Honest work in the background of every guest, which has nothing to do with the scenario. None of it may
 * ever be named as a culprit.
 *
 * usage: busy hog|pipes|mapper|writer|spawner
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAP_BYTES (1UL << 20)
#define FILE_BYTES 65536

/* Computes for a while, sleeps for a while. */
static void hog(void)
{
	volatile unsigned long sum = 0;

	for (;;) {
		for (unsigned long i = 0; i < 3000000; i++)
			sum += i * i;
		usleep(20000);
	}
}

/* Two processes pass one byte to and fro through two pipes. */
static void pipes(void)
{
	int there[2], back[2];
	char byte = 'x';
	int child;

	if (pipe(there) || pipe(back))
		exit(1);
	child = fork();
	for (;;) {
		if (child) {
			if (write(there[1], &byte, 1) != 1 || read(back[0], &byte, 1) != 1)
				exit(1);
			usleep(500);
		} else if (read(there[0], &byte, 1) != 1 || write(back[1], &byte, 1) != 1) {
			exit(1);
		}
	}
}

/* Maps memory, touches it, unmaps it. */
static void mapper(void)
{
	for (;;) {
		char *p = mmap(NULL, MAP_BYTES, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (p != MAP_FAILED) {
			memset(p, 1, MAP_BYTES);
			munmap(p, MAP_BYTES);
		}
		usleep(5000);
	}
}

/* Writes a file, renames it, deletes it. */
static void writer(void)
{
	static char block[FILE_BYTES];

	for (;;) {
		int fd = open("/tmp/writer.new", O_CREAT | O_WRONLY | O_TRUNC, 0600);

		if (fd < 0 || write(fd, block, sizeof(block)) != (ssize_t)sizeof(block))
			exit(1);
		fsync(fd);
		close(fd);
		rename("/tmp/writer.new", "/tmp/writer.done");
		unlink("/tmp/writer.done");
		usleep(10000);
	}
}

/* Starts processes that exit at once; never on CPU 0, where some scenarios wait for an exit of their own. */
static void spawner(void)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	for (long cpu = 1; cpu < sysconf(_SC_NPROCESSORS_ONLN); cpu++)
		CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
	for (;;) {
		int child = fork();

		if (!child)
			_exit(0);
		if (child > 0)
			waitpid(child, NULL, 0);
		usleep(20000);
	}
}

static const struct {
	const char *name;	/* first argument, and what the process is called */
	void (*work)(void);
} jobs[] = {
	{ "hog", hog }, { "pipes", pipes }, { "mapper", mapper }, { "writer", writer },
	{ "spawner", spawner },
};

int main(int argc, char **argv)
{
	for (size_t i = 0; argc == 2 && i < sizeof(jobs) / sizeof(jobs[0]); i++) {
		if (strcmp(argv[1], jobs[i].name))
			continue;
		prctl(PR_SET_NAME, jobs[i].name);
		jobs[i].work();
	}
	fprintf(stderr, "usage: busy hog|pipes|mapper|writer|spawner\n");
	return 2;
}
