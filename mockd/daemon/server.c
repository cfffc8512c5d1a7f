/* SPDX-License-Identifier: MIT */
/* What existing clients' test suites start. As the words of that command line are lines of the configuration
 * file, both are one text. */
#include "mockd/daemon/server.h"

#include "mockd/command/command.h"
#include "mockd/node/directive.h"
#include "mockd/sim/bytes.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define NAME "disque-server"

bool server_is(const char *program)
{
    const char *slash = strrchr(program, '/');

    return strcmp(slash != NULL ? slash + 1 : program, NAME) == 0;
}

static int show_version(void)
{
    puts("Disque server v=1.0-rc1 sha=00000000:0 malloc=libc bits=64 build=0000000000000000");
    return EXIT_SUCCESS;
}

static int show_usage(void)
{
    fputs("Usage: ./disque-server [/path/to/disque.conf] [options]\n"
          "       ./disque-server - (read config from stdin)\n"
          "       ./disque-server -v or --version\n"
          "       ./disque-server -h or --help\n"
          "\n"
          "Examples:\n"
          "       ./disque-server (run the server with default conf)\n"
          "       ./disque-server /etc/disque/7711.conf\n"
          "       ./disque-server --port 7777\n"
          "       ./disque-server /etc/mydisque.conf --loglevel verbose\n"
          "\n"
          "This one is mockd, and takes --nodes, --control, --clock and what else mockd --help lists, too.\n",
          stderr);
    return EXIT_FAILURE;
}

static const struct {
    const char *word;
    int (*show)(void);
} shows[] = {
    {"-v", show_version},
    {"--version", show_version},
    {"-h", show_usage},
    {"--help", show_usage},
};

static bool is_option(const char *word)
{
    return word[0] == '-' && word[1] == '-';
}

/* What both know is the server's. */
static bool is_ours(const char *word)
{
    return is_option(word) && directive_find(bytes_of(word + 2)) == NULL && settings_have_option(word);
}

static void add_word(struct buffer *words, const char *word)
{
    if (is_option(word)) {
        buffer_printf(words, "%s%s ", words->size > 0 ? "\n" : "", word + 2);
        return;
    }
    buffer_add_quoted(words, bytes_of(word), SIZE_MAX);
    buffer_printf(words, " ");
}

static bool read_words(struct server *server, struct settings *settings, char **words)
{
    int count = 1;

    for (; *words != NULL && count > 0; words += count) {
        count = is_ours(*words) ? settings_read_option(settings, words) : 1;
        if (!is_ours(*words))
            add_word(&server->words, *words);
    }
    return count > 0;
}

/* As text: what is behind a NUL is lost. */
static void read_stream(FILE *file, struct buffer *text)
{
    size_t size;

    while ((size = fread(buffer_reserve(text, BUFSIZ), 1, BUFSIZ, file)) > 0)
        text->size += size;
    buffer_add(text, "", 1);
    text->size = strlen(text->data);
}

/* "-" is standard input, to which nothing can be written later. */
static bool read_file(struct server *server, const char *name)
{
    FILE *file = strcmp(name, "-") == 0 ? stdin : fopen(name, "re");

    if (file == NULL) {
        fprintf(stderr, "Fatal error, can't open config file '%s'\n", name);
        return false;
    }
    read_stream(file, &server->file);
    if (file == stdin)
        return true;
    fclose(file);
    server->path = realpath(name, NULL);
    return true;
}

static bool is_command(struct bytes name)
{
    return command_find(name) != SIZE_MAX;
}

static bool complain(const struct config_flaw *flaw)
{
    if (flaw->line > 0)
        fprintf(stderr,
                "\n*** FATAL CONFIG FILE ERROR ***\nReading the configuration file, at line %d\n>>> '%s'\n",
                flaw->line, flaw->shown);
    fprintf(stderr, "%s\n", flaw->text);
    return false;
}

/* The words come behind an empty line at least: that is how their lines are counted. */
static bool read_config(struct server *server)
{
    struct buffer all = {0};
    struct config_flaw flaw;
    bool is_good;

    config_put_directory(&server->config, bytes_of(server->start));
    buffer_printf(&all, "%s\n%s", server->file.size > 0 ? server->file.data : "",
                  server->words.size > 0 ? server->words.data : "");
    is_good = config_file_read(&server->config, (struct bytes){all.data, all.size}, is_command, &flaw) ||
              complain(&flaw);
    buffer_fini(&all);
    return is_good;
}

int server_read(struct server *server, struct settings *settings, char **words)
{
    *server = (struct server){.start = getcwd(NULL, 0)};
    config_init(&server->config);
    for (size_t i = 0; words[0] != NULL && i < ARRAY_LEN(shows); i++)
        if (strcmp(words[0], shows[i].word) == 0)
            return shows[i].show();
    if (words[0] != NULL && !is_option(words[0]) && !read_file(server, *words++))
        return EXIT_FAILURE;
    return read_words(server, settings, words) && read_config(server) ? -1 : EXIT_FAILURE;
}

void server_fini(struct server *server)
{
    config_fini(&server->config);
    free(server->start);
    free(server->path);
    buffer_fini(&server->file);
    buffer_fini(&server->words);
    for (size_t i = 0; i < ARRAY_LEN(server->texts); i++)
        free(server->texts[i]);
}
