/* SPDX-License-Identifier: MIT */
/* reply-table LOG ERRORS: what the scenarios of an event log ask nodes and are answered, as a table in
 * Markdown. Fails if there is a command that none uses, an error of the list that none gets, or one that is
 * not in the list. The log is written by `scn run --log`. */
#include "mockd/command/command.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    LINE_MAX_SIZE = 4096,
    ROWS_MAX = 64,
    ERRORS_MAX = 128,
    REPLIES_MAX = 64,
    CLIENTS_MAX = 512,
    NAME_SIZE = 32
};

/* An error of the list. */
struct known_error {
    char text[256];
    bool is_never; /* answered by no node here */
    size_t scenarios;
    int last_scenario;
};

/* A command, or what else can be answered. */
struct row {
    char name[NAME_SIZE];
    bool is_command; /* that Disque's table has */
    size_t scenarios;
    int last_scenario;
    char replies[REPLIES_MAX][NAME_SIZE];
    size_t reply_count;
    bool errors[ERRORS_MAX];
};

/* A client of the present scenario, and what it asked last. */
struct asker {
    char name[NAME_SIZE];
    struct row *row;
};

struct table {
    struct row rows[ROWS_MAX];
    size_t row_count;
    struct known_error errors[ERRORS_MAX];
    size_t error_count;
    struct asker askers[CLIENTS_MAX];
    size_t asker_count;
    int scenario;
    size_t problems;
};

enum { ROW_NONE, ROW_UNKNOWN, ROW_QUIT }; /* before the commands */

static struct row *add_row(struct table *table, const char *name, bool is_command)
{
    struct row *row = &table->rows[table->row_count++];

    snprintf(row->name, sizeof(row->name), "%s", name);
    row->is_command = is_command;
    return row;
}

static void init(struct table *table)
{
    add_row(table, "(no command)", false);
    add_row(table, "(unknown)", false);
    add_row(table, "quit", false);
    for (size_t i = 0; i < command_count(); i++)
        add_row(table, command_name(i), true);
}

static bool read_errors(struct table *table, const char *path)
{
    FILE *file = fopen(path, "r");
    char line[LINE_MAX_SIZE];

    if (file == NULL)
        return false;
    while (fgets(line, sizeof(line), file) != NULL && table->error_count < ERRORS_MAX) {
        struct known_error *error = &table->errors[table->error_count];

        line[strcspn(line, "\n")] = '\0';
        if (line[0] == '#' || line[0] == '\0')
            continue;
        error->is_never = line[0] == '!';
        snprintf(error->text, sizeof(error->text), "%s", line + (error->is_never ? 2 : 0));
        table->error_count++;
    }
    fclose(file);
    return true;
}

/* Is this the text of the pattern, with anything where it has a star? */
static bool fits(const char *pattern, const char *text)
{
    const char *star = strchr(pattern, '*');
    size_t size = star != NULL ? (size_t)(star - pattern) : strlen(pattern) + 1;

    if (strncmp(pattern, text, size) != 0)
        return false;
    for (text += size; star != NULL; text++) {
        if (fits(star + 1, text))
            return true;
        if (*text == '\0')
            return false;
    }
    return true;
}

static void note_error(struct table *table, struct row *row, const char *text)
{
    for (size_t i = 0; i < table->error_count; i++) {
        struct known_error *error = &table->errors[i];

        if (!fits(error->text, text))
            continue;
        row->errors[i] = true;
        error->scenarios += error->last_scenario != table->scenario;
        error->last_scenario = table->scenario;
        return;
    }
    if (strcmp(row->name, "debug") == 0)
        return; /* DEBUG ERROR answers what it is told */
    printf("! not in the list: %s\n", text);
    table->problems++;
}

/* What a reply is, with what differs from run to run left out. */
static const char *kind_of(const char *reply)
{
    static const struct {
        const char *start;
        const char *kind;
    } kinds[] = {
        {"+D-", "+ID"},   {":", "integer"}, {"$-1", "nil"}, {"$", "bulk"},
        {"*-1", "nil[]"}, {"*0", "[]"},     {"*", "array"},
    };

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (strncmp(reply, kinds[i].start, strlen(kinds[i].start)) == 0)
            return kinds[i].kind;
    return reply;
}

static bool is_monitor_line(const char *reply)
{
    return reply[0] == '+' && reply[1] >= '0' && reply[1] <= '9';
}

static void note_reply(struct table *table, struct row *row, const char *reply)
{
    const char *kind = kind_of(reply);
    size_t i = 0;

    if (reply[0] == '-') {
        note_error(table, row, reply + 1);
        return;
    }
    if (is_monitor_line(reply))
        return;
    while (i < row->reply_count && strcmp(row->replies[i], kind) != 0)
        i++;
    if (i == row->reply_count && i < REPLIES_MAX)
        snprintf(row->replies[row->reply_count++], NAME_SIZE, "%s", kind);
}

static struct row *find_row(struct table *table, const char *request)
{
    char name[NAME_SIZE] = "";

    sscanf(request, "\"%31[^\"]\"", name);
    for (size_t i = ROW_QUIT; i < table->row_count; i++)
        if (strcasecmp(table->rows[i].name, name) == 0)
            return &table->rows[i];
    return &table->rows[ROW_UNKNOWN];
}

static struct asker *find_asker(struct table *table, const char *name)
{
    for (size_t i = 0; i < table->asker_count; i++)
        if (strcmp(table->askers[i].name, name) == 0)
            return &table->askers[i];
    if (table->asker_count == CLIENTS_MAX)
        return NULL;
    snprintf(table->askers[table->asker_count].name, NAME_SIZE, "%s", name);
    table->askers[table->asker_count].row = &table->rows[ROW_NONE];
    return &table->askers[table->asker_count++];
}

/* "# path" begins a scenario; "TIME A.3 > request" and "TIME A.3 < reply" are what counts in it, but for what
 * is answered by a fault in the node's place. */
static void read_line(struct table *table, const char *line)
{
    char client[NAME_SIZE], what[NAME_SIZE];
    struct asker *asker;
    int at = 0;

    if (line[0] == '#') {
        table->scenario++;
        table->asker_count = 0;
        return;
    }
    if (sscanf(line, "%*s %31s %31s %n", client, what, &at) != 2 || strchr(client, '.') == NULL ||
        (asker = find_asker(table, client)) == NULL)
        return;
    if (strcmp(what, "fault") == 0) {
        asker->row = NULL;
    } else if (strcmp(what, ">") == 0) {
        asker->row = find_row(table, line + at);
        asker->row->scenarios += asker->row->last_scenario != table->scenario;
        asker->row->last_scenario = table->scenario;
    } else if (strcmp(what, "<") == 0 && asker->row != NULL) {
        bool is_of_none = strncmp(line + at, "-ERR Protocol error", 19) == 0;

        note_reply(table, is_of_none ? &table->rows[ROW_NONE] : asker->row, line + at);
    }
}

static bool read_log(struct table *table, const char *path)
{
    FILE *file = fopen(path, "r");
    char line[LINE_MAX_SIZE];

    if (file == NULL)
        return false;
    while (fgets(line, sizeof(line), file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        read_line(table, line);
    }
    fclose(file);
    return true;
}

static void print_rows(struct table *table)
{
    puts("| command | scenarios | replies | errors |\n| --- | ---: | --- | ---: |");
    for (size_t i = 0; i < table->row_count; i++) {
        const struct row *row = &table->rows[i];
        size_t errors = 0;

        for (size_t k = 0; k < table->error_count; k++)
            errors += row->errors[k];
        printf("| %s | %zu | %zu:", row->name, row->scenarios, row->reply_count);
        for (size_t k = 0; k < row->reply_count; k++)
            printf(" %s", row->replies[k]);
        printf(" | %zu |\n", errors);
        if (row->is_command && row->scenarios == 0) {
            printf("! no scenario uses %s\n", row->name);
            table->problems++;
        }
    }
}

static void print_errors(struct table *table)
{
    puts("\n| error | scenarios |\n| --- | ---: |");
    for (size_t i = 0; i < table->error_count; i++) {
        const struct known_error *error = &table->errors[i];

        printf("| %s | %zu |\n", error->text, error->scenarios);
        if ((error->scenarios == 0) != error->is_never) {
            printf(error->is_never ? "! a node answers this: %s\n" : "! no scenario gets this: %s\n",
                   error->text);
            table->problems++;
        }
    }
}

int main(int argc, char **argv)
{
    static struct table table;

    init(&table);
    if (argc != 3 || !read_errors(&table, argv[2]) || !read_log(&table, argv[1])) {
        fprintf(stderr, "usage: reply-table LOG ERRORS\n");
        return EXIT_FAILURE;
    }
    print_rows(&table);
    print_errors(&table);
    printf("\n%zu problems\n", table.problems);
    return table.problems == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
