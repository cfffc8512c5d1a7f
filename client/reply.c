/* SPDX-License-Identifier: MIT */
/* Replies are built in an arena by functions that hiredis' reader calls. Elements are chained rather than put
 * into an array: an array is announced before its elements come, and who announces a thousand million of them
 * gets no memory for that. */
#include "client/reply.h"

#include "client/array.h"

#include <hiredis/hiredis.h>
#include <hiredis/read.h>

#include <stdlib.h>
#include <string.h>

enum { BIG_REPLY = 1 << 20 };

/* hiredis counts elements so. */
#if HIREDIS_MAJOR >= 1
typedef size_t element_count;
#else
typedef int element_count;
#endif

/* A reply as it grows: the last element is where the next is chained. */
struct growing {
    struct disq_reply reply; /* first: the two are the same address */
    struct growing *last;
};

static enum disq_reply_type type_of(int hiredis_type)
{
    static const enum disq_reply_type types[] = {
        [0] = DISQ_REPLY_OTHER,
        [REDIS_REPLY_STRING] = DISQ_REPLY_STRING,
        [REDIS_REPLY_ARRAY] = DISQ_REPLY_ARRAY,
        [REDIS_REPLY_INTEGER] = DISQ_REPLY_INTEGER,
        [REDIS_REPLY_NIL] = DISQ_REPLY_NIL,
        [REDIS_REPLY_STATUS] = DISQ_REPLY_STATUS,
        [REDIS_REPLY_ERROR] = DISQ_REPLY_ERROR,
    };

    return (size_t)hiredis_type < DISQ_ARRAY_LEN(types) ? types[hiredis_type] : DISQ_REPLY_OTHER;
}

/* With so many bytes behind it, for its text. */
static inline struct growing *grow(const redisReadTask *task, enum disq_reply_type type, size_t extra)
{
    struct disq_reader *reader = task->privdata;
    struct growing *node = disq_arena_take(&reader->arena, sizeof(*node) + extra);
    struct growing *parent;

    if (node == NULL)
        return NULL;
    *node = (struct growing){.reply.type = type};
    if (task->parent == NULL) {
        reader->root = &node->reply;
        return node;
    }
    parent = task->parent->obj;
    if (parent->last != NULL)
        parent->last->reply.next = &node->reply;
    else
        parent->reply.first = &node->reply;
    parent->last = node;
    parent->reply.count++;
    return node;
}

static void *create_string(const redisReadTask *task, char *text, size_t size)
{
    struct growing *node = size < SIZE_MAX / 2 ? grow(task, type_of(task->type), size + 1) : NULL;
    char *copy;

    if (node == NULL)
        return NULL;
    copy = (char *)(node + 1);
    memcpy(copy, text, size);
    copy[size] = '\0';
    node->reply.text = copy;
    node->reply.size = size;
    return node;
}

static void *create_array(const redisReadTask *task, element_count count)
{
    (void)count;
    return grow(task, type_of(task->type), 0);
}

static void *create_integer(const redisReadTask *task, long long integer)
{
    struct growing *node = grow(task, DISQ_REPLY_INTEGER, 0);

    if (node != NULL)
        node->reply.integer = integer;
    return node;
}

static void *create_nil(const redisReadTask *task)
{
    return grow(task, task->type == REDIS_REPLY_ARRAY ? DISQ_REPLY_NIL_ARRAY : DISQ_REPLY_NIL, 0);
}

/* The arena frees. */
static void free_nothing(void *object)
{
    (void)object;
}

#if HIREDIS_MAJOR >= 1
static void *create_double(const redisReadTask *task, double value, char *text, size_t size)
{
    (void)value;
    (void)text;
    (void)size;
    return grow(task, DISQ_REPLY_OTHER, 0);
}

static void *create_bool(const redisReadTask *task, int value)
{
    (void)value;
    return grow(task, DISQ_REPLY_OTHER, 0);
}
#endif

/* hiredis takes it without const, and does not write to it. */
static redisReplyObjectFunctions *functions(void)
{
    static const redisReplyObjectFunctions table = {
        .createString = create_string,
        .createArray = create_array,
        .createInteger = create_integer,
        .createNil = create_nil,
        .freeObject = free_nothing,
#if HIREDIS_MAJOR >= 1
        .createDouble = create_double,
        .createBool = create_bool,
#endif
    };

    return (redisReplyObjectFunctions *)(uintptr_t)&table;
}

/* 0.14 aborts when it fails to shrink its buffer, hence maxbuf 0: it never tries. */
static int make(struct disq_reader *reader)
{
    reader->reader = redisReaderCreateWithFunctions(functions());
    if (reader->reader == NULL)
        return DISQ_NO_MEMORY;
    reader->reader->privdata = reader;
    reader->reader->maxbuf = 0;
    return 0;
}

int disq_reader_init(struct disq_reader *reader, size_t reply_max)
{
    *reader = (struct disq_reader){.reply_max = reply_max};
    return make(reader);
}

int disq_reader_feed(struct disq_reader *reader, const char *bytes, size_t size)
{
    reader->reply_size += size;
    return redisReaderFeed(reader->reader, bytes, size) == REDIS_OK ? 0 : DISQ_NO_MEMORY;
}

bool disq_reader_is_full(const struct disq_reader *reader)
{
    return reader->reply_size >= reader->reply_max;
}

/* As the reader's buffer never shrinks, a new one takes its place after a big reply. */
static int start_anew(struct disq_reader *reader)
{
    redisReader *old = reader->reader;
    size_t rest = old->len - old->pos;

    if (reader->reply_size - rest > reader->reply_max)
        return DISQ_PROTOCOL;
    if (reader->reply_size < BIG_REPLY || rest > 0) {
        reader->reply_size = rest;
        return 0;
    }
    reader->reply_size = 0;
    redisReaderFree(old);
    return make(reader);
}

int disq_reader_next(struct disq_reader *reader, const struct disq_reply **reply)
{
    void *complete = NULL;

    if (reader->reader == NULL)
        return DISQ_NO_MEMORY;
    if (reader->has_reply) {
        disq_arena_reset(&reader->arena);
        reader->has_reply = false;
    }
    if (redisReaderGetReply(reader->reader, &complete) != REDIS_OK)
        return reader->reader->err == REDIS_ERR_OOM ? DISQ_NO_MEMORY : DISQ_PROTOCOL;
    if (complete == NULL)
        return reader->reply_size > reader->reply_max ? DISQ_PROTOCOL : DISQ_AGAIN;
    reader->has_reply = true;
    *reply = reader->root;
    return start_anew(reader);
}

void disq_reader_keep(struct disq_reader *reader, struct disq_arena *arena)
{
    struct disq_arena kept = reader->arena;

    reader->arena = *arena;
    *arena = kept;
    disq_arena_reset(&reader->arena);
    reader->has_reply = false;
}

bool disq_reader_has_bytes(const struct disq_reader *reader)
{
    return reader->reader != NULL && reader->reader->pos < reader->reader->len;
}

void disq_reader_fini(struct disq_reader *reader)
{
    if (reader->reader != NULL)
        redisReaderFree(reader->reader);
    disq_arena_fini(&reader->arena);
    *reader = (struct disq_reader){0};
}

bool disq_reply_is_word(const struct disq_reply *reply, const char *word)
{
    bool is_text = reply->type == DISQ_REPLY_STRING || reply->type == DISQ_REPLY_STATUS;

    return is_text && reply->size == strlen(word) && memcmp(reply->text, word, reply->size) == 0;
}

int disq_reply_number(const struct disq_reply *reply, int64_t *number)
{
    enum { DIGITS_MAX = 18 };

    if (reply->type == DISQ_REPLY_INTEGER) {
        *number = reply->integer;
        return 0;
    }
    if (reply->type != DISQ_REPLY_STRING || reply->size == 0 || reply->size > DIGITS_MAX)
        return DISQ_PROTOCOL;
    *number = 0;
    for (size_t i = 0; i < reply->size; i++) {
        if (reply->text[i] < '0' || reply->text[i] > '9')
            return DISQ_PROTOCOL;
        *number = *number * 10 + (reply->text[i] - '0');
    }
    return 0;
}
