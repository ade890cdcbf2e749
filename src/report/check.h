/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_REPORT_CHECK_H
#define INQ_REPORT_CHECK_H

#include "util/strbuf.h"

/** Append @s with each %V replaced by the vmcore's @path, quoted for a shell where need be. */
void inq_check_expand(struct inq_strbuf *sb, const char *s, const char *path);

/** Append the whole command of an evidence's check: "inquest VERB VMCORE ARGS". */
void inq_check_command(struct inq_strbuf *sb, const char *check, const char *path);

#endif
