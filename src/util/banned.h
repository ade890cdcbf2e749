/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_UTIL_BANNED_H
#define INQ_UTIL_BANNED_H

/*
 * Functions that invite overflows, lost errors or hidden state.  Include this
 * last in every .c file: using one of them is then a compile error.
 */
#pragma GCC poison sprintf vsprintf strcpy strcat strncpy strncat strtok
#pragma GCC poison atoi atol atoll gets

#endif
