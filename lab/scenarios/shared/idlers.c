// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Processes that wait for honest reasons, some for long: nothing is wrong with any of them, whatever
 * hangs elsewhere. Each has the name of what it does.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static pthread_mutex_t till = PTHREAD_MUTEX_INITIALIZER;

static void napper(void)
{
	for (;;)
		sleep(3600);
}

/* Waits for a pipe that nobody writes to. */
static void poller(void)
{
	int ends[2];
	struct pollfd p = { .events = POLLIN };

	if (pipe(ends))
		exit(1);
	p.fd = ends[0];
	for (;;)
		poll(&p, 1, -1);
}

/* The parent of vfork() is in state D until the child execs or exits. */
static void vforker(void)
{
	if (vfork() == 0) {
		for (;;)
			pause();
	}
}

/* Two processes want the same file lock; one has it and sleeps. */
static void fileguard(void)
{
	int fd = open("/tmp/fileguard.lock", O_CREAT | O_RDWR, 0600);

	flock(fd, LOCK_EX);
	if (fork() == 0) {
		fd = open("/tmp/fileguard.lock", O_RDWR);
		flock(fd, LOCK_EX);
	}
	napper();
}

static void *queue_up(void *arg)
{
	pthread_mutex_lock(&till);
	return arg;
}

/* Threads that queue for a futex whose owner sleeps. */
static void cashier(void)
{
	pthread_t thread;

	pthread_mutex_lock(&till);
	for (int i = 0; i < 3; i++)
		pthread_create(&thread, NULL, queue_up, NULL);
	napper();
}

/* Waits for a child that sleeps. */
static void parent(void)
{
	if (fork() == 0)
		napper();
	wait(NULL);
}

static const struct {
	const char *name;
	void (*work)(void);
} jobs[] = {
	{ "napper", napper }, { "poller", poller }, { "vforker", vforker },
	{ "fileguard", fileguard }, { "cashier", cashier }, { "parent", parent },
};

int main(void)
{
	for (size_t i = 0; i < sizeof(jobs) / sizeof(jobs[0]); i++) {
		if (fork() == 0) {
			prctl(PR_SET_NAME, jobs[i].name);
			jobs[i].work();
			exit(0);
		}
	}
	return 0;
}
