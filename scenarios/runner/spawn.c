/* SPDX-License-Identifier: MIT */
/* The command may be anybody's, such as a script that starts a real cluster: it is told its ports rather than
 * asked for them, and ended whether it wants to or not. */
#include "scenarios/runner/spawn.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PORT_MAX = 55535, BUS_OFFSET = 10000, TRIES_MAX = 1000, POLL_US = 5000, GRACE_US = 5000000 };

/* Binds a port, or any if it is 0, and lets it go again. Which it was, or -1. */
static int try_port(int port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    socklen_t size = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int got = -1;

    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
    if (bind(fd, (struct sockaddr *)&address, size) == 0 &&
        getsockname(fd, (struct sockaddr *)&address, &size) == 0)
        got = ntohs(address.sin_port);
    close(fd);
    return got;
}

static bool are_free(int port, int count)
{
    if (port < 1 || port + count - 1 > PORT_MAX)
        return false;
    for (int i = port; i < port + count; i++)
        if (try_port(i) < 0 || try_port(i + BUS_OFFSET) < 0)
            return false;
    return true;
}

int spawn_find_ports(int count)
{
    for (int i = 0; i < TRIES_MAX; i++) {
        int port = try_port(0);

        if (are_free(port, count))
            return port;
    }
    return -1;
}

/* Replaces every {n} and {port}. */
static void fill_in(const char *command, int nodes, int port, struct text *line)
{
    while (*command != '\0') {
        if (strncmp(command, "{n}", 3) == 0) {
            text_printf(line, "%d", nodes);
            command += 3;
        } else if (strncmp(command, "{port}", 6) == 0) {
            text_printf(line, "%d", port);
            command += 6;
        } else {
            text_add_char(line, *command++);
        }
    }
}

/* What it says is of no interest, unless it complains. It ends if this process is killed. */
static void run(const char *line)
{
    int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);

    prctl(PR_SET_PDEATHSIG, SIGTERM);
    dup2(nowhere, STDIN_FILENO);
    dup2(nowhere, STDOUT_FILENO);
    execl("/bin/sh", "sh", "-c", line, (char *)NULL);
    _exit(127);
}

/* The shell gives way to the program, so that it is that which is told to end. */
pid_t spawn_start(const char *command, int nodes, int port)
{
    struct text line = {0};
    pid_t pid;

    text_add(&line, slice_of("exec "));
    fill_in(command, nodes, port, &line);
    pid = fork();
    if (pid == 0)
        run(line.data);
    text_fini(&line);
    return pid;
}

bool spawn_runs(pid_t pid)
{
    siginfo_t info = {0};

    return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == 0;
}

void spawn_stop(pid_t pid, const struct disq_env *env)
{
    int64_t deadline_us = env->now_us(env->ctx) + GRACE_US;

    kill(pid, SIGTERM);
    while (spawn_runs(pid) && env->now_us(env->ctx) < deadline_us)
        env->wait(env->ctx, NULL, 0, env->now_us(env->ctx) + POLL_US);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}
