/* SPDX-License-Identifier: MIT */
/* The table of parameters: what each may be, and what it is at first (§3.1). */
#include "mockd/node/config.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>

enum { WORDS_MAX = 4 };

#define NODE_TIMEOUT_MAX_MS (INT64_MAX / 4000) /* twice that, in microseconds, is still a time */

struct parameter {
    const char *word;
    /* Reads a value; NULL: it is a text. */
    bool (*parse)(const struct parameter *parameter, const struct config *config, struct bytes text,
                  int64_t *number);
    /* Sets a text; NULL, as with all that is_fixed: CONFIG SET does not know it. */
    enum config_result (*set)(struct config *config, struct bytes text);
    bool is_fixed;
    int64_t number;   /* at first */
    const char *text; /* the same, of a text */
    int64_t min;
    int64_t max;
    const char *words[WORDS_MAX]; /* one of which it is */
};

static bool parse_number(const struct parameter *parameter, const struct config *config, struct bytes text,
                         int64_t *number)
{
    (void)config;
    return bytes_to_integer(text, number) && *number >= parameter->min && *number <= parameter->max;
}

/* What Disque looks at as 64 bits, and keeps in fewer. */
static bool parse_int(const struct parameter *parameter, const struct config *config, struct bytes text,
                      int64_t *number)
{
    if (!parse_number(parameter, config, text, number))
        return false;
    *number = (int32_t)*number;
    return true;
}

static bool parse_unsigned(const struct parameter *parameter, const struct config *config, struct bytes text,
                           int64_t *number)
{
    if (!parse_number(parameter, config, text, number))
        return false;
    *number = (uint32_t)*number;
    return true;
}

static bool parse_hz(const struct parameter *parameter, const struct config *config, struct bytes text,
                     int64_t *number)
{
    if (!parse_int(parameter, config, text, number))
        return false;
    *number = *number < CONFIG_HZ_MIN ? CONFIG_HZ_MIN : *number > CONFIG_HZ_MAX ? CONFIG_HZ_MAX : *number;
    return true;
}

/* The watchdog is off, or looks at the main timer no more often than at every other tick. */
static bool parse_watchdog_period(const struct parameter *parameter, const struct config *config,
                                  struct bytes text, int64_t *number)
{
    int64_t least_ms = 1000 / config_number(config, CONFIG_HZ) * 2;

    if (!parse_number(parameter, config, text, number))
        return false;
    if (*number != 0)
        *number = (int32_t)*number < least_ms ? least_ms : (int32_t)*number;
    return true;
}

/* Either may be missing. */
bool config_read_size(struct bytes text, int64_t *bytes)
{
    static const struct {
        const char *unit;
        int64_t bytes;
    } units[] = {
        {"", 1},        {"b", 1},        {"k", 1000},       {"kb", 1 << 10},
        {"m", 1000000}, {"mb", 1 << 20}, {"g", 1000000000}, {"gb", 1 << 30},
    };
    size_t digits = 0;

    while (digits < text.size && isdigit((unsigned char)text.data[digits]))
        digits++;
    if (!bytes_to_integer((struct bytes){text.data, digits}, bytes))
        *bytes = INT64_MAX; /* strtoll stops there, and nobody asks it */
    text = (struct bytes){text.data + digits, text.size - digits};
    for (size_t i = 0; i < ARRAY_LEN(units); i++)
        if (bytes_is_word(text, units[i].unit))
            return !__builtin_mul_overflow(*bytes, units[i].bytes, bytes);
    return false;
}

static bool parse_size(const struct parameter *parameter, const struct config *config, struct bytes text,
                       int64_t *number)
{
    (void)config;
    return config_read_size(text, number) && *number <= parameter->max;
}

static bool parse_word(const struct parameter *parameter, const struct config *config, struct bytes text,
                       int64_t *number)
{
    (void)config;
    for (*number = 0; *number < WORDS_MAX && parameter->words[*number] != NULL; ++*number)
        if (bytes_is_word(text, parameter->words[*number]))
            return true;
    return false;
}

void config_put_text(struct config *config, enum config_name name, struct bytes text)
{
    config->texts[name].size = 0;
    buffer_add(&config->texts[name], text.data, text.size);
}

static enum config_result set_password(struct config *config, struct bytes text)
{
    if (text.size > CONFIG_PASSWORD_MAX)
        return CONFIG_INVALID;
    config_put_text(config, CONFIG_REQUIREPASS, text);
    return CONFIG_DONE;
}

/* Only looks whether it could go there: the process is shared. */
int config_put_directory(struct config *config, struct bytes path)
{
    struct buffer text = {0};
    char *resolved = NULL;

    if (path.size == 0)
        return ENOENT;
    if (path.data[0] != '/')
        buffer_printf(&text, "%.*s/", BYTES_ARG(config_text(config, CONFIG_DIR)));
    /* The dot has the system say whether it is a directory that may be entered. */
    buffer_printf(&text, "%.*s/.", BYTES_ARG(path));
    resolved = realpath(text.data, NULL);
    buffer_fini(&text);
    if (resolved == NULL)
        return errno;
    config_put_text(config, CONFIG_DIR, bytes_of(resolved));
    free(resolved);
    return 0;
}

static enum config_result set_directory(struct config *config, struct bytes text)
{
    errno = config_put_directory(config, text);
    return errno == 0 ? CONFIG_DONE : CONFIG_NO_DIRECTORY;
}

/* What is left of a line whose words are told apart by single blanks: behind a last blank is one more. */
struct words {
    struct bytes line;
    bool has_more;
};

static bool next_word(struct words *words, struct bytes *word)
{
    if (!words->has_more)
        return false;
    words->has_more = bytes_cut_at(&words->line, ' ', word);
    return true;
}

static bool read_limit(struct words *words, int64_t *limit)
{
    struct bytes word;

    return next_word(words, &word) && bytes_to_integer(word, limit) && *limit >= 0;
}

void config_put_limit(struct config *config, struct output_limit limit)
{
    struct buffer *shown = &config->texts[CONFIG_CLIENT_OUTPUT_BUFFER_LIMIT];

    config->output_limit = limit;
    shown->size = 0;
    buffer_printf(shown, "normal %" PRIu64 " %" PRIu64 " %" PRId64, limit.hard_bytes, limit.soft_bytes,
                  limit.soft_s);
}

/* Classes with three numbers each, of which the last ones count. There is one class. */
static enum config_result set_output_limit(struct config *config, struct bytes text)
{
    struct words words = {text, text.size > 0};
    int64_t hard, soft, seconds;
    struct bytes word;

    while (next_word(&words, &word))
        if (!bytes_is_word(word, "normal") || !read_limit(&words, &hard) || !read_limit(&words, &soft) ||
            !read_limit(&words, &seconds))
            return CONFIG_INVALID;
    if (text.size > 0)
        config_put_limit(config, (struct output_limit){(uint64_t)hard, (uint64_t)soft, seconds});
    return CONFIG_DONE;
}

/* clang-format off */
#define NUMBER(word, number, min, max) {word, parse_number, NULL, false, number, NULL, min, max, {NULL}}
#define INT(word, number, min)         {word, parse_int, NULL, false, number, NULL, min, INT64_MAX, {NULL}}
#define SIZE(word, number)             {word, parse_size, NULL, false, number, NULL, 0, INT64_MAX, {NULL}}
#define WORDS(word, number, ...)       {word, parse_word, NULL, false, number, NULL, 0, 0, {__VA_ARGS__}}
#define SWITCH(word, number)           WORDS(word, number, "no", "yes")
#define TEXT(word, set, text)          {word, NULL, set, false, 0, text, 0, 0, {NULL}}
#define FIXED_NUMBER(word, number)     {word, parse_number, NULL, true, number, NULL, 0, 0, {NULL}}
#define FIXED_SWITCH(word, number)     {word, parse_word, NULL, true, number, NULL, 0, 0, {"no", "yes"}}
#define FIXED_TEXT(word, text)         {word, NULL, NULL, true, 0, text, 0, 0, {NULL}}

static const struct parameter parameters[] = {
    [CONFIG_REQUIREPASS]                   = TEXT("requirepass", set_password, ""),
    [CONFIG_UNIXSOCKET]                    = FIXED_TEXT("unixsocket", ""),
    [CONFIG_LOGFILE]                       = FIXED_TEXT("logfile", ""),
    [CONFIG_PIDFILE]                       = FIXED_TEXT("pidfile", ""),
    [CONFIG_MAXMEMORY]                     = SIZE("maxmemory", 1 << 30),
    [CONFIG_MAXMEMORY_SAMPLES]             = INT("maxmemory-samples", 5, 1),
    [CONFIG_TIMEOUT]                       = INT("timeout", 0, 0),
    [CONFIG_AUTO_AOF_REWRITE_PERCENTAGE]   = INT("auto-aof-rewrite-percentage", 100, 0),
    [CONFIG_AUTO_AOF_REWRITE_MIN_SIZE]     = NUMBER("auto-aof-rewrite-min-size", 64 << 20, 0, INT64_MAX),
    [CONFIG_SLOWLOG_LOG_SLOWER_THAN]       = NUMBER("slowlog-log-slower-than", 10000, 0, INT64_MAX),
    [CONFIG_LATENCY_MONITOR_THRESHOLD]     = NUMBER("latency-monitor-threshold", 0, 0, INT64_MAX),
    [CONFIG_SLOWLOG_MAX_LEN]               = {"slowlog-max-len", parse_unsigned, NULL, false, 128, NULL, 0, INT64_MAX, {NULL}},
    [CONFIG_PORT]                          = FIXED_NUMBER("port", 7711),
    [CONFIG_TCP_BACKLOG]                   = FIXED_NUMBER("tcp-backlog", 511),
    [CONFIG_DATABASES]                     = FIXED_NUMBER("databases", 16),
    [CONFIG_MAXCLIENTS]                    = NUMBER("maxclients", 10000, 1, INT_MAX),
    [CONFIG_WATCHDOG_PERIOD]               = {"watchdog-period", parse_watchdog_period, NULL, false, 0, NULL, 0, INT64_MAX, {NULL}},
    [CONFIG_HZ]                            = {"hz", parse_hz, NULL, false, 10, NULL, 0, INT64_MAX, {NULL}},
    [CONFIG_CLUSTER_NODE_TIMEOUT]          = NUMBER("cluster-node-timeout", 15000, 0, NODE_TIMEOUT_MAX_MS),
    [CONFIG_TCP_KEEPALIVE]                 = INT("tcp-keepalive", 0, 0),
    [CONFIG_NO_APPENDFSYNC_ON_REWRITE]     = FIXED_SWITCH("no-appendfsync-on-rewrite", 0),
    [CONFIG_DAEMONIZE]                     = FIXED_SWITCH("daemonize", 0),
    [CONFIG_ACTIVEREHASHING]               = SWITCH("activerehashing", 1),
    [CONFIG_AOF_REWRITE_INCREMENTAL_FSYNC] = SWITCH("aof-rewrite-incremental-fsync", 1),
    [CONFIG_AOF_LOAD_TRUNCATED]            = SWITCH("aof-load-truncated", 1),
    [CONFIG_AOF_ENQUEUE_JOBS_ONCE]         = SWITCH("aof-enqueue-jobs-once", 0),
    [CONFIG_MAXMEMORY_POLICY]              = WORDS("maxmemory-policy", EVICT_ACKS, "acks", "noeviction"),
    [CONFIG_LOGLEVEL]                      = WORDS("loglevel", 2, "debug", "verbose", "notice", "warning"),
    [CONFIG_APPENDFSYNC]                   = WORDS("appendfsync", 0, "everysec", "always", "no"),
    [CONFIG_SYSLOG_FACILITY]               = FIXED_TEXT("syslog-facility", "local0"),
    [CONFIG_APPENDONLY]                    = SWITCH("appendonly", 0),
    [CONFIG_DIR]                           = TEXT("dir", set_directory, "/"),
    [CONFIG_CLIENT_OUTPUT_BUFFER_LIMIT]    = TEXT("client-output-buffer-limit", set_output_limit, "normal 0 0 0"),
    [CONFIG_UNIXSOCKETPERM]                = FIXED_NUMBER("unixsocketperm", 0),
    [CONFIG_BIND]                          = FIXED_TEXT("bind", ""),
    [CONFIG_CLUSTER_CONFIG_FILE]           = FIXED_TEXT("cluster-config-file", "nodes.conf"),
    [CONFIG_APPENDFILENAME]                = FIXED_TEXT("appendfilename", "disque.aof"),
    [CONFIG_SYSLOG_ENABLED]                = FIXED_SWITCH("syslog-enabled", 0),
    [CONFIG_SYSLOG_IDENT]                  = FIXED_TEXT("syslog-ident", "disque"),
};
/* clang-format on */

static_assert(ARRAY_LEN(parameters) == CONFIG_COUNT, "every parameter has a row");

void config_init(struct config *config)
{
    *config = (struct config){0};
    for (enum config_name name = 0; name < CONFIG_COUNT; name++) {
        config->numbers[name] = parameters[name].number;
        if (parameters[name].text != NULL)
            config_put_text(config, name, bytes_of(parameters[name].text));
    }
}

void config_fini(struct config *config)
{
    for (enum config_name name = 0; name < CONFIG_COUNT; name++)
        buffer_fini(&config->texts[name]);
    buffer_fini(&config->renames);
}

int64_t config_number(const struct config *config, enum config_name name)
{
    return config->numbers[name];
}

struct bytes config_text(const struct config *config, enum config_name name)
{
    return (struct bytes){config->texts[name].data, config->texts[name].size};
}

void config_put_number(struct config *config, enum config_name name, int64_t number)
{
    config->numbers[name] = number;
}

bool config_put_word(struct config *config, enum config_name name, struct bytes word)
{
    int64_t number;
    bool is_there = parse_word(&parameters[name], config, word, &number);

    if (is_there)
        config->numbers[name] = number;
    return is_there;
}

enum config_result config_set(struct config *config, struct bytes word, struct bytes value)
{
    enum config_name name = 0;
    int64_t number;

    while (name < CONFIG_COUNT && !bytes_is_word(word, parameters[name].word))
        name++;
    if (name == CONFIG_COUNT || parameters[name].is_fixed)
        return CONFIG_UNSUPPORTED;
    value = bytes_until_nul(value);
    if (parameters[name].parse == NULL)
        return parameters[name].set(config, value);
    if (!parameters[name].parse(&parameters[name], config, value, &number))
        return CONFIG_INVALID;
    config->numbers[name] = number;
    return CONFIG_DONE;
}

bool config_would_take(struct bytes lines)
{
    struct config config;
    bool is_good = true;

    config_init(&config);
    while (lines.size > 0 && is_good) {
        struct bytes value = bytes_cut(&lines, '\n');
        struct bytes name = bytes_cut(&value, ' ');

        is_good = config_set(&config, name, value) == CONFIG_DONE;
    }
    config_fini(&config);
    return is_good;
}

const char *config_word(enum config_name name)
{
    return parameters[name].word;
}

void config_show(const struct config *config, enum config_name name, struct buffer *out)
{
    const struct parameter *parameter = &parameters[name];

    if (parameter->parse == NULL)
        buffer_add(out, config->texts[name].data, config->texts[name].size);
    else if (parameter->parse == parse_word)
        buffer_add_text(out, parameter->words[config->numbers[name]]);
    else
        buffer_printf(out, name == CONFIG_UNIXSOCKETPERM ? "%" PRIo64 : "%" PRId64, config->numbers[name]);
}
