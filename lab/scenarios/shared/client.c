// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A process that uses a device of a scenario's module, under a name of its own.
 *
 * usage: client [-c CPU] [-n TIMES] [-u PAUSE_US] [-f] NAME read|write|ioctl PATH [TEXT|NUMBER]
 *   -c  runs on this CPU
 *   -n  how often it reads, writes, calls (1); 0: on and on
 *   -u  pause after each
 *   -f  a second thread, on the next CPU, maps and unmaps memory: each unmap flushes the TLB of this CPU
 * In the end it keeps the device open and sleeps.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#define MAP_BYTES (4UL << 20)
#define PAGE_BYTES 4096UL

static void pin_to_cpu(int cpu)
{
	cpu_set_t set;

	if (cpu < 0)
		return;
	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		perror("client: sched_setaffinity");
}

static void *map_and_unmap(void *arg)
{
	pin_to_cpu((int)(long)arg);
	for (;;) {
		char *p = mmap(NULL, MAP_BYTES, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (p == MAP_FAILED)
			continue;
		for (size_t i = 0; i < MAP_BYTES; i += 16 * PAGE_BYTES)
			p[i] = 1;
		munmap(p, MAP_BYTES);
		usleep(5000);
	}
	return NULL;
}

static long use(int fd, const char *op, const char *arg)
{
	static char buffer[4096] __attribute__((aligned(4096)));

	if (!strcmp(op, "read"))
		return pread(fd, buffer, sizeof(buffer), 0);
	if (!strcmp(op, "ioctl"))
		return ioctl(fd, strtoul(arg, NULL, 0), 0);
	return write(fd, arg, strlen(arg));
}

int main(int argc, char **argv)
{
	int cpu = -1, times = 1, flush = 0, option;
	useconds_t pause_us = 0;
	pthread_t thread;

	while ((option = getopt(argc, argv, "+c:n:u:f")) != -1) {
		switch (option) {
		case 'c':
			cpu = atoi(optarg);
			break;
		case 'n':
			times = atoi(optarg);
			break;
		case 'u':
			pause_us = (useconds_t)atoi(optarg);
			break;
		case 'f':
			flush = 1;
			break;
		default:
			return 2;
		}
	}
	if (argc - optind < 3)
		return 2;
	prctl(PR_SET_NAME, argv[optind]);
	pin_to_cpu(cpu);

	const char *op = argv[optind + 1], *path = argv[optind + 2];
	const char *arg = argc - optind > 3 ? argv[optind + 3] : "1";
	int fd = open(path, !strcmp(op, "read") ? O_RDONLY : O_RDWR);

	if (fd < 0) {
		perror(path);
		return 1;
	}
	if (flush)
		pthread_create(&thread, NULL, map_and_unmap, (void *)(long)(cpu + 1));
	for (int i = 0; !times || i < times; i++) {
		use(fd, op, arg);
		if (pause_us)
			usleep(pause_us);
	}
	for (;;)
		pause();
}
