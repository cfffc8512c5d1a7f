/* SPDX-License-Identifier: MIT */
#include "mockd/node/config_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

struct world {
    struct config config;
    struct config_flaw flaw;
    struct buffer text;
};

static int set_up(void **state)
{
    struct world *world = calloc(1, sizeof(*world));

    config_init(&world->config);
    *state = world;
    return 0;
}

static int tear_down(void **state)
{
    struct world *world = *state;

    config_fini(&world->config);
    buffer_fini(&world->text);
    free(world);
    return 0;
}

static bool is_command(struct bytes name)
{
    return bytes_is_word(name, "ping") || bytes_is_word(name, "qlen");
}

static bool reads(struct world *world, const char *text)
{
    return config_file_read(&world->config, bytes_of(text), is_command, &world->flaw);
}

static const char *shown(struct world *world, enum config_name name)
{
    world->text.size = 0;
    config_show(&world->config, name, &world->text);
    buffer_add(&world->text, "", 1);
    return world->text.data;
}

static const char *rewritten(struct world *world, const char *old)
{
    world->text.size = 0;
    config_file_rewrite(&world->config, bytes_of(old), &world->text);
    buffer_add(&world->text, "", 1);
    return world->text.data;
}

static void a_directive_sets_a_parameter(void **state)
{
    static const struct {
        const char *line;
        enum config_name name;
        const char *shown;
    } rows[] = {
        {"timeout 30", CONFIG_TIMEOUT, "30"},
        {"PORT 7712", CONFIG_PORT, "7712"},
        {"port none", CONFIG_PORT, "0"},
        {"bind 127.0.0.1 10.0.0.1", CONFIG_BIND, "127.0.0.1 10.0.0.1"},
        {"unixsocket \"/tmp/a b\"", CONFIG_UNIXSOCKET, "/tmp/a b"},
        {"unixsocketperm 700", CONFIG_UNIXSOCKETPERM, "700"},
        {"loglevel VERBOSE", CONFIG_LOGLEVEL, "verbose"},
        {"syslog-facility local7", CONFIG_SYSLOG_FACILITY, "local7"},
        {"maxmemory 2mb", CONFIG_MAXMEMORY, "2097152"},
        {"hz 1000", CONFIG_HZ, "500"},
        {"hz 0", CONFIG_HZ, "1"},
        {"appendonly Yes", CONFIG_APPENDONLY, "yes"},
        {"appendfilename jobs.aof", CONFIG_APPENDFILENAME, "jobs.aof"},
        {"auto-aof-rewrite-min-size nonsense", CONFIG_AUTO_AOF_REWRITE_MIN_SIZE, "0"},
        {"slowlog-log-slower-than -1", CONFIG_SLOWLOG_LOG_SLOWER_THAN, "-1"},
        {"requirepass 'a b'", CONFIG_REQUIREPASS, "a b"},
        {"client-output-buffer-limit normal 1kb 512 60", CONFIG_CLIENT_OUTPUT_BUFFER_LIMIT,
         "normal 1024 512 60"},
        {"client-output-buffer-limit normal x y 1", CONFIG_CLIENT_OUTPUT_BUFFER_LIMIT, "normal 0 0 1"},
        {"dir /tmp", CONFIG_DIR, "/tmp"},
        {"dir ../tmp", CONFIG_DIR, "/tmp"},
    };
    struct world *world = *state;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        assert_true(reads(world, rows[i].line));
        assert_string_equal(shown(world, rows[i].name), rows[i].shown);
    }
}

static void comments_and_blanks_say_nothing(void **state)
{
    struct world *world = *state;

    assert_true(reads(world, "# port x y\n\n \t\r\n   timeout 5\t\r\n#"));

    assert_string_equal(shown(world, CONFIG_TIMEOUT), "5");
}

static void the_last_one_counts(void **state)
{
    struct world *world = *state;

    assert_true(reads(world, "timeout 5\ntimeout 6"));

    assert_string_equal(shown(world, CONFIG_TIMEOUT), "6");
}

static void what_is_wrong_is_said_as_the_server_says_it(void **state)
{
    static const struct {
        const char *line;
        const char *text;
    } rows[] = {
        {"frob 1", "Bad directive or wrong number of arguments"},
        {"port", "Bad directive or wrong number of arguments"},
        {"port 1 2", "Bad directive or wrong number of arguments"},
        {"bind", "Bad directive or wrong number of arguments"},
        {"requirepass \"a", "Unbalanced quotes in configuration line"},
        {"timeout -1", "Invalid timeout value"},
        {"tcp-keepalive -1", "Invalid tcp-keepalive value"},
        {"port 65536", "Invalid port"},
        {"tcp-backlog -1", "Invalid backlog value"},
        {"unixsocketperm 1000", "Invalid socket file permissions"},
        {"loglevel loud", "Invalid log level. Must be one of debug, verbose, notice, warning"},
        {"syslog-facility local8", "Invalid log facility. Must be one of USER or between LOCAL0-LOCAL7"},
        {"maxclients 0", "Invalid max clients limit"},
        {"maxmemory 0", "Invalid maxmemory value"},
        {"maxmemory-policy lru", "Invalid maxmemory policy"},
        {"maxmemory-samples 0", "maxmemory-samples must be 1 or greater"},
        {"appendonly maybe", "argument must be 'yes' or 'no'"},
        {"appendfilename a/b", "appendfilename can't be a path, just a filename"},
        {"appendfsync often", "argument must be 'no', 'always' or 'everysec'"},
        {"auto-aof-rewrite-percentage -1", "Invalid negative percentage for AOF auto rewrite"},
        {"cluster-node-timeout 0", "cluster node timeout must be 1 or greater"},
        {"latency-monitor-threshold -1", "The latency threshold can't be negative"},
        {"client-output-buffer-limit slave 0 0 0", "Unrecognized client limit class"},
        {"client-output-buffer-limit normal 0 0 -1", "Negative number of seconds in soft limit is invalid"},
        {"rename-command frob x", "No such command in rename-command"},
        {"rename-command ping qlen", "Target command name already exists"},
    };
    struct world *world = *state;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char text[128];

        snprintf(text, sizeof(text), "# a\n\n  %s \nhz 1", rows[i].line);
        assert_false(reads(world, text));
        assert_int_equal(world->flaw.line, 3);
        assert_string_equal(world->flaw.shown, rows[i].line);
        assert_string_equal(world->flaw.text, rows[i].text);
    }
}

static void a_password_has_a_limit(void **state)
{
    struct world *world = *state;
    char line[600];

    snprintf(line, sizeof(line), "requirepass %0513d", 0);

    assert_false(reads(world, line));
    assert_string_equal(world->flaw.text, "Password is longer than CONFIG_AUTHPASS_MAX_LEN");
}

static void too_many_words_are_no_directive(void **state)
{
    struct world *world = *state;
    char line[512];

    snprintf(line, sizeof(line), "bind%0200d", 0);
    for (size_t i = 4; line[i] != '\0'; i += 2)
        line[i] = ' ';

    assert_false(reads(world, line));
    assert_string_equal(world->flaw.text, "Bad directive or wrong number of arguments");
}

static void directories_and_files_that_are_not_there_are_named(void **state)
{
    struct world *world = *state;

    assert_false(reads(world, "dir /no/such"));
    assert_int_equal(world->flaw.line, 0);
    assert_string_equal(world->flaw.text, "Can't chdir to '/no/such': No such file or directory");
    assert_false(reads(world, "dir \"\""));
    assert_false(reads(world, "include /no/such"));
    assert_int_equal(world->flaw.line, 0);
    assert_string_equal(world->flaw.text, "Fatal error, can't open config file '/no/such'");
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void another_file_is_read_in_between(void **state)
{
    struct world *world = *state;
    char path[] = "/tmp/mockd-config-XXXXXX", text[128];
    int fd = mkstemp(path);

    assert_true(fd >= 0);
    close(fd);
    write_file(path, "timeout 7\nhz 20");
    snprintf(text, sizeof(text), "hz 30\ndir /tmp\ninclude %s\ntimeout 8\n", path + strlen("/tmp/"));
    assert_true(reads(world, text));
    assert_string_equal(shown(world, CONFIG_TIMEOUT), "8");
    assert_string_equal(shown(world, CONFIG_HZ), "20");

    write_file(path, "\nfrob\n");
    assert_false(reads(world, text));
    assert_int_equal(world->flaw.line, 2);
    assert_string_equal(world->flaw.shown, "frob");
    unlink(path);
}

static void a_file_that_includes_itself_is_an_error(void **state)
{
    struct world *world = *state;
    char path[] = "/tmp/mockd-config-XXXXXX", text[128];
    int fd = mkstemp(path);

    assert_true(fd >= 0);
    close(fd);
    snprintf(text, sizeof(text), "include %s", path);
    write_file(path, text);

    assert_false(reads(world, text));
    unlink(path);
}

static void a_rewrite_keeps_what_the_file_has(void **state)
{
    struct world *world = *state;

    assert_true(reads(world, "# mine\nmaxmemory 2mb\n\n\n\nrename-command ping pong\ntimeout\t5\nhz 10"));
    config_put_number(&world->config, CONFIG_TIMEOUT, 6);

    assert_string_equal(
        rewritten(world, "# mine\nmaxmemory 2mb\n\n\n\nrename-command ping pong\ntimeout\t5\nhz 10"),
        "# mine\nmaxmemory 2mb\n\nrename-command ping pong\ntimeout 6\nhz 10\n");
}

static void a_rewrite_appends_what_has_changed(void **state)
{
    struct world *world = *state;

    assert_true(reads(world, "timeout 5\nmaxmemory 3kb\nauto-aof-rewrite-min-size 0\nunixsocketperm 755\n"
                             "maxclients 7\nrequirepass \"a\\n\"\nappendonly yes\n"
                             "client-output-buffer-limit normal 5 6 7"));

    assert_string_equal(rewritten(world, "timeout 0"), "timeout 5\n"
                                                       "# Generated by CONFIG REWRITE\n"
                                                       "unixsocketperm 755\n"
                                                       "maxclients 7\n"
                                                       "maxmemory 3kb\n"
                                                       "appendonly yes\n"
                                                       "auto-aof-rewrite-min-size 0\n"
                                                       "requirepass \"a\\n\"\n"
                                                       "client-output-buffer-limit normal 5 6 7\n");
}

static void a_rewrite_says_nothing_twice(void **state)
{
    struct world *world = *state;

    assert_true(reads(world, "timeout 5\ntimeout 6\nhz 20"));

    assert_string_equal(rewritten(world, "timeout 5\ntimeout 6\n# Generated by CONFIG REWRITE\n"),
                        "timeout 6\n\n# Generated by CONFIG REWRITE\nhz 20\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_directive_sets_a_parameter, set_up, tear_down),
        cmocka_unit_test_setup_teardown(comments_and_blanks_say_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_last_one_counts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_wrong_is_said_as_the_server_says_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_password_has_a_limit, set_up, tear_down),
        cmocka_unit_test_setup_teardown(too_many_words_are_no_directive, set_up, tear_down),
        cmocka_unit_test_setup_teardown(directories_and_files_that_are_not_there_are_named, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(another_file_is_read_in_between, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_file_that_includes_itself_is_an_error, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_rewrite_keeps_what_the_file_has, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_rewrite_appends_what_has_changed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_rewrite_says_nothing_twice, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
