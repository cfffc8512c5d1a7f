/* SPDX-License-Identifier: MIT */
/* The one list of what can go wrong, with what people and scenarios call it. */
#include "client/error.h"

#include "client/array.h"

#include <assert.h>
#include <string.h>

struct disq_error_row {
    const char *name;
    const char *reply_code; /* the first word of Disque's error line, if it is one of those */
    const char *text;
    bool is_retriable;
};

#define ROW(code) [-(code)]

/* clang-format off */
static const struct disq_error_row rows[] = {
    ROW(DISQ_OK)             = {"ok", NULL, "no error", false},
    ROW(DISQ_AGAIN)          = {"again", NULL, "nothing can be done without waiting", true},
    ROW(DISQ_RESET)          = {"reset", NULL, "the connection is gone", false},
    ROW(DISQ_REFUSED)        = {"refused", NULL, "nothing listens at that address", true},
    ROW(DISQ_INVALID)        = {"invalid", NULL, "an argument that cannot be", false},
    ROW(DISQ_UNKNOWN)        = {"unknown", NULL, "no such name", false},
    ROW(DISQ_NO_MEMORY)      = {"no-memory", NULL, "out of memory", true},
    ROW(DISQ_CANNOT_CONNECT) = {"cannot-connect", NULL, "no node could be connected to", true},
    ROW(DISQ_TIMEOUT)        = {"timeout", NULL, "no reply in time", false},
    ROW(DISQ_CLOSED)         = {"closed", NULL, "the connection was lost before the reply", false},
    ROW(DISQ_PROTOCOL)       = {"protocol", NULL, "a reply that makes no sense", false},
    ROW(DISQ_MAYBE_SENT)     = {"maybe-sent", NULL, "no answer came: the job may have been added", false},
    ROW(DISQ_CANCELLED)      = {"cancelled", NULL, "the call was given up", false},
    ROW(DISQ_ERR)            = {"err", "ERR", "the node answered with an error", false},
    ROW(DISQ_NOREPL)         = {"norepl", "NOREPL", "not enough nodes took a copy of the job", false},
    ROW(DISQ_PAUSED)         = {"paused", "PAUSED", "the queue is paused", true},
    ROW(DISQ_MAXLEN)         = {"maxlen", "MAXLEN", "the queue is longer than MAXLEN", true},
    ROW(DISQ_LEAVING)        = {"leaving", "LEAVING", "the node is leaving and there is no other", true},
    ROW(DISQ_NOJOB)          = {"nojob", "NOJOB", "the node does not know the job", false},
    ROW(DISQ_BADID)          = {"badid", "BADID", "not a job ID", false},
    ROW(DISQ_OOM)            = {"oom", "OOM", "the node is out of memory", true},
    ROW(DISQ_NOAUTH)         = {"noauth", "NOAUTH", "a password is needed, or it is wrong", false},
    ROW(DISQ_TOOLATE)        = {"toolate", "TOOLATE", "half of the job's life is over", false},
    ROW(DISQ_LOADING)        = {"loading", "LOADING", "the node is still loading its jobs", true},
    ROW(DISQ_MISCONF)        = {"misconf", "MISCONF", "the node cannot write its jobs to disk", false},
};
/* clang-format on */

#define ROW_COUNT ((int)DISQ_ARRAY_LEN(rows))

static_assert(DISQ_ARRAY_LEN(rows) == -DISQ_ERROR_END, "every error has a row");

static const struct disq_error_row *row_of(int error)
{
    return error <= 0 && error > DISQ_ERROR_END ? &rows[-error] : NULL;
}

const char *disq_strerror(int error)
{
    const struct disq_error_row *row = row_of(error);

    return row != NULL ? row->text : "no such error";
}

const char *disq_error_name(int error)
{
    const struct disq_error_row *row = row_of(error);

    return row != NULL ? row->name : "unknown";
}

int disq_error_by_name(const char *name)
{
    for (int i = 0; i < ROW_COUNT; i++) {
        if (strcmp(rows[i].name, name) == 0)
            return -i;
    }
    return DISQ_UNKNOWN;
}

bool disq_error_is_retriable(int error)
{
    const struct disq_error_row *row = row_of(error);

    return row != NULL && row->is_retriable;
}

bool disq_error_is_reply(int error)
{
    const struct disq_error_row *row = row_of(error);

    return row != NULL && row->reply_code != NULL;
}

int disq_error_of_reply(const char *line, size_t size)
{
    const char *blank = memchr(line, ' ', size);
    size_t word = blank != NULL ? (size_t)(blank - line) : size;

    for (int i = 0; i < ROW_COUNT; i++) {
        const char *code = rows[i].reply_code;

        if (code != NULL && strlen(code) == word && memcmp(code, line, word) == 0)
            return -i;
    }
    return DISQ_ERR;
}
