/* SPDX-License-Identifier: MIT */
/* The client under test may be a library that nobody here can look into. What it really sent, and was given,
 * is recorded at its connection. Lines of all clients are in one list: when there are too many, the oldest of
 * all go. */
#include "mockd/daemon/transcript.h"

#include "mockd/command/reply.h"
#include "mockd/daemon/scenario_text.h"
#include "mockd/front/session.h"
#include "mockd/node/node.h"
#include "mockd/sim/map.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

enum { KEPT_BYTES_MAX = 1 << 22, KEY_SIZE = 32 };

struct transcript {
    struct tap tap;
    struct link lines; /* the oldest first */
    size_t size;
    struct map talkers;
    struct buffer text; /* of the line that is being made */
};

/* A client, for as long as one of its lines is kept. */
struct talker {
    char key[KEY_SIZE];           /* NODE.NUMBER */
    char name[SESSION_NAME_SIZE]; /* NODE.NAME; or empty */
    size_t line_count;
    struct map_link by_key;
};

struct line {
    struct link link;
    struct talker *talker;
    size_t size;
    char text[];
};

static struct bytes key_of(const void *entry)
{
    const struct talker *talker = entry;

    return bytes_of(talker->key);
}

/* Clients often name themselves by their first command, or later. */
static void write_name(const struct session *session, char *name, size_t size)
{
    struct bytes given = {session->client.name.data, session->client.name.size};

    if (given.size == 0)
        given = bytes_of(session->name);
    name[0] = '\0';
    if (given.size > 0)
        snprintf(name, size, "%s.%.*s", node_name(session->client.node), BYTES_ARG(given));
}

static struct talker *find_talker(struct transcript *transcript, const struct session *session)
{
    char key[KEY_SIZE];
    struct talker *talker;

    snprintf(key, sizeof(key), "%s.%" PRIu64, node_name(session->client.node), session->client.number);
    talker = map_get(&transcript->talkers, bytes_of(key));
    if (talker == NULL) {
        talker = xcalloc(1, sizeof(*talker));
        memcpy(talker->key, key, sizeof(key));
        map_add(&transcript->talkers, talker);
    }
    write_name(session, talker->name, sizeof(talker->name));
    return talker;
}

static void drop_oldest(struct transcript *transcript)
{
    struct line *line = OWNER_OF(transcript->lines.next, struct line, link);
    struct talker *talker = line->talker;

    transcript->size -= line->size;
    list_remove(&line->link);
    free(line);
    if (--talker->line_count > 0)
        return;
    map_remove(&transcript->talkers, talker);
    free(talker);
}

/* Keeps the text as one line more of this client. */
static void keep(struct transcript *transcript, struct talker *talker)
{
    const struct buffer *text = &transcript->text;
    size_t size = sizeof(struct line) + text->size + 1;
    struct line *line = xcalloc(1, size);

    line->talker = talker;
    line->size = size;
    memcpy(line->text, text->data, text->size);
    list_append(&transcript->lines, &line->link);
    talker->line_count++;
    for (transcript->size += size; transcript->size > KEPT_BYTES_MAX;)
        drop_oldest(transcript);
}

static void on_request(void *ctx, const struct session *session, const struct bytes *argv, size_t argc)
{
    struct transcript *transcript = ctx;
    struct talker *talker = find_talker(transcript, session);

    transcript->text.size = 0;
    buffer_printf(&transcript->text, "%s>", talker->name[0] != '\0' ? talker->name : talker->key);
    for (size_t i = 0; i < argc; i++) {
        buffer_add_text(&transcript->text, " ");
        scenario_text_add_word(&transcript->text, argv[i]);
    }
    keep(transcript, talker);
}

static void on_output(void *ctx, const struct session *session, struct bytes output)
{
    struct transcript *transcript = ctx;
    struct talker *talker = find_talker(transcript, session);

    while (output.size > 0) {
        transcript->text.size = 0;
        buffer_add_text(&transcript->text, "  ");
        scenario_text_add_reply(&transcript->text, &output);
        keep(transcript, talker);
    }
}

struct transcript *transcript_new(void)
{
    struct transcript *transcript = xcalloc(1, sizeof(*transcript));

    transcript->tap = (struct tap){on_request, on_output, transcript};
    list_init(&transcript->lines);
    map_init(&transcript->talkers, key_of, offsetof(struct talker, by_key));
    return transcript;
}

void transcript_free(struct transcript *transcript)
{
    if (transcript == NULL)
        return;
    transcript_forget(transcript);
    map_fini(&transcript->talkers);
    buffer_fini(&transcript->text);
    free(transcript);
}

const struct tap *transcript_tap(const struct transcript *transcript)
{
    return &transcript->tap;
}

void transcript_forget(struct transcript *transcript)
{
    while (!list_is_empty(&transcript->lines))
        drop_oldest(transcript);
}

static bool is_of(const struct talker *talker, const char *whose)
{
    size_t size = strlen(whose);

    if (strchr(whose, '.') == NULL)
        return strncasecmp(talker->key, whose, size) == 0 && talker->key[size] == '.';
    return strcasecmp(talker->key, whose) == 0 || strcasecmp(talker->name, whose) == 0;
}

void transcript_reply(const struct transcript *transcript, struct buffer *out, const char *whose)
{
    size_t at = out->size, count = 0;

    LIST_FOR_EACH (link, &transcript->lines) {
        const struct line *line = OWNER_OF(link, struct line, link);

        if (!is_of(line->talker, whose))
            continue;
        reply_text(out, line->text);
        count++;
    }
    if (count == 0 && strchr(whose, '.') != NULL)
        reply_error(out, "ERR no client %s has said anything", whose);
    else
        reply_array_at(out, at, count);
}
