/* SPDX-License-Identifier: MIT */
/* The daemon: a cluster that clients in any language can use. */
#include "mockd/daemon/daemon.h"
#include "mockd/daemon/server.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

enum { EXIT_USAGE = 2 };

static int serve(const struct settings *settings)
{
    if (settings->show == NULL)
        return daemon_serve(settings);
    settings->show();
    return EXIT_SUCCESS;
}

static int run_server(struct settings *settings, char **words)
{
    struct server server;
    int code;

    settings->cluster.seed = 0;
    code = server_read(&server, settings, words);
    if (code < 0)
        code = server_apply(&server, settings) ? serve(settings) : EXIT_FAILURE;
    server_fini(&server);
    return code;
}

/* Who starts a daemon may have closed these: nothing else must be taken for them. */
static void have_standard_streams(void)
{
    int fd;

    do
        fd = open("/dev/null", O_RDWR);
    while (fd >= 0 && fd <= STDERR_FILENO);
    close(fd);
}

int main(int argc, char **argv)
{
    struct settings settings;

    have_standard_streams();
    /* Nobody has to read what it says. */
    signal(SIGPIPE, SIG_IGN);
    settings_init(&settings);
    if (argc > 0 && server_is(argv[0]))
        return run_server(&settings, argv + 1);
    if (argc > 0 && !settings_read_options(&settings, argv + 1))
        return EXIT_USAGE;
    return serve(&settings);
}
