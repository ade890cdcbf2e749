// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Many threads in several processes that use /dev/permits, each in one of three ways.
 *
 * usage: queuers THREADS PAUSE_MS
 *   each process says on the kernel's log when all its threads are on their way; with a pause they come back again and again
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <unistd.h>

#define PROCESSES 5
#define STACK_BYTES (16UL << 10)
#define RENEW 7

static const char *const names[PROCESSES] = { "reader", "claimant", "renewer", "kiosk", "agency" };
static atomic_int on_their_way;
static int fd, pause_ms;

static void use(long way)
{
	char buffer[8] = "permit";

	if (way % 3 == 0)
		(void)!pread(fd, buffer, sizeof(buffer), 0);
	else if (way % 3 == 1)
		(void)!write(fd, buffer, sizeof(buffer));
	else
		ioctl(fd, RENEW, 0);
}

static void *client(void *arg)
{
	unsigned int seed = (unsigned int)(long)arg;

	on_their_way++;
	do {
		use((long)arg);
		usleep((useconds_t)(pause_ms * 500 + rand_r(&seed) % (pause_ms * 1000 + 1)));
	} while (pause_ms);
	return NULL;
}

static void say(const char *name, int threads)
{
	FILE *log = fopen("/dev/kmsg", "w");

	if (!log)
		exit(1);
	fprintf(log, "<5>lab: %d threads of %s are on their way\n", threads, name);
	fclose(log);
}

/* The first three processes use the device in one way each, the others in all three. */
static void process(int nr, int threads)
{
	pthread_attr_t attr;
	pthread_t thread;

	prctl(PR_SET_NAME, names[nr]);
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK_BYTES > PTHREAD_STACK_MIN ? STACK_BYTES : PTHREAD_STACK_MIN);
	for (long i = 0; i < threads; i++)
		if (pthread_create(&thread, &attr, client, (void *)(nr < 3 ? nr : i)))
			exit(1);
	while (on_their_way < threads)
		usleep(20000);
	usleep(300000);
	say(names[nr], threads);
	for (;;)
		pause();
}

int main(int argc, char **argv)
{
	if (argc != 3)
		return 2;
	pause_ms = atoi(argv[2]);
	fd = open("/dev/permits", O_RDWR);
	if (fd < 0)
		return 1;
	for (int nr = 0; nr < PROCESSES; nr++)
		if (fork() == 0)
			process(nr, atoi(argv[1]) / PROCESSES);
	return 0;
}
