/* SPDX-License-Identifier: MIT */
/* Who starts a server in the background has to learn whether it came up. So the process that was started
 * waits at a pipe until the new one is ready, or ends with its exit code if that ended before. */
#include "mockd/daemon/background.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* The pipe says a byte when all is well, and nothing if the child ended before. */
static void wait_for(pid_t child, int fd)
{
    int status = 0;
    char byte;

    if (read(fd, &byte, 1) == 1)
        _exit(EXIT_SUCCESS);
    waitpid(child, &status, 0);
    _exit(WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_FAILURE);
}

int background_start(void)
{
    int ends[2] = {-1, -1};
    pid_t child = pipe2(ends, O_CLOEXEC) == 0 ? fork() : -1;

    if (child < 0)
        fprintf(stderr, "mockd: cannot go to the background: %s\n", strerror(errno));
    if (child > 0) {
        close(ends[1]);
        wait_for(child, ends[0]);
    }
    close(ends[0]);
    if (child == 0)
        setsid();
    return child == 0 ? ends[1] : -1;
}

void background_begin(int fd)
{
    int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);

    for (int stream = STDIN_FILENO; nowhere >= 0 && stream <= STDERR_FILENO; stream++)
        dup2(nowhere, stream);
    if (nowhere > STDERR_FILENO)
        close(nowhere);
    if (write(fd, "", 1) < 0)
        perror("mockd");
    close(fd);
}
