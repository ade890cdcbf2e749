// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Plays from mapped video buffers: one thread (`decode`) touches them, two others (`render`) map and unmap
 * memory of their own in the same address space.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#define PAGE_BYTES 4096
#define BUFFERS 4

static void *render(void *arg)
{
	prctl(PR_SET_NAME, "render");
	for (;;) {
		char *p = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (p != MAP_FAILED) {
			memset(p, 1, 1 << 20);
			munmap(p, 1 << 20);
		}
		usleep(5000);
	}
	return arg;
}

static void *decode(void *arg)
{
	volatile char *buffers = arg;
	volatile char sum = 0;

	prctl(PR_SET_NAME, "decode");
	for (unsigned long i = 0;; i++) {
		sum += buffers[i / 50 % BUFFERS * PAGE_BYTES];
		usleep(10000);
	}
	return NULL;
}

int main(void)
{
	int fd = open("/dev/video7", O_RDWR);
	void *buffers = mmap(NULL, BUFFERS * PAGE_BYTES, PROT_READ, MAP_SHARED, fd, 0);
	pthread_t threads[3];

	if (fd < 0 || buffers == MAP_FAILED)
		return 1;
	prctl(PR_SET_NAME, "player");
	pthread_create(&threads[0], NULL, decode, buffers);
	pthread_create(&threads[1], NULL, render, NULL);
	pthread_create(&threads[2], NULL, render, NULL);
	for (;;)
		pause();
}
