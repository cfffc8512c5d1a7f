/* SPDX-License-Identifier: MIT */
/* Clients are tested by what servers do wrong. An action is a row of the table: it changes the reply that the
 * node has given, or what becomes of the connection. */
#include "mockd/front/tamper.h"

#include "mockd/front/session.h"
#include "mockd/front/valve.h"
#include "mockd/node/node.h"
#include "mockd/sim/rng.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* A rule, and how far it is used up. It stays while a session still has to act by it. */
struct tamper {
    struct tamper_rule rule;
    struct tampers *tampers;
    struct ledger_entry *entry; /* NULL: it is over */
    struct link link;
    unsigned users;
};

struct tampers {
    struct ledger *ledger;
    struct rng garbage;
    struct link rules; /* newest first */
    struct link over;  /* those that a session still has to act by */
};

static void act_reply(struct session *session, const struct tamper *tamper, size_t start)
{
    struct buffer *out = &session->client.out;

    out->size = start;
    buffer_add(out, tamper->rule.bytes, tamper->rule.size);
}

static void act_close(struct session *session, const struct tamper *tamper, size_t start)
{
    (void)tamper;
    session->client.out.size = start;
    session->client.is_closing = true;
}

static void act_reset(struct session *session, const struct tamper *tamper, size_t start)
{
    (void)tamper;
    (void)start;
    session_reset(session);
}

static void act_half_close(struct session *session, const struct tamper *tamper, size_t start)
{
    (void)tamper;
    session->client.out.size = start;
    session->has_output_ended = true;
}

static void act_silence(struct session *session, const struct tamper *tamper, size_t start)
{
    (void)tamper;
    session->client.out.size = start;
}

static void act_cut(struct session *session, const struct tamper *tamper, size_t start)
{
    struct buffer *out = &session->client.out;

    if (out->size - start > tamper->rule.count)
        out->size = start + tamper->rule.count;
    session->client.is_closing = true;
}

/* The first byte is one that no reply begins with. */
static void act_garbage(struct session *session, const struct tamper *tamper, size_t start)
{
    struct buffer *out = &session->client.out;
    char *bytes;

    out->size = start;
    bytes = buffer_reserve(out, tamper->rule.count);
    for (size_t i = 0; i < tamper->rule.count; i++)
        bytes[i] = (char)rng_below(&tamper->tampers->garbage, 256);
    bytes[0] |= (char)0x80;
    out->size += tamper->rule.count;
}

static void act_dup(struct session *session, const struct tamper *tamper, size_t start)
{
    struct buffer *out = &session->client.out;
    size_t size = out->size - start;

    (void)tamper;
    if (size == 0)
        return;
    buffer_reserve(out, size); /* which may move what is there */
    memcpy(out->data + out->size, out->data + start, size);
    out->size += size;
}

static void act_delay(struct session *session, const struct tamper *tamper, size_t start)
{
    size_t size = session->client.out.size - start;

    valve_open(session, start - session->sent, size, size, tamper->rule.duration_us);
}

static void act_dribble(struct session *session, const struct tamper *tamper, size_t start)
{
    size_t size = session->client.out.size - start, step = tamper->rule.count;

    if (size > step)
        valve_open(session, start + step - session->sent, size - step, step, tamper->rule.duration_us);
}

static const struct tamper_action actions[] = {
    /* clang-format off */
    {"error",      TAMPER_NEEDS_BYTES,    false, act_reply},
    {"reply",      TAMPER_NEEDS_BYTES,    false, act_reply},
    {"close",      TAMPER_NEEDS_NOTHING,  false, act_close},
    {"reset",      TAMPER_NEEDS_NOTHING,  false, act_reset},
    {"half-close", TAMPER_NEEDS_NOTHING,  false, act_half_close},
    {"silence",    TAMPER_NEEDS_NOTHING,  false, act_silence},
    {"garbage",    TAMPER_NEEDS_COUNT,    false, act_garbage},
    {"cut",        TAMPER_NEEDS_COUNT,    true,  act_cut},
    {"dribble",    TAMPER_NEEDS_BOTH,     true,  act_dribble},
    {"delay",      TAMPER_NEEDS_DURATION, true,  act_delay},
    {"dup",        TAMPER_NEEDS_NOTHING,  true,  act_dup},
    /* clang-format on */
};

const struct tamper_action *tamper_action_find(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(actions); i++)
        if (bytes_is_word(bytes_of(name), actions[i].name))
            return &actions[i];
    return NULL;
}

const char *tamper_action_names(char *text, size_t size)
{
    int used = 0;

    for (size_t i = 0; i < ARRAY_LEN(actions) && (size_t)used < size; i++)
        used += snprintf(text + used, size - (size_t)used, "%s%s", i > 0 ? ", " : "", actions[i].name);
    return text;
}

struct tampers *tampers_new(uint64_t seed, struct ledger *ledger)
{
    struct tampers *tampers = xcalloc(1, sizeof(*tampers));

    tampers->ledger = ledger;
    tampers->garbage = rng_stream(seed, "garbage", 0);
    list_init(&tampers->rules);
    list_init(&tampers->over);
    return tampers;
}

static void free_unused(struct tamper *tamper)
{
    if (tamper->entry != NULL || tamper->users > 0)
        return;
    list_remove(&tamper->link);
    free(tamper->rule.bytes);
    free(tamper);
}

static void end(struct tamper *tamper)
{
    ledger_close(tamper->entry);
    tamper->entry = NULL;
    list_remove(&tamper->link);
    list_append(&tamper->tampers->over, &tamper->link);
    free_unused(tamper);
}

void tampers_free(struct tampers *tampers)
{
    if (tampers == NULL)
        return;
    LIST_FOR_EACH_SAFE (link, &tampers->rules)
        end(OWNER_OF(link, struct tamper, link));
    free(tampers);
}

struct ledger_entry *tamper_add(struct tampers *tampers, const struct tamper_rule *rule, const char *name,
                                const char *text, bool is_needed)
{
    struct tamper *tamper = xcalloc(1, sizeof(*tamper));

    tamper->rule = *rule;
    tamper->rule.bytes = xmemdup(rule->bytes, rule->size);
    tamper->tampers = tampers;
    tamper->entry = ledger_open(tampers->ledger, name, text, is_needed ? LEDGER_NEVER_HIT : NULL);
    list_prepend(&tampers->rules, &tamper->link);
    return tamper->entry;
}

bool tamper_end(struct tampers *tampers, const struct ledger_entry *entry)
{
    LIST_FOR_EACH_SAFE (link, &tampers->rules) {
        struct tamper *tamper = OWNER_OF(link, struct tamper, link);

        if (tamper->entry == entry) {
            end(tamper);
            return true;
        }
    }
    return false;
}

static bool fits(const struct tamper_rule *rule, const struct session *session, struct bytes command)
{
    const struct client *client = &session->client;
    struct bytes name = {client->name.data, client->name.size};

    if (rule->node[0] != '\0' && strcmp(rule->node, node_name(client->node)) != 0)
        return false;
    if (rule->command[0] != '\0' && !bytes_is_word(command, rule->command))
        return false;
    return rule->client[0] == '\0' || strcmp(rule->client, session->name) == 0 ||
           bytes_equal(name, bytes_of(rule->client));
}

static void log_hit(const struct session *session, const struct tamper *tamper)
{
    if (session->log != NULL)
        log_event(session->log, "%s.%" PRIu64 " fault %s", node_name(session->client.node),
                  session->client.number, tamper->rule.action->name);
}

struct tamper *tamper_take(struct tampers *tampers, const struct session *session, struct bytes command)
{
    LIST_FOR_EACH (link, &tampers->rules) {
        struct tamper *tamper = OWNER_OF(link, struct tamper, link);
        struct tamper_rule *rule = &tamper->rule;

        if (!fits(rule, session, command))
            continue;
        if (rule->after > 0) {
            rule->after--;
            continue;
        }
        log_hit(session, tamper);
        tamper->users++;
        ledger_hit(tamper->entry);
        if (rule->times != UINT64_MAX && --rule->times == 0)
            end(tamper);
        return tamper;
    }
    return NULL;
}

bool tamper_runs(const struct tamper *tamper)
{
    return tamper->rule.runs || tamper->rule.action->runs;
}

void tamper_abandon(struct session *session)
{
    struct tamper *tamper = session->tamper;

    if (tamper == NULL)
        return;
    session->tamper = NULL;
    tamper->users--;
    free_unused(tamper);
}

void tamper_finish(struct session *session)
{
    session->tamper->rule.action->act(session, session->tamper, session->tampered_from);
    tamper_abandon(session);
}
