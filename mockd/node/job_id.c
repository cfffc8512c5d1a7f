/* SPDX-License-Identifier: MIT */
/* IDs are drawn from the seed, and have the form and the oddities of Disque's, as clients take them apart. */
#include "mockd/node/job_id.h"

#include <stdio.h>

enum { AT_PREFIX = 2, AT_RANDOM = 11, AT_TTL = 36, RANDOM_GROUPS = 6, MAX_MINUTES = 65535 };

static void fill(struct rng *rng, unsigned char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        bytes[i] = (unsigned char)(rng_next(rng) >> 56);
}

struct node_id node_id_new(struct rng *rng)
{
    unsigned char bytes[NODE_ID_SIZE / 2];
    struct node_id id;

    fill(rng, bytes, sizeof(bytes));
    for (size_t i = 0; i < sizeof(bytes); i++)
        snprintf(id.text + 2 * i, 3, "%02x", bytes[i]);
    return id;
}

/* The fourth character of a group reads the first byte of the next one, so that this is not base64 (S-03). */
static void add_random(char *text, struct rng *rng)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    uint64_t words[3];
    unsigned char h[3 * RANDOM_GROUPS + 1];

    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        words[i] = rng_next(rng);
    memcpy(h, words, sizeof(h));
    for (const unsigned char *group = h; group < h + sizeof(h) - 1; group += 3) {
        *text++ = alphabet[group[0] >> 2];
        *text++ = alphabet[(group[0] << 4 | group[1] >> 4) & 63];
        *text++ = alphabet[(group[1] << 2 | group[2] >> 6) & 63];
        *text++ = alphabet[group[3] & 63];
    }
}

static unsigned ttl_minutes(int32_t ttl_s)
{
    if (ttl_s <= -60)
        return 1;
    return ttl_s / 60 > MAX_MINUTES ? MAX_MINUTES : (unsigned)(ttl_s / 60);
}

/* A TTL wraps around as Disque's does, which is an int there (S-04). */
struct job_id job_id_new(struct rng *rng, const struct node_id *creator, int64_t ttl_s, bool at_most_once)
{
    static const char digits[] = "0123456789abcdef";
    unsigned minutes = ttl_minutes((int32_t)ttl_s);
    struct job_id id;

    minutes = at_most_once ? minutes & ~1u : minutes | 1u;
    memcpy(id.text, "D-", AT_PREFIX);
    memcpy(id.text + AT_PREFIX, creator->text, NODE_PREFIX_SIZE);
    id.text[AT_RANDOM - 1] = '-';
    add_random(id.text + AT_RANDOM, rng);
    id.text[AT_TTL - 1] = '-';
    for (int i = 0; i < 4; i++)
        id.text[AT_TTL + i] = digits[minutes >> (12 - 4 * i) & 15];
    return id;
}

bool job_id_parse(struct bytes bytes, struct job_id *id)
{
    if (bytes.size != JOB_ID_SIZE || bytes.data[0] != 'D' || bytes.data[1] != '-' ||
        bytes.data[AT_RANDOM - 1] != '-' || bytes.data[AT_TTL - 1] != '-')
        return false;
    memcpy(id->text, bytes.data, JOB_ID_SIZE);
    return true;
}

static unsigned hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return (unsigned)(c - '0');
    if (c >= 'a' && c <= 'f')
        return (unsigned)(c - 'a' + 10);
    if (c >= 'A' && c <= 'F')
        return (unsigned)(c - 'A' + 10);
    return 0;
}

unsigned job_id_ttl_minutes(const struct job_id *id)
{
    unsigned minutes = 0;

    for (int i = AT_TTL; i < JOB_ID_SIZE; i++)
        minutes = minutes << 4 | hex_value(id->text[i]);
    return minutes;
}

bool job_id_is_at_least_once(const struct job_id *id)
{
    return (job_id_ttl_minutes(id) & 1) != 0;
}
