/* SPDX-License-Identifier: MIT */
/* The daemon: a cluster that clients in any language can use. */
#include "mockd/daemon/daemon.h"

#include <signal.h>
#include <stdlib.h>

enum { EXIT_USAGE = 2 };

int main(int argc, char **argv)
{
    struct settings settings;

    /* Nobody has to read what it says. */
    signal(SIGPIPE, SIG_IGN);
    settings_init(&settings);
    if (argc > 0 && !settings_read_options(&settings, argv + 1))
        return EXIT_USAGE;
    if (settings.show == NULL)
        return daemon_serve(&settings);
    settings.show();
    return EXIT_SUCCESS;
}
