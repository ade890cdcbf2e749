/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_CLI_SESSION_H
#define INQ_CLI_SESSION_H

#include <stdbool.h>
#include <stdio.h>

#include "inspect/inspect.h"

/** The contract's exit statuses. */
enum inq_exit {
	INQ_EXIT_OK = 0,
	INQ_EXIT_USAGE = 2,
	INQ_EXIT_NO_DUMP = 3, /**< VMCORE can't be read, or is no kernel dump */
	INQ_EXIT_NO_CASE = 4, /**< a kernel dump, but too little can be read */
};

/** One opened vmcore, bottom to top.  Zero-initialise; members are owned. */
struct inq_session {
	const char *path;      /**< borrowed */
	const char *vmlinux;   /**< borrowed; NULL: none */
	const char *debug_dir; /**< folder with modules' debug information; borrowed; NULL: none */
	bool verbose;	       /**< print each floor's share of the time to stderr */
	struct inq_dump *dump;
	struct inq_kernel *kernel;
	struct inq_kernel_gaps gaps;
	struct inq_inspect *inspect;
	double started_ms;	    /**< of the current floor */
	struct inq_dump_stats seen; /**< at the end of the last floor */
};

/**
 * Open path: dump, symbols, types, inspect context.  Prints what goes wrong as
 * "inquest: FILE: ..." and returns the exit status; 0: opened.
 */
enum inq_exit inq_session_open(struct inq_session *s);
void inq_session_close(struct inq_session *s);

/** With --verbose: print the time since the last call as @floor's share. */
void inq_session_lap(struct inq_session *s, const char *floor);

/** Print "inquest: WHAT: message" to stderr, one line whatever both hold.  @what NULL: none. */
void inq_complain_of(const char *what, const char *fmt, ...) inq_printf(2, 3);

/** The same with the message of @err, which is freed. */
void inq_complain(const char *file, struct inq_error *err);

/** Close @out and look whether all was written; false, with a message, when not. */
bool inq_finish_output(FILE *out, const char *name);

#endif
