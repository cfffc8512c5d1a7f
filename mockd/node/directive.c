/* SPDX-License-Identifier: MIT */
/* The table of the configuration file, with the words that Disque has for what is wrong. It reads some
 * parameters otherwise than CONFIG SET does. */
#include "mockd/node/directive.h"

#include <ctype.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>

enum { PERMISSIONS_MAX = 0777 };

/* As strtoll in this base: what cannot be read is 0. */
static int64_t to_number(struct bytes text, int base)
{
    char digits[32] = "";

    memcpy(digits, text.data, text.size < sizeof(digits) ? text.size : sizeof(digits) - 1);
    return strtoll(digits, NULL, base);
}

static const char *read_number(const struct directive *directive, struct config *config,
                               const struct bytes *argv, size_t argc)
{
    int64_t number = to_number(argv[1], 10);

    (void)argc;
    config_put_number(config, directive->name, number);
    return number >= directive->min && number <= directive->max ? NULL : directive->error;
}

static const char *read_hz(const struct directive *directive, struct config *config, const struct bytes *argv,
                           size_t argc)
{
    int64_t hz = to_number(argv[1], 10);

    (void)argc;
    config_put_number(config, directive->name,
                      hz < CONFIG_HZ_MIN   ? CONFIG_HZ_MIN
                      : hz > CONFIG_HZ_MAX ? CONFIG_HZ_MAX
                                           : hz);
    return NULL;
}

static const char *read_octal(const struct directive *directive, struct config *config,
                              const struct bytes *argv, size_t argc)
{
    int64_t number = to_number(argv[1], 8);

    (void)argc;
    config_put_number(config, directive->name, number);
    return number >= 0 && number <= PERMISSIONS_MAX ? NULL : directive->error;
}

static const char *read_size(const struct directive *directive, struct config *config,
                             const struct bytes *argv, size_t argc)
{
    int64_t bytes;

    (void)argc;
    if (!config_read_size(argv[1], &bytes))
        bytes = 0;
    config_put_number(config, directive->name, bytes);
    return bytes >= directive->min ? NULL : directive->error;
}

static const char *read_word(const struct directive *directive, struct config *config,
                             const struct bytes *argv, size_t argc)
{
    (void)argc;
    return config_put_word(config, directive->name, argv[1]) ? NULL : directive->error;
}

static const char *read_text(const struct directive *directive, struct config *config,
                             const struct bytes *argv, size_t argc)
{
    (void)argc;
    config_put_text(config, directive->name, argv[1]);
    return NULL;
}

static const char *read_password(const struct directive *directive, struct config *config,
                                 const struct bytes *argv, size_t argc)
{
    return argv[1].size <= CONFIG_PASSWORD_MAX ? read_text(directive, config, argv, argc) : directive->error;
}

static const char *read_file_name(const struct directive *directive, struct config *config,
                                  const struct bytes *argv, size_t argc)
{
    if (memchr(argv[1].data, '/', argv[1].size) != NULL)
        return directive->error;
    return read_text(directive, config, argv, argc);
}

/* USER, or LOCAL0 to LOCAL7. */
static const char *read_facility(const struct directive *directive, struct config *config,
                                 const struct bytes *argv, size_t argc)
{
    struct bytes local = {argv[1].data, argv[1].size > 0 ? argv[1].size - 1 : 0};
    char last = argv[1].size > 0 ? argv[1].data[local.size] : '\0';

    if (!bytes_is_word(argv[1], "user") && !(bytes_is_word(local, "local") && last >= '0' && last <= '7'))
        return directive->error;
    return read_text(directive, config, argv, argc);
}

/* Could it be a name or an address? */
static bool is_host(struct bytes word)
{
    for (size_t i = 0; i < word.size; i++)
        if (!isalnum((unsigned char)word.data[i]) && strchr(".:-_%*", word.data[i]) == NULL)
            return false;
    return word.size > 0;
}

static const char *read_addresses(const struct directive *directive, struct config *config,
                                  const struct bytes *argv, size_t argc)
{
    struct buffer all = {0};

    for (size_t i = 1; i < argc; i++)
        if (!is_host(argv[i]))
            return directive->error;
    for (size_t i = 1; i < argc; i++)
        buffer_printf(&all, "%s%.*s", i > 1 ? " " : "", BYTES_ARG(argv[i]));
    config_put_text(config, directive->name, (struct bytes){all.data, all.size});
    buffer_fini(&all);
    return NULL;
}

static const char *read_limit(const struct directive *directive, struct config *config,
                              const struct bytes *argv, size_t argc)
{
    int64_t hard = 0, soft = 0, seconds = to_number(argv[4], 10);

    (void)argc;
    if (!bytes_is_word(argv[1], "normal"))
        return directive->error;
    if (seconds < 0)
        return "Negative number of seconds in soft limit is invalid";
    if (!config_read_size(argv[2], &hard))
        hard = 0;
    if (!config_read_size(argv[3], &soft))
        soft = 0;
    config_put_limit(config, (struct output_limit){(uint64_t)hard, (uint64_t)soft, seconds});
    return NULL;
}

static void write_plain(const struct directive *directive, const struct config *config, struct buffer *out)
{
    config_show(config, directive->name, out);
}

static void write_quoted(const struct directive *directive, const struct config *config, struct buffer *out)
{
    buffer_add_quoted(out, config_text(config, directive->name), SIZE_MAX);
}

/* In the greatest unit that it is a multiple of. */
static void write_size(const struct directive *directive, const struct config *config, struct buffer *out)
{
    static const struct {
        const char *name;
        int64_t bytes;
    } units[] = {{"gb", 1 << 30}, {"mb", 1 << 20}, {"kb", 1 << 10}, {"", 1}};
    int64_t bytes = config_number(config, directive->name);
    size_t i = 0;

    while (bytes % units[i].bytes != 0 || (bytes == 0 && units[i].bytes > 1))
        i++;
    buffer_printf(out, "%" PRId64 "%s", bytes / units[i].bytes, units[i].name);
}

/* clang-format off */
#define NUMBER(word, name, min, max, error) {word, name, 2, read_number, write_plain, error, min, max}
#define SIZE(word, name, min, error)        {word, name, 2, read_size, write_size, error, min, 0}
#define WORD(word, name, error)             {word, name, 2, read_word, write_plain, error, 0, 0}
#define SWITCH(word, name)                  WORD(word, name, "argument must be 'yes' or 'no'")
#define TEXT(word, name, read, error)       {word, name, 2, read, write_quoted, error, 0, 0}

static const struct directive directives[] = {
    NUMBER("timeout", CONFIG_TIMEOUT, 0, INT_MAX, "Invalid timeout value"),
    NUMBER("tcp-keepalive", CONFIG_TCP_KEEPALIVE, 0, INT_MAX, "Invalid tcp-keepalive value"),
    NUMBER("port", CONFIG_PORT, 0, 65535, "Invalid port"),
    NUMBER("tcp-backlog", CONFIG_TCP_BACKLOG, 0, INT_MAX, "Invalid backlog value"),
    {"bind", CONFIG_BIND, 0, read_addresses, write_plain, "Invalid bind address", 0, 0},
    TEXT("unixsocket", CONFIG_UNIXSOCKET, read_text, NULL),
    {"unixsocketperm", CONFIG_UNIXSOCKETPERM, 2, read_octal, write_plain, "Invalid socket file permissions", 0, 0},
    TEXT("dir", CONFIG_DIR, NULL, NULL),
    WORD("loglevel", CONFIG_LOGLEVEL, "Invalid log level. Must be one of debug, verbose, notice, warning"),
    TEXT("logfile", CONFIG_LOGFILE, read_text, NULL),
    SWITCH("syslog-enabled", CONFIG_SYSLOG_ENABLED),
    TEXT("syslog-ident", CONFIG_SYSLOG_IDENT, read_text, NULL),
    TEXT("syslog-facility", CONFIG_SYSLOG_FACILITY, read_facility, "Invalid log facility. Must be one of USER or between LOCAL0-LOCAL7"),
    NUMBER("maxclients", CONFIG_MAXCLIENTS, 1, INT_MAX, "Invalid max clients limit"),
    SIZE("maxmemory", CONFIG_MAXMEMORY, 1, "Invalid maxmemory value"),
    WORD("maxmemory-policy", CONFIG_MAXMEMORY_POLICY, "Invalid maxmemory policy"),
    NUMBER("maxmemory-samples", CONFIG_MAXMEMORY_SAMPLES, 1, INT_MAX, "maxmemory-samples must be 1 or greater"),
    SWITCH("activerehashing", CONFIG_ACTIVEREHASHING),
    SWITCH("daemonize", CONFIG_DAEMONIZE),
    {"hz", CONFIG_HZ, 2, read_hz, write_plain, NULL, 0, 0},
    SWITCH("appendonly", CONFIG_APPENDONLY),
    TEXT("appendfilename", CONFIG_APPENDFILENAME, read_file_name, "appendfilename can't be a path, just a filename"),
    SWITCH("no-appendfsync-on-rewrite", CONFIG_NO_APPENDFSYNC_ON_REWRITE),
    WORD("appendfsync", CONFIG_APPENDFSYNC, "argument must be 'no', 'always' or 'everysec'"),
    NUMBER("auto-aof-rewrite-percentage", CONFIG_AUTO_AOF_REWRITE_PERCENTAGE, 0, INT_MAX, "Invalid negative percentage for AOF auto rewrite"),
    SIZE("auto-aof-rewrite-min-size", CONFIG_AUTO_AOF_REWRITE_MIN_SIZE, 0, NULL),
    SWITCH("aof-rewrite-incremental-fsync", CONFIG_AOF_REWRITE_INCREMENTAL_FSYNC),
    SWITCH("aof-load-truncated", CONFIG_AOF_LOAD_TRUNCATED),
    SWITCH("aof-enqueue-jobs-once", CONFIG_AOF_ENQUEUE_JOBS_ONCE),
    TEXT("requirepass", CONFIG_REQUIREPASS, read_password, "Password is longer than CONFIG_AUTHPASS_MAX_LEN"),
    TEXT("pidfile", CONFIG_PIDFILE, read_text, NULL),
    TEXT("cluster-config-file", CONFIG_CLUSTER_CONFIG_FILE, read_text, NULL),
    NUMBER("cluster-node-timeout", CONFIG_CLUSTER_NODE_TIMEOUT, 1, INT_MAX, "cluster node timeout must be 1 or greater"),
    NUMBER("slowlog-log-slower-than", CONFIG_SLOWLOG_LOG_SLOWER_THAN, INT64_MIN, INT64_MAX, NULL),
    NUMBER("latency-monitor-threshold", CONFIG_LATENCY_MONITOR_THRESHOLD, 0, INT64_MAX, "The latency threshold can't be negative"),
    NUMBER("slowlog-max-len", CONFIG_SLOWLOG_MAX_LEN, INT64_MIN, INT64_MAX, NULL),
    {"client-output-buffer-limit", CONFIG_CLIENT_OUTPUT_BUFFER_LIMIT, 5, read_limit, write_plain, "Unrecognized client limit class", 0, 0},
};
/* clang-format on */

const struct directive *directive_find(struct bytes word)
{
    for (size_t i = 0; i < ARRAY_LEN(directives); i++)
        if (bytes_is_word(word, directives[i].word))
            return &directives[i];
    return NULL;
}

size_t directive_count(void)
{
    return ARRAY_LEN(directives);
}

const struct directive *directive_at(size_t index)
{
    return &directives[index];
}

size_t directive_index(const struct directive *directive)
{
    return (size_t)(directive - directives);
}
