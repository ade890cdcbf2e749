// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A debugger (`tracer`) that has stopped its program (`traced`), and a program that somebody has stopped (`paused`): all may stay
 * like that for ever.
 */
#include <signal.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
	pid_t pid = fork();

	if (!pid) {
		prctl(PR_SET_NAME, "paused");
		for (;;)
			pause();
	}
	usleep(100000);
	kill(pid, SIGSTOP);
	prctl(PR_SET_NAME, "tracer");
	pid = fork();
	if (!pid) {
		prctl(PR_SET_NAME, "traced");
		ptrace(PTRACE_TRACEME, 0, 0, 0);
		raise(SIGSTOP);
		for (;;)
			pause();
	}
	waitpid(pid, NULL, 0);
	for (;;)
		pause();
}
