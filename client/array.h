/* SPDX-License-Identifier: MIT */
#ifndef DISQ_ARRAY_H
#define DISQ_ARRAY_H

#define DISQ_ARRAY_LEN(array) (sizeof(array) / sizeof((array)[0]))

#endif
