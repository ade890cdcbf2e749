// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The input is BTF.  It goes through libbpf, whose own checks we rely on.
 */
#include "kernel/btf_data.h"

#include "fuzz.h"

#include "util/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct inq_btf *btf = NULL;
	struct inq_error *err = inq_btf_create(data, size, NULL, &btf);

	if (!err) {
		inq_btf_find_struct(btf, "task_struct");
		inq_btf_find_var(btf, "runqueues");
		inq_btf_find_enum(btf, "hrtimer_restart");
		inq_btf_find_func(btf, "schedule");
	}
	inq_error_destroy(err);
	inq_btf_destroy(btf);
	return 0;
}
