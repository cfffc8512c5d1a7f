/* SPDX-License-Identifier: MIT */
#ifndef MOCKD_NODE_CONFIG_H
#define MOCKD_NODE_CONFIG_H

#include "mockd/sim/bytes.h"

/* The parameters that CONFIG knows, in the order in which CONFIG GET * answers them (§3.1). */
enum config_name {
    CONFIG_REQUIREPASS,
    CONFIG_UNIXSOCKET,
    CONFIG_LOGFILE,
    CONFIG_PIDFILE,
    CONFIG_MAXMEMORY,
    CONFIG_MAXMEMORY_SAMPLES,
    CONFIG_TIMEOUT,
    CONFIG_AUTO_AOF_REWRITE_PERCENTAGE,
    CONFIG_AUTO_AOF_REWRITE_MIN_SIZE,
    CONFIG_SLOWLOG_LOG_SLOWER_THAN,
    CONFIG_LATENCY_MONITOR_THRESHOLD,
    CONFIG_SLOWLOG_MAX_LEN,
    CONFIG_PORT,
    CONFIG_TCP_BACKLOG,
    CONFIG_DATABASES,
    CONFIG_MAXCLIENTS,
    CONFIG_WATCHDOG_PERIOD,
    CONFIG_HZ,
    CONFIG_CLUSTER_NODE_TIMEOUT,
    CONFIG_TCP_KEEPALIVE,
    CONFIG_NO_APPENDFSYNC_ON_REWRITE,
    CONFIG_DAEMONIZE,
    CONFIG_ACTIVEREHASHING,
    CONFIG_AOF_REWRITE_INCREMENTAL_FSYNC,
    CONFIG_AOF_LOAD_TRUNCATED,
    CONFIG_AOF_ENQUEUE_JOBS_ONCE,
    CONFIG_MAXMEMORY_POLICY,
    CONFIG_LOGLEVEL,
    CONFIG_APPENDFSYNC,
    CONFIG_SYSLOG_FACILITY,
    CONFIG_APPENDONLY,
    CONFIG_DIR,
    CONFIG_CLIENT_OUTPUT_BUFFER_LIMIT,
    CONFIG_UNIXSOCKETPERM,
    CONFIG_BIND,
    CONFIG_SHOWN_COUNT,
    /* Of the configuration file only. */
    CONFIG_CLUSTER_CONFIG_FILE = CONFIG_SHOWN_COUNT,
    CONFIG_APPENDFILENAME,
    CONFIG_SYSLOG_ENABLED,
    CONFIG_SYSLOG_IDENT,
    CONFIG_COUNT,
};

/* What requirepass and hz may be, however they are set. */
enum { CONFIG_PASSWORD_MAX = 512, CONFIG_HZ_MIN = 1, CONFIG_HZ_MAX = 500 };

/* What maxmemory-policy is. */
enum eviction_policy { EVICT_ACKS, EVICT_NOTHING };

/* How much output may wait for a client to read it; 0: any amount. */
struct output_limit {
    uint64_t hard_bytes;
    uint64_t soft_bytes; /* for longer than soft_s */
    int64_t soft_s;
};

/* The parameters of one node. */
struct config {
    int64_t numbers[CONFIG_COUNT];     /* of those that are numbers or words of a list: the place in it */
    struct buffer texts[CONFIG_COUNT]; /* of the others */
    struct output_limit output_limit;  /* what client-output-buffer-limit says */
    struct buffer renames;             /* of commands, the last one first: old name, NUL, new name, NUL */
};

enum config_result {
    CONFIG_DONE,
    CONFIG_UNSUPPORTED,  /* no such parameter, or one that is only read */
    CONFIG_INVALID,      /* not a value of it */
    CONFIG_NO_DIRECTORY, /* dir is none that can be entered; errno says why */
};

/* All at their defaults. */
void config_init(struct config *config);
void config_fini(struct config *config);

int64_t config_number(const struct config *config, enum config_name name);
struct bytes config_text(const struct config *config, enum config_name name);

/* Set one, also of those that clients can only read. */
void config_put_number(struct config *config, enum config_name name, int64_t number);
void config_put_text(struct config *config, enum config_name name, struct bytes text);
void config_put_limit(struct config *config, struct output_limit limit);

/* One that is a word of a list, in any case. False if it is not in that list. */
bool config_put_word(struct config *config, enum config_name name, struct bytes word);

/* 0, or what errno says of this directory; one that is not absolute is in the one there was before. */
int config_put_directory(struct config *config, struct bytes path);

/* Reads digits and a unit, such as 100mb. */
bool config_read_size(struct bytes text, int64_t *bytes);

/* As CONFIG SET does: the parameter's name in any case. */
enum config_result config_set(struct config *config, struct bytes word, struct bytes value);

/* Are these lines of NAME VALUE, as CONFIG SET takes them? */
bool config_would_take(struct bytes lines);

/* "maxmemory" … */
const char *config_word(enum config_name name);

/* Appends the value as CONFIG GET shows it. */
void config_show(const struct config *config, enum config_name name, struct buffer *out);

#endif
