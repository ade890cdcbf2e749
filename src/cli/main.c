// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * inquest: the command line.  `inquest [OPTIONS] VMCORE` prints the report, `inquest VERB
 * VMCORE ...` one piece of evidence.
 */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>

#include "analyze/analyze.h"
#include "cli/files.h"
#include "cli/session.h"
#include "cli/verbs.h"
#include "report/report.h"

#include "util/banned.h"

#ifndef INQ_VERSION
#define INQ_VERSION "unknown"
#endif

enum color { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

struct options {
	const char *format, *output, *vmlinux, *debug_dir;
	enum color color;
	bool verbose, quiet;
};

enum { OPT_VMLINUX = 256, OPT_DEBUG_DIR, OPT_COLOR };

static const struct option long_options[] = {
	{"format", required_argument, NULL, 'f'},
	{"output", required_argument, NULL, 'o'},
	{"vmlinux", required_argument, NULL, OPT_VMLINUX},
	{"debug-dir", required_argument, NULL, OPT_DEBUG_DIR},
	{"color", required_argument, NULL, OPT_COLOR},
	{"verbose", no_argument, NULL, 'v'},
	{"quiet", no_argument, NULL, 'q'},
	{"version", no_argument, NULL, 'V'},
	{"help", no_argument, NULL, 'h'},
	{NULL, 0, NULL, 0},
};

static void print_help(void)
{
	const struct inq_verb *v;
	size_t n;

	fputs("Usage: inquest [OPTIONS] VMCORE\n"
	      "       inquest VERB VMCORE [ARGS]\n"
	      "Says what hung or killed the kernel in VMCORE, with proof.\n"
	      "  -f, --format=FORMAT   text (default) or json\n"
	      "  -o, --output=FILE     write the report to FILE\n"
	      "      --vmlinux=FILE    symbols, types, lines;  --debug-dir=DIR  of modules\n"
	      "      --color=WHEN      auto (default), always, never\n"
	      "  -v, --verbose         the whole report; timings on stderr\n"
	      "  -q, --quiet           the verdict only        -V, --version   -h, --help\n\n"
	      "Verbs, each showing one piece of evidence:\n",
	      stdout);
	v = inq_verbs(&n);
	for (size_t i = 0; i < n; i++)
		printf("  %-7s%-33s%s\n", v[i].name, v[i].args, v[i].about);
	fputs("Exit status: 0 report made, 2 usage, 3 no kernel dump, 4 too little readable.\n",
	      stdout);
}

static enum inq_exit usage(const char *fmt, const char *what)
{
	fputs("inquest: ", stderr);
	fprintf(stderr, fmt, what);
	fputs("; try 'inquest --help'\n", stderr);
	return INQ_EXIT_USAGE;
}

static bool parse_color(const char *text, enum color *ret)
{
	static const char *const names[] = {"auto", "always", "never"};

	for (size_t i = 0; i < array_size(names); i++) {
		if (strcmp(text, names[i]) == 0) {
			*ret = (enum color)i;
			return true;
		}
	}
	return false;
}

static bool use_color(const struct options *opt, FILE *out)
{
	const char *no_color = getenv("NO_COLOR");

	if (opt->color != COLOR_AUTO)
		return opt->color == COLOR_ALWAYS;
	return isatty(fileno(out)) && !(no_color && no_color[0]);
}

static unsigned int terminal_width(FILE *out)
{
	struct winsize ws;

	return ioctl(fileno(out), TIOCGWINSZ, &ws) == 0 ? ws.ws_col : 0;
}

static enum inq_exit write_report(const struct options *opt, const struct inq_case *c)
{
	FILE *out = opt->output ? fopen(opt->output, "we") : stdout;
	const char *name = opt->output ? opt->output : "standard output";
	struct inq_report_options ro;
	struct inq_error *err;

	if (!out) {
		inq_complain_of(name, "%s", strerror(errno));
		return INQ_EXIT_NO_CASE;
	}
	ro = (struct inq_report_options){.color = use_color(opt, out),
					 .quiet = opt->quiet,
					 .verbose = opt->verbose,
					 .width = terminal_width(out)};
	err = inq_report_write(c, opt->format, &ro, out);
	if (err && err->code != INQ_ERR_OS) {
		inq_complain(NULL, err);
		if (out != stdout)
			fclose(out);
		return INQ_EXIT_NO_CASE;
	}
	inq_error_destroy(err);
	return inq_finish_output(out, name) ? INQ_EXIT_OK : INQ_EXIT_NO_CASE;
}

static void add_kernel_gaps(struct inq_session *s)
{
	for (size_t i = 0; i < s->gaps.n; i++)
		inq_gap_add(s->inspect->c, s->gaps.v[i].what, s->gaps.v[i].addr, "%s",
			    s->gaps.v[i].why);
}

static enum inq_exit report(const struct options *opt, const char *path)
{
	struct inq_session s = {.path = path,
				.vmlinux = opt->vmlinux,
				.debug_dir = opt->debug_dir,
				.verbose = opt->verbose};
	enum inq_exit status;
	struct inq_error *err;

	if (inq_is_same_file(opt->output, path) || inq_is_same_file(opt->output, opt->vmlinux))
		return usage("'%s' would be overwritten by the report", opt->output);
	status = inq_session_open(&s);
	if (status == INQ_EXIT_OK) {
		add_kernel_gaps(&s);
		err = inq_inspect_run(s.inspect);
		inq_session_lap(&s, "inspect");
		if (!err)
			err = inq_analyze(s.inspect->c);
		inq_session_lap(&s, "analyze");
		if (err) {
			inq_complain(path, err);
			status = INQ_EXIT_NO_CASE;
		} else {
			status = write_report(opt, s.inspect->c);
			inq_session_lap(&s, "report");
		}
	}
	inq_session_close(&s);
	return status;
}

/* Where VMCORE stands: behind options and their values. */
static int find_vmcore(int argc, char **argv)
{
	static const char *const valued[] = {"--cpu", "-c",	   "--size",	 "--count",
					     "--seq", "--vmlinux", "--debug-dir"};
	int i = 0;

	while (i < argc && argv[i][0] == '-' && argv[i][1]) {
		const char *word = argv[i++];

		if (strcmp(word, "--") == 0)
			break;
		for (size_t v = 0; v < array_size(valued); v++)
			i += strcmp(word, valued[v]) == 0;
	}
	return i;
}

static enum inq_exit run_verb(const struct inq_verb *verb, const struct options *opt, int argc,
			      char **argv)
{
	struct inq_session s = {
		.vmlinux = opt->vmlinux, .debug_dir = opt->debug_dir, .verbose = opt->verbose};
	int at = find_vmcore(argc, argv), before = at;
	enum inq_exit status;

	if (argc && (strcmp(argv[0], "--help") == 0 || strcmp(argv[0], "-h") == 0)) {
		printf("Usage: inquest %s VMCORE %s\n%s\n", verb->name, verb->args, verb->about);
		return INQ_EXIT_OK;
	}
	if (at >= argc)
		return inq_verb_usage(verb->name, "no VMCORE given");
	s.path = argv[at];
	if (before && strcmp(argv[before - 1], "--") == 0)
		before--;
	/* What stands before it goes behind it. */
	memmove(argv + at + 1 - before, argv, (size_t)before * sizeof(*argv));
	argv += at - before;
	argc -= at - before;
	if (inq_take_word(&argc, argv, "--vmlinux", &s.vmlinux) && !s.vmlinux)
		return inq_verb_usage(verb->name, "--vmlinux needs a FILE");
	if (inq_take_word(&argc, argv, "--debug-dir", &s.debug_dir) && !s.debug_dir)
		return inq_verb_usage(verb->name, "--debug-dir needs a DIR");
	status = inq_session_open(&s);
	if (status == INQ_EXIT_OK)
		status = verb->run(&s, argc - 1, argv + 1);
	inq_session_close(&s);
	if (!inq_finish_output(stdout, "standard output") && status == INQ_EXIT_OK)
		status = INQ_EXIT_NO_CASE;
	return status;
}

/* Returns -1 to go on, or the exit status. */
static int parse_options(int argc, char **argv, struct options *opt)
{
	int c;

	opterr = 0;
	while ((c = getopt_long(argc, argv, "+:f:o:vqVh", long_options, NULL)) != -1) {
		switch (c) {
		case 'f':
			if (!inq_report_format_find(optarg))
				return usage("no report format '%s'", optarg);
			opt->format = optarg;
			break;
		case 'o':
			opt->output = optarg;
			break;
		case OPT_VMLINUX:
			opt->vmlinux = optarg;
			break;
		case OPT_DEBUG_DIR:
			opt->debug_dir = optarg;
			break;
		case OPT_COLOR:
			if (!parse_color(optarg, &opt->color))
				return usage("--color takes auto, always or never, not '%s'",
					     optarg);
			break;
		case 'v':
			opt->verbose = true;
			break;
		case 'q':
			opt->quiet = true;
			break;
		case 'V':
			puts("inquest " INQ_VERSION);
			return INQ_EXIT_OK;
		case 'h':
			print_help();
			return INQ_EXIT_OK;
		case ':':
			return usage("option '%s' needs an argument", argv[optind - 1]);
		default:
			return usage("unknown option '%s'", argv[optind - 1]);
		}
	}
	return -1;
}

int main(int argc, char **argv)
{
	struct options opt = {.format = "text"};
	const struct inq_verb *verb = argc > 1 ? inq_verb_find(argv[1]) : NULL;
	const char *path = NULL;
	int status;

	inq_fill_standard_files();
	/* A closed pipe is a write error like any other. */
	signal(SIGPIPE, SIG_IGN);
	/* A file of that name in this folder is what was meant, not the verb. */
	if (verb && !(argc == 2 && access(argv[1], F_OK) == 0))
		return run_verb(verb, &opt, argc - 2, argv + 2);
	status = parse_options(argc, argv, &opt);
	if (status < 0 && optind < argc && inq_verb_find(argv[optind]) && optind + 1 < argc)
		status = run_verb(inq_verb_find(argv[optind]), &opt, argc - optind - 1,
				  argv + optind + 1);
	if (status < 0 && optind >= argc)
		status = usage("%s", "no VMCORE given");
	if (status < 0) {
		bool ended = strcmp(argv[optind - 1], "--") == 0;

		path = argv[optind++];
		if (optind < argc && !ended) /* options behind VMCORE */
			status = parse_options(argc, argv, &opt);
	}
	if (status < 0 && optind < argc)
		status = usage("only one VMCORE at a time, or unknown verb '%s'", path);
	if (status < 0)
		status = report(&opt, path);
	if (status == INQ_EXIT_OK && !inq_finish_output(stdout, "standard output"))
		status = INQ_EXIT_NO_CASE;
	return status;
}
