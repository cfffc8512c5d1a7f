/* SPDX-License-Identifier: MIT */
#include "scenarios/runner/files.h"
#include "scenarios/runner/options.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define ARGS_MAX 10

/* Parses a command line; the error, or "" if there was none. */
static const char *parse(struct options *options, char **argv, const char *const *words, struct text *error)
{
    int argc = 0;

    argv[argc++] = (char *)(uintptr_t) "scn";
    while (words[argc - 1] != NULL) {
        argv[argc] = (char *)(uintptr_t)words[argc - 1];
        argc++;
    }
    error->size = 0;
    return options_parse(options, argc, argv, error) ? "" : error->data;
}

#define PARSE(...) parse(&options, argv, (const char *const[ARGS_MAX]){__VA_ARGS__}, &error)

static void options_and_files_may_mix(void **state)
{
    struct options options;
    struct text error = {0};
    char *argv[ARGS_MAX + 1];

    (void)state;
    assert_string_equal(PARSE("run", "a.scn", "--seed", "12", "--format=tap", "b", "--", "--c"), "");

    assert_int_equal(options.verb, VERB_RUN);
    assert_true(options.has_seed);
    assert_int_equal(options.seed, 12);
    assert_int_equal(options.format, REPORT_TAP);
    assert_int_equal(options.file_count, 3);
    assert_string_equal(options.files[0], "a.scn");
    assert_string_equal(options.files[1], "b");
    assert_string_equal(options.files[2], "--c");
    assert_string_equal(PARSE("run", "a", "--target", "nonsense"),
                        "scn: --target needs HOST:PORT,..., not 'nonsense'");
    assert_string_equal(PARSE("run", "a", "--target", "h:1,"),
                        "scn: --target needs HOST:PORT,..., not 'h:1,'");
    text_fini(&error);
}

static void every_option_is_known(void **state)
{
    struct options options;
    struct text error = {0};
    char *argv[ARGS_MAX + 1];

    (void)state;
    assert_string_equal(PARSE("check", "a", "--target", "h:1,h:2", "--format", "plain"), "");
    assert_int_equal(options.verb, VERB_CHECK);
    assert_string_equal(options.target, "h:1,h:2");
    assert_string_equal(PARSE("run", "a", "--log", "file"), "");
    assert_string_equal(options.log, "file");
    assert_string_equal(PARSE("--help"), "");
    assert_int_equal(options.verb, VERB_HELP);
    assert_string_equal(PARSE("run", "--version"), "");
    assert_int_equal(options.verb, VERB_VERSION);
    text_fini(&error);
}

static void what_is_wrong_is_named(void **state)
{
    struct options options;
    struct text error = {0};
    char *argv[ARGS_MAX + 1];

    (void)state;
    assert_string_equal(PARSE(NULL), "scn: expected run or check; see scn --help");
    assert_string_equal(PARSE("walk"), "scn: neither run nor check: walk");
    assert_string_equal(PARSE("run"), "scn: no files");
    assert_string_equal(PARSE("run", "--what", "a"), "scn: unknown option: --what");
    assert_string_equal(PARSE("run", "--seeds", "a"), "scn: unknown option: --seeds");
    assert_string_equal(PARSE("run", "a", "--seed"), "scn: --seed needs a value");
    assert_string_equal(PARSE("run", "a", "--seed", "-1"), "scn: --seed needs N, not '-1'");
    assert_string_equal(PARSE("run", "a", "--seed=1x"), "scn: --seed needs N, not '1x'");
    assert_string_equal(PARSE("run", "a", "--format", "xml"), "scn: --format needs plain|tap, not 'xml'");
    assert_string_equal(PARSE("--help=me"), "scn: --help takes no value");
    assert_string_equal(PARSE("run", "a", "--log", "f", "--target", "h:1"),
                        "scn: --log tells what happens in process, not elsewhere");
    assert_string_equal(PARSE("run", "a", "--log", "f", "--spawn", "x"),
                        "scn: --log tells what happens in process, not elsewhere");
    assert_string_equal(PARSE("run", "a", "--sockets", "--target", "h:1"),
                        "scn: --sockets is for what runs in process, not elsewhere");
    assert_string_equal(PARSE("run", "a", "--target", "h:1", "--spawn", "x"),
                        "scn: either --target or --spawn");
    assert_string_equal(PARSE("run", "a", "--spawn="), "scn: --spawn needs COMMAND, not ''");
    text_fini(&error);
}

static void the_help_names_every_option_and_step(void **state)
{
    char *help = NULL;
    size_t size;
    FILE *out = open_memstream(&help, &size);

    (void)state;
    options_help(out);
    fclose(out);

    assert_non_null(strstr(help, "\n  --seed N "));
    assert_non_null(strstr(help, "\n  --version "));
    assert_non_null(strstr(help, "\n  NODE[.CONN]> COMMAND ARG ..."));
    assert_non_null(strstr(help, "\n  repeat N [as NAME]\n"));
    free(help);
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void a_folder_gives_its_scenarios_sorted(void **state)
{
    char folder[] = "/tmp/test_options.XXXXXX";
    struct files files = {0};

    (void)state;
    assert_non_null(mkdtemp(folder));
    assert_int_equal(chdir(folder), 0);
    assert_int_equal(mkdir("b", 0755), 0);
    write_file("c.scn", "");
    write_file("a.scn", "");
    write_file("b/d.scn", "text");
    write_file("b/notes.txt", "");
    write_file("b/.hidden.scn", "");
    assert_int_equal(symlink("..", "b/loop"), 0);

    assert_int_equal(files_add(&files, "."), 0);
    assert_int_equal(files_add(&files, "b/notes.txt"), 0);
    assert_int_equal(files_add(&files, "nowhere"), ENOENT);
    assert_int_equal(files.count, 4);
    assert_string_equal(files.paths[0], "./a.scn");
    assert_string_equal(files.paths[1], "./b/d.scn");
    assert_string_equal(files.paths[2], "./c.scn");
    assert_string_equal(files.paths[3], "b/notes.txt");
    files_fini(&files);

    assert_int_equal(unlink("b/loop") | unlink("b/d.scn") | unlink("b/notes.txt") | unlink("b/.hidden.scn"),
                     0);
    assert_int_equal(unlink("a.scn") | unlink("c.scn") | rmdir("b") | chdir("/") | rmdir(folder), 0);
}

static void a_file_is_read_as_a_whole(void **state)
{
    struct text content = {0};

    (void)state;
    assert_int_equal(file_read("/dev/null", &content), 0);
    assert_int_equal(content.size, 0);
    assert_int_equal(file_read("/nowhere/at/all", &content), ENOENT);
    assert_int_equal(file_read("/", &content), EISDIR);
    text_fini(&content);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_and_files_may_mix),
        cmocka_unit_test(every_option_is_known),
        cmocka_unit_test(what_is_wrong_is_named),
        cmocka_unit_test(the_help_names_every_option_and_step),
        cmocka_unit_test(a_folder_gives_its_scenarios_sorted),
        cmocka_unit_test(a_file_is_read_as_a_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
