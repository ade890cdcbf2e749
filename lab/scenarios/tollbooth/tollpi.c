// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Payers at one till, a mutex with priority inheritance: one of them looks into the vault with it, the
 * others want it.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

static pthread_mutex_t toll;

static void *pay(void *arg)
{
	char byte;

	prctl(PR_SET_NAME, "payer");
	for (;;) {
		pthread_mutex_lock(&toll);
		if (arg) {
			int fd = open("/dev/vault", O_RDONLY);

			if (fd >= 0 && read(fd, &byte, 1) < 0)
				exit(1);
			close(fd);
		}
		pthread_mutex_unlock(&toll);
		usleep(20000);
	}
	return NULL;
}

int main(void)
{
	pthread_mutexattr_t attr;
	pthread_t thread;

	prctl(PR_SET_NAME, "tollpi");
	pthread_mutexattr_init(&attr);
	pthread_mutexattr_setprotocol(&attr, PTHREAD_PRIO_INHERIT);
	pthread_mutex_init(&toll, &attr);
	for (long i = 0; i < 3; i++)
		pthread_create(&thread, NULL, pay, (void *)(long)(i == 0));
	for (;;)
		pause();
}
