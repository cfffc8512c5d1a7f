/* SPDX-License-Identifier: MIT */
/* Ports may be chosen by the system, and a test must not guess when it can connect. One line says both where
 * and that it can. */
#include "mockd/daemon/ready.h"

#include "mockd/sim/bytes.h"

#include <inttypes.h>
#include <unistd.h>

/* A path may hold any byte. */
static void add_string(struct buffer *line, const char *text)
{
    buffer_add_text(line, "\"");
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            buffer_printf(line, "\\%c", *text);
        else if ((unsigned char)*text < ' ')
            buffer_printf(line, "\\u%04x", *text);
        else
            buffer_add(line, text, 1);
    }
    buffer_add_text(line, "\"");
}

static void add_node(struct buffer *line, const struct mockd *cluster, const struct listeners *listeners,
                     int node)
{
    const char *path = listeners_path(listeners, node);

    buffer_printf(line, "{\"name\": \"%s\", \"id\": \"%s\", \"host\": \"%s\", \"port\": %d",
                  mockd_node_name(cluster, node), mockd_node_id(cluster, node),
                  mockd_node_host(cluster, node), mockd_node_port(cluster, node));
    if (path != NULL) {
        buffer_add_text(line, ", \"unixsocket\": ");
        add_string(line, path);
    }
    buffer_add_text(line, "}");
}

/* Nobody has to listen. */
static void write_all(int fd, struct bytes text)
{
    while (text.size > 0) {
        ssize_t size = write(fd, text.data, text.size);

        if (size <= 0)
            return;
        text = (struct bytes){text.data + size, text.size - (size_t)size};
    }
}

void ready_say(const struct cluster_owner *owner, const struct control *control)
{
    const struct settings *settings = cluster_owner_settings(owner);
    const struct mockd *cluster = cluster_owner_current(owner);
    struct buffer line = {0};

    buffer_add_text(&line, "{\"nodes\": [");
    for (int i = 0; i < mockd_node_count(cluster); i++) {
        buffer_add_text(&line, i > 0 ? ", " : "");
        add_node(&line, cluster, cluster_owner_listeners(owner), i);
    }
    buffer_add_text(&line, "]");
    if (control != NULL)
        buffer_printf(&line, ", \"control\": %d", control_port(control));
    buffer_printf(&line, ", \"seed\": %" PRIu64 "}\n", settings->cluster.seed);
    write_all(settings->ready_fd >= 0 ? settings->ready_fd : STDOUT_FILENO,
              (struct bytes){line.data, line.size});
    if (settings->ready_fd > STDERR_FILENO)
        close(settings->ready_fd);
    buffer_fini(&line);
}
