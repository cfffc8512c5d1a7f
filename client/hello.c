/* SPDX-License-Identifier: MIT */
/* HELLO's reply is [version, own ID, [ID, IP, port, priority]…]. A node does not know its own IP until
 * another has contacted it. */
#include "client/hello.h"

#include "client/reply.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int parse_id(const struct disq_reply *reply, char *id)
{
    if (reply == NULL || reply->type != DISQ_REPLY_STRING || reply->size != DISQ_ID_SIZE)
        return DISQ_PROTOCOL;
    if (memchr(reply->text, '\0', reply->size) != NULL)
        return DISQ_PROTOCOL;
    memcpy(id, reply->text, DISQ_ID_SIZE + 1);
    return 0;
}

static int parse_number(const struct disq_reply *reply, int64_t max, int64_t *number)
{
    if (reply == NULL || disq_reply_number(reply, number) != 0 || *number < 0 || *number > max)
        return DISQ_PROTOCOL;
    return 0;
}

static int parse_address(const struct disq_reply *ip, int64_t port, struct disq_hello_node *node)
{
    const char *format = strchr(ip->text, ':') != NULL ? "[%s]:%d" : "%s:%d";
    int size = snprintf(node->address, sizeof(node->address), format, ip->text, (int)port);

    return (size_t)size < sizeof(node->address) ? 0 : DISQ_PROTOCOL;
}

/* An empty address stays empty. */
static int parse_node(const struct disq_reply *row, struct disq_hello_node *node)
{
    const struct disq_reply *field = row->first;
    const struct disq_reply *ip;
    int64_t port, priority;

    if (row->type != DISQ_REPLY_ARRAY || row->count < 4 || parse_id(field, node->id) != 0)
        return DISQ_PROTOCOL;
    ip = field = field->next;
    if (ip->type != DISQ_REPLY_STRING || strlen(ip->text) != ip->size)
        return DISQ_PROTOCOL;
    field = field->next;
    if (parse_number(field, 65535, &port) != 0 || parse_number(field->next, INT16_MAX, &priority) != 0)
        return DISQ_PROTOCOL;
    node->priority = (int)priority;
    node->address[0] = '\0';
    return ip->size > 0 ? parse_address(ip, port, node) : 0;
}

static int reserve(struct disq_table *table, size_t count)
{
    struct disq_hello_node *nodes;

    if (count <= table->capacity)
        return 0;
    nodes = realloc(table->nodes, count * sizeof(*nodes));
    if (nodes == NULL)
        return DISQ_NO_MEMORY;
    table->nodes = nodes;
    table->capacity = count;
    return 0;
}

/* The node that answered has no address yet if none has contacted it; those of others may be of a network
 * that is not ours. */
static void correct_address(struct disq_hello_node *node, bool is_self, const char *dialled,
                            const struct disq_options *options)
{
    char mapped[DISQ_ADDRESS_SIZE] = "";

    if (is_self && node->address[0] == '\0')
        strcpy(node->address, dialled);
    else if (node->address[0] != '\0' && options->map_address != NULL &&
             options->map_address(options->map_ctx, node->address, mapped))
        memcpy(node->address, mapped, strnlen(mapped, sizeof(mapped) - 1) + 1);
    node->address[sizeof(node->address) - 1] = '\0';
}

static int parse(struct disq_table *table, const struct disq_reply *reply, const char *dialled,
                 const struct disq_options *options)
{
    const struct disq_reply *row;
    size_t count;
    int rc;

    if (reply->type != DISQ_REPLY_ARRAY || reply->count < 2)
        return DISQ_PROTOCOL;
    if (parse_number(reply->first, INT64_MAX, &table->hello.version) != 0 ||
        parse_id(reply->first->next, table->hello.id) != 0)
        return DISQ_PROTOCOL;
    if ((rc = reserve(table, reply->count - 2)) != 0)
        return rc;
    count = 0;
    for (row = reply->first->next->next; row != NULL; row = row->next) {
        struct disq_hello_node *node = &table->nodes[count++];

        if ((rc = parse_node(row, node)) != 0)
            return rc;
        correct_address(node, strcmp(node->id, table->hello.id) == 0, dialled, options);
    }
    table->hello.nodes = table->nodes;
    table->hello.node_count = count;
    return 0;
}

int disq_table_parse(struct disq_table *table, const struct disq_reply *reply, const char *dialled,
                     const struct disq_options *options)
{
    int rc;

    table->hello = (struct disq_hello){0};
    rc = parse(table, reply, dialled, options);
    if (rc != 0)
        table->hello = (struct disq_hello){0};
    return rc;
}

void disq_table_fini(struct disq_table *table)
{
    free(table->nodes);
    *table = (struct disq_table){0};
}
