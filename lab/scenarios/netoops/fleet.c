// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The processes of the case. On CPU 0: short-lived processes named `java`, one after another, each
 * created with clone(CLONE_VM) so that they share the address space of the threads named `python`, which on
 * every other CPU map, touch and unmap memory. Each unmap must flush the TLB of every CPU that
 * uses this address space, CPU 0 too.
 *
 * usage: fleet JAVA_PAUSE_US PYTHON_PAUSE_US      pauses between two processes, and between two maps
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAP_BYTES (4UL << 20)
#define PAGE_BYTES 4096UL
#define STACK_BYTES (64UL << 10)

static useconds_t java_pause_us;
static useconds_t python_pause_us;

static void pin_to_cpu(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		perror("fleet: sched_setaffinity");
}

/*
 * Page tables are freed along with the pages (4 MiB), so even lazy CPUs get the flush. A long pause
 * leaves most exits alone: a flush that arrives while java exits makes its CPU drop the address space, and
 * then nobody would ever wait for it.
 */
static void *python(void *arg)
{
	pin_to_cpu((int)(long)arg);
	prctl(PR_SET_NAME, "python");
	for (;;) {
		char *p = mmap(NULL, MAP_BYTES, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (p == MAP_FAILED)
			continue;
		for (size_t i = 0; i < MAP_BYTES; i += 16 * PAGE_BYTES)
			p[i] = 1;
		munmap(p, MAP_BYTES);
		usleep(python_pause_us);
	}
	return NULL;
}

/* Raw system calls only: it shares even the thread-local storage with its parent. */
static int java(void *arg)
{
	(void)arg;
	syscall(SYS_prctl, PR_SET_NAME, "java", 0, 0, 0);
	syscall(SYS_exit, 0);
	return 0;
}

static void run_javas(char *stack)
{
	for (;;) {
		int pid = clone(java, stack + STACK_BYTES, CLONE_VM | SIGCHLD, NULL);

		if (pid > 0)
			waitpid(pid, NULL, 0);
		usleep(java_pause_us);
	}
}

int main(int argc, char **argv)
{
	if (argc != 3) {
		fprintf(stderr, "usage: fleet JAVA_PAUSE_US PYTHON_PAUSE_US\n");
		return 2;
	}
	java_pause_us = (useconds_t)atoi(argv[1]);
	python_pause_us = (useconds_t)atoi(argv[2]);

	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	char *stack = aligned_alloc(16, STACK_BYTES);

	for (long cpu = 1; cpu < cpus; cpu++) {
		pthread_t thread;

		pthread_create(&thread, NULL, python, (void *)cpu);
	}
	pin_to_cpu(0);
	run_javas(stack);
	return 0;
}
