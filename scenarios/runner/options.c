/* SPDX-License-Identifier: MIT */
/* The command line. */
#include "scenarios/runner/options.h"

#include "mockd/mockd.h"
#include "scenarios/runner/steps.h"
#include "scenarios/runner/target.h"

#include <errno.h>
#include <stdlib.h>

static bool set_seed(struct options *options, const char *value)
{
    char *end;

    errno = 0;
    options->has_seed = true;
    options->seed = strtoull(value, &end, 10);
    return is_digit(value[0]) && *end == '\0' && errno == 0;
}

static bool set_format(struct options *options, const char *value)
{
    options->format = strcmp(value, "tap") == 0 ? REPORT_TAP : REPORT_PLAIN;
    return options->format == REPORT_TAP || strcmp(value, "plain") == 0;
}

static bool set_target(struct options *options, const char *value)
{
    options->target = value;
    return target_real_count(value) > 0;
}

static bool set_spawn(struct options *options, const char *value)
{
    options->spawn = value;
    return value[0] != '\0';
}

static bool set_log(struct options *options, const char *value)
{
    options->log = value;
    return value[0] != '\0';
}

static bool set_behaviours(struct options *options, const char *value)
{
    (void)value;
    options->shows_behaviours = true;
    return true;
}

static bool set_sockets(struct options *options, const char *value)
{
    (void)value;
    options->is_on_sockets = true;
    return true;
}

static bool set_help(struct options *options, const char *value)
{
    (void)value;
    options->verb = VERB_HELP;
    return true;
}

static bool set_version(struct options *options, const char *value)
{
    (void)value;
    options->verb = VERB_VERSION;
    return true;
}

/* clang-format off */
static const struct option {
    const char *name;
    const char *value; /* NULL: it takes none */
    bool (*set)(struct options *options, const char *value);
    const char *help;
} table[] = {
    {"--seed",    "N",             set_seed,    "the seed of all that is random, instead of the file's or 1"},
    {"--format",  "plain|tap",     set_format,  "how results are told (plain)"},
    {"--target",  "HOST:PORT,...", set_target,  "run on this cluster, not in process; its jobs are lost"},
    {"--spawn",   "COMMAND",       set_spawn,   "run on clusters that this serves, with {n} nodes from {port} on"},
    {"--log",     "FILE",          set_log,     "write every event of the clusters in process there"},
    {"--sockets", NULL,            set_sockets, "in process, connect by pairs of sockets rather than in memory"},
    {"--behaviours", NULL,         set_behaviours, "tell how many scenarios meet each behaviour of the cluster"},
    {"--help",    NULL,            set_help,    "print this"},
    {"--version", NULL,            set_version, "print the version"},
};
/* clang-format on */

/* The option that an argument begins with: `--name`, `--name=value`. */
static const struct option *find_option(const char *argument, const char **value)
{
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        size_t size = strlen(table[i].name);

        if (strncmp(argument, table[i].name, size) != 0 || (argument[size] != '\0' && argument[size] != '='))
            continue;
        *value = argument[size] == '=' ? argument + size + 1 : NULL;
        return &table[i];
    }
    return NULL;
}

static bool fail(struct text *error, const char *format, const char *what)
{
    text_add(error, slice_of("scn: "));
    text_printf(error, format, what); /* NOLINT: one of the literals below */
    return false;
}

/* Takes argv[*i], and its value if that is an argument of its own. */
static bool take_option(struct options *options, int argc, char **argv, int *i, struct text *error)
{
    const char *value;
    const struct option *option = find_option(argv[*i], &value);

    if (option == NULL)
        return fail(error, "unknown option: %s", argv[*i]);
    if (option->value == NULL && value != NULL)
        return fail(error, "%s takes no value", option->name);
    if (option->value != NULL && value == NULL) {
        if (*i + 1 == argc)
            return fail(error, "%s needs a value", option->name);
        value = argv[++*i];
    }
    if (option->set(options, value))
        return true;
    text_printf(error, "scn: %s needs %s, not '%s'", option->name, option->value, value);
    return false;
}

static enum verb verb_of(const char *word)
{
    if (strcmp(word, "run") == 0)
        return VERB_RUN;
    return strcmp(word, "check") == 0 ? VERB_CHECK : VERB_NONE;
}

bool options_parse(struct options *options, int argc, char **argv, struct text *error)
{
    bool only_files = false;

    *options = (struct options){.files = argv};
    for (int i = 1; i < argc; i++) {
        if (!only_files && strcmp(argv[i], "--") == 0) {
            only_files = true;
        } else if (!only_files && argv[i][0] == '-' && argv[i][1] != '\0') {
            if (!take_option(options, argc, argv, &i, error))
                return false;
        } else if (options->verb == VERB_NONE) {
            options->verb = verb_of(argv[i]);
            if (options->verb == VERB_NONE)
                return fail(error, "neither run nor check: %s", argv[i]);
        } else {
            options->files[options->file_count++] = argv[i];
        }
    }
    if (options->verb == VERB_NONE)
        return fail(error, "%s", "expected run or check; see scn --help");
    if (options->verb <= VERB_CHECK && options->file_count == 0)
        return fail(error, "%s", "no files");
    if (options->target != NULL && options->spawn != NULL)
        return fail(error, "%s", "either --target or --spawn");
    if (options->log != NULL && (options->target != NULL || options->spawn != NULL))
        return fail(error, "%s", "--log tells what happens in process, not elsewhere");
    if (options->is_on_sockets && (options->target != NULL || options->spawn != NULL))
        return fail(error, "%s", "--sockets is for what runs in process, not elsewhere");
    return true;
}

void options_help(FILE *out)
{
    size_t count;
    const struct step_kind *kinds = step_kinds(&count);

    fputs(
        "usage: scn run [OPTION ...] FILE|FOLDER ...\n"
        "       scn check FILE|FOLDER ...\n"
        "\n"
        "Runs scenarios (.scn), each on a Disque cluster of its own in this process and in virtual time;\n"
        "`check` only reads them. Exits with 0 if all passed, 1 if some failed, 2 if something could not be\n"
        "read or understood: then nothing was run.\n"
        "\n",
        out);
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        int width = fprintf(out, "  %s %s", table[i].name, table[i].value != NULL ? table[i].value : "");

        fprintf(out, "%*s%s\n", 28 - width, "", table[i].help);
    }
    fputs("\nThe steps of a scenario:\n\n", out);
    for (size_t i = 0; i < count; i++)
        if (kinds[i].usage != NULL)
            fprintf(out, "  %s\n", kinds[i].usage);
    for (int i = 0; mockd_step_usage(i) != NULL; i++)
        fprintf(out, "  %s\n", mockd_step_usage(i));
}
