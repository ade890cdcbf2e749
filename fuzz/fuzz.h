/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_FUZZ_H
#define INQ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/** libFuzzer calls this with each input; returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
