/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_CLI_VERBS_H
#define INQ_CLI_VERBS_H

#include "cli/session.h"

/**
 * A verb shows one piece of evidence.  To add one: write cli/verb_NAME.c, declare its
 * function here, add a row to the table in verbs.c.
 */
struct inq_verb {
	const char *name;
	const char *alias; /**< crash's word for it; NULL: none */
	const char *args;  /**< for usage, behind VMCORE */
	const char *about; /**< one line for --help */
	/** @argv[0..argc): the words behind VMCORE.  Returns the exit status. */
	enum inq_exit (*run)(struct inq_session *s, int argc, char **argv);
};

/** The verb or alias @name; NULL: there is none. */
const struct inq_verb *inq_verb_find(const char *name);
/** All verbs, *@ret_n of them.  Static. */
const struct inq_verb *inq_verbs(size_t *ret_n);

enum inq_exit inq_verb_bt(struct inq_session *s, int argc, char **argv);
enum inq_exit inq_verb_dis(struct inq_session *s, int argc, char **argv);
enum inq_exit inq_verb_info(struct inq_session *s, int argc, char **argv);
enum inq_exit inq_verb_locks(struct inq_session *s, int argc, char **argv);
enum inq_exit inq_verb_log(struct inq_session *s, int argc, char **argv);
enum inq_exit inq_verb_mod(struct inq_session *s, int argc, char **argv);
enum inq_exit inq_verb_read(struct inq_session *s, int argc, char **argv);
enum inq_exit inq_verb_regs(struct inq_session *s, int argc, char **argv);
enum inq_exit inq_verb_struct(struct inq_session *s, int argc, char **argv);
enum inq_exit inq_verb_sym(struct inq_session *s, int argc, char **argv);
enum inq_exit inq_verb_tasks(struct inq_session *s, int argc, char **argv);
enum inq_exit inq_verb_what(struct inq_session *s, int argc, char **argv);

/** Print "inquest: VERB: message" to stderr; returns INQ_EXIT_USAGE. */
enum inq_exit inq_verb_usage(const char *verb, const char *fmt, ...) inq_printf(2, 3);

/** A whole number in C's notation (crash's bare hex too when it can be no decimal). */
bool inq_parse_number(const char *text, uint64_t *ret);
/** An address: a number, bare hex, a symbol, or symbol+offset. */
bool inq_parse_address(struct inq_session *s, const char *text, uint64_t *ret);
/** The value of "--NAME N" or "--NAME=N" in argv, removed from it.  False: absent. @ret_bad: no
 * number. */
bool inq_take_option(int *argc, char **argv, const char *name, uint64_t *ret, bool *ret_bad);

/** The same with any word as value; NULL: it has none. */
bool inq_take_word(int *argc, char **argv, const char *name, const char **ret);

/** Text from the dump, with control characters and bad bytes made visible, to stdout. */
void inq_print_text(const char *text);

#endif
