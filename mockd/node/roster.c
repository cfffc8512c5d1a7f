/* SPDX-License-Identifier: MIT */
/* CLUSTER NODES and nodes.conf are the same lines in Disque, so one function writes both. Flags are in a
 * table, as they are read by the names by which they are written. */
#include "mockd/node/roster.h"

#include "mockd/node/membership.h"

#include <inttypes.h>

/* In the order in which they are listed. */
static const struct flag {
    const char *name;
    size_t offset; /* of the bool in struct peer */
} flags[] = {
    /* clang-format off */
    {"fail?",     offsetof(struct peer, is_suspected)},
    {"fail",      offsetof(struct peer, is_failed)},
    {"handshake", offsetof(struct peer, is_in_handshake)},
    {"noaddr",    offsetof(struct peer, has_no_address)},
    {"leaving",   offsetof(struct peer, is_leaving)},
    /* clang-format on */
};

static bool is_set(const struct peer *peer, const struct flag *flag)
{
    return *(const bool *)((const char *)peer + flag->offset);
}

static void write_flags(struct buffer *text, const struct peer *peer)
{
    const char *comma = "";

    if (peer == peer->node->self) {
        buffer_add_text(text, "myself");
        comma = ",";
    }
    for (size_t i = 0; i < ARRAY_LEN(flags); i++) {
        if (!is_set(peer, &flags[i]))
            continue;
        buffer_printf(text, "%s%s", comma, flags[i].name);
        comma = ",";
    }
    if (comma[0] == '\0')
        buffer_add_text(text, "noflags");
}

void roster_write(struct buffer *text, const struct peer *peer)
{
    bool is_linked = peer == peer->node->self || bus_is_open(&peer->link);

    buffer_printf(text, "%s %s:%d ", peer->id.text, peer->address.host, peer->address.port);
    write_flags(text, peer);
    buffer_printf(text, " %" PRId64 " %" PRId64 " %s\n", peer->ping_sent_at_ms, peer->pong_received_at_ms,
                  is_linked ? "connected" : "disconnected");
}

void roster_save(struct buffer *text, const struct node *node)
{
    for (size_t i = 0; i < node->known_count; i++)
        if (!node->known[i]->is_in_handshake)
            roster_write(text, node->known[i]);
}

static bool has_flag(struct bytes list, const char *name)
{
    while (list.size > 0)
        if (bytes_equal(bytes_cut(&list, ','), bytes_of(name)))
            return true;
    return false;
}

static void set_flags(struct peer *peer, struct bytes list)
{
    for (size_t i = 0; i < ARRAY_LEN(flags); i++)
        *(bool *)((char *)peer + flags[i].offset) = has_flag(list, flags[i].name);
}

/* HOST:PORT, of which the host may hold colons of its own. */
static bool read_address(const struct bus *bus, struct bytes text, struct address *address)
{
    struct bytes port = text;
    int64_t number;

    while (memchr(port.data, ':', port.size) != NULL)
        bytes_cut(&port, ':');
    if (port.size == text.size || text.size - port.size > HOST_SIZE || !bytes_to_integer(port, &number))
        return false;
    *address = (struct address){.port = (int)number};
    memcpy(address->host, text.data, text.size - port.size - 1);
    address->place = bus_find(bus, address->host, address->port);
    return true;
}

/* A PING or PONG that there was counts as one of now: how long this node was away is not the other's fault.
 */
static int64_t read_time(const struct node *node, struct bytes word)
{
    return bytes_equal(word, bytes_of("0")) ? 0 : node_now_ms(node);
}

static bool read_line(struct node *node, struct bytes line)
{
    struct bytes id = bytes_cut(&line, ' ');
    struct bytes where = bytes_cut(&line, ' ');
    struct bytes list = bytes_cut(&line, ' ');
    struct address address;
    struct node_id name = {0};
    struct peer *peer;

    if (id.size != NODE_ID_SIZE || !read_address(node->bus, where, &address))
        return false;
    memcpy(name.text, id.data, NODE_ID_SIZE);
    if (has_flag(list, "myself")) {
        peer_rename(node->self, &name);
        memcpy(node->self->address.host, address.host, HOST_SIZE);
        node->self->is_leaving = has_flag(list, "leaving");
        return true;
    }
    peer = peer_add(node, &name, &address);
    set_flags(peer, list);
    peer->ping_sent_at_ms = read_time(node, bytes_cut(&line, ' '));
    peer->pong_received_at_ms = read_time(node, bytes_cut(&line, ' '));
    return true;
}

bool roster_load(struct node *node, struct bytes text)
{
    while (text.size > 0)
        if (!read_line(node, bytes_cut(&text, '\n')))
            return false;
    membership_changed(node);
    return true;
}
