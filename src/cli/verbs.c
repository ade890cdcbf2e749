// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/verbs.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "kernel/symtab.h"

#include "util/banned.h"

static const struct inq_verb verbs[] = {
	{"bt", NULL, "[PID | TASK | --cpu N | -a]", "call stacks", inq_verb_bt},
	{"dis", NULL, "ADDRESS|FUNCTION", "disassemble a function", inq_verb_dis},
	{"info", "sys", "", "what the dump is", inq_verb_info},
	{"locks", NULL, "[--cpu N | PID]", "locks that code on a stack holds", inq_verb_locks},
	{"log", NULL, "[--seq N] [TEXT]", "the kernel log", inq_verb_log},
	{"mod", NULL, "", "loaded modules", inq_verb_mod},
	{"read", "rd", "ADDRESS [--size N] [--count N]", "memory", inq_verb_read},
	{"regs", NULL, "--cpu N | ADDRESS", "registers of a CPU, or a saved pt_regs",
	 inq_verb_regs},
	{"struct", NULL, "TYPE[.MEMBER] [ADDRESS]", "a structure's layout or contents",
	 inq_verb_struct},
	{"sym", NULL, "ADDRESS|NAME", "symbol of an address, or the reverse", inq_verb_sym},
	{"tasks", "ps", "[PID | COMM]", "all threads", inq_verb_tasks},
	{"what", "kmem", "ADDRESS", "what an address is", inq_verb_what},
};

const struct inq_verb *inq_verbs(size_t *ret_n)
{
	*ret_n = array_size(verbs);
	return verbs;
}

const struct inq_verb *inq_verb_find(const char *name)
{
	for (size_t i = 0; i < array_size(verbs); i++) {
		if (strcmp(verbs[i].name, name) == 0 ||
		    (verbs[i].alias && strcmp(verbs[i].alias, name) == 0))
			return &verbs[i];
	}
	return NULL;
}

enum inq_exit inq_verb_usage(const char *verb, const char *fmt, ...)
{
	char message[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(message, sizeof(message), fmt, ap);
	va_end(ap);
	inq_complain_of(verb, "%s", message);
	return INQ_EXIT_USAGE;
}

bool inq_parse_number(const char *text, uint64_t *ret)
{
	char *end;
	uint64_t v;

	if (!isalnum((unsigned char)text[0]))
		return false;
	errno = 0;
	v = strtoull(text, &end, 0);
	if (*end || errno) {
		errno = 0;
		v = strtoull(text, &end, 16); /* crash's bare hex */
		if (*end || errno || end == text)
			return false;
	}
	*ret = v;
	return true;
}

bool inq_parse_address(struct inq_session *s, const char *text, uint64_t *ret)
{
	cleanup_free char *name = strdup(text);
	char *plus = name ? strchr(name, '+') : NULL;
	uint64_t addr, offset = 0;
	struct inq_symbol sym;

	if (!name)
		return false;
	if (plus) {
		*plus = '\0';
		if (!inq_parse_number(plus + 1, &offset))
			return false;
	}
	if (inq_symbol_by_name(s->kernel, name, &sym))
		addr = sym.addr;
	else if (!inq_parse_number(name, &addr))
		return false;
	*ret = addr + offset;
	return true;
}

bool inq_take_word(int *argc, char **argv, const char *name, const char **ret)
{
	size_t n = strlen(name);

	for (int i = 0; i < *argc; i++) {
		const char *value = NULL;
		int used = 1;

		if (strncmp(argv[i], name, n) != 0)
			continue;
		if (argv[i][n] == '=') {
			value = argv[i] + n + 1;
		} else if (argv[i][n] == '\0' && i + 1 < *argc) {
			value = argv[i + 1];
			used = 2;
		} else if (argv[i][n] != '\0') {
			continue;
		}
		*ret = value;
		memmove(&argv[i], &argv[i + used], (size_t)(*argc - i - used) * sizeof(*argv));
		*argc -= used;
		return true;
	}
	return false;
}

bool inq_take_option(int *argc, char **argv, const char *name, uint64_t *ret, bool *ret_bad)
{
	const char *value;

	if (!inq_take_word(argc, argv, name, &value))
		return false;
	if (!value || !inq_parse_number(value, ret))
		*ret_bad = true;
	return true;
}

void inq_print_text(const char *text)
{
	for (const unsigned char *p = (const unsigned char *)text; *p; p++) {
		if (*p >= 0x20 && *p < 0x7f)
			putchar(*p);
		else if (*p == '\n' || *p == '\t')
			putchar(*p);
		else
			printf("\\x%02x", *p);
	}
}
