/* SPDX-License-Identifier: MIT */
/* Options as they were given may be a URL, and end with the call that they were given to. */
#include "client/settings.h"

#include "client/options.h"

#include <stdlib.h>
#include <string.h>

static const char url_scheme[] = "disque://";

const char *disq_address_next(const char *list, char *address)
{
    size_t size = strcspn(list, ",");

    address[0] = '\0';
    if (list[0] == '\0')
        return NULL;
    if (size < DISQ_ADDRESS_SIZE) {
        memcpy(address, list, size);
        address[size] = '\0';
    }
    return list + size + (list[size] == ',');
}

/* What an address is, the environment decides; of ours it is known. */
static bool are_addresses(const char *list, bool is_ours)
{
    char address[DISQ_ADDRESS_SIZE];

    if (list[0] == '\0' || list[strlen(list) - 1] == ',')
        return false;
    while ((list = disq_address_next(list, address)) != NULL) {
        if (address[0] == '\0' || (is_ours && !disq_env_is_address(address)))
            return false;
    }
    return true;
}

static int hex_digit(char c)
{
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    const char *at = c != '\0' ? strchr(digits, c) : NULL;

    return at != NULL ? (int)(at - digits) % 16 : -1;
}

/* In place; a text only gets shorter. */
static int decode_percent(char *text)
{
    char *to = text;

    for (; *text != '\0'; text++) {
        int high, low;

        if (*text != '%') {
            *to++ = *text;
            continue;
        }
        if ((high = hex_digit(text[1])) < 0 || (low = hex_digit(text[2])) < 0 || high + low == 0)
            return DISQ_INVALID;
        *to++ = (char)(high * 16 + low);
        text += 2;
    }
    *to = '\0';
    return 0;
}

/* option=value&option=value; what names nodes or a password stands elsewhere in a URL. */
static int parse_query(struct disq_options *options, char *query)
{
    while (query != NULL && *query != '\0') {
        char *name = strsep(&query, "&");
        char *value = strchr(name, '=');

        if (value == NULL || strncmp(name, "nodes=", 6) == 0 || strncmp(name, "password=", 9) == 0)
            return DISQ_INVALID;
        *value++ = '\0';
        if (decode_percent(value) != 0 || disq_options_set(options, name, value) != 0)
            return DISQ_INVALID;
    }
    return 0;
}

/* :password@host:port,host:port/?option=value, behind the scheme; taken apart in place. */
static int parse_url(struct disq_options *options, char *url)
{
    char *query = url;
    char *addresses = strsep(&query, "?");
    char *path = strchr(addresses, '/');
    char *at = strrchr(addresses, '@');

    if (path != NULL && path[1] != '\0')
        return DISQ_INVALID;
    if (path != NULL)
        *path = '\0';
    if (at != NULL) {
        if (addresses[0] != ':')
            return DISQ_INVALID;
        *at = '\0';
        options->password = addresses + 1;
        if (decode_percent(addresses + 1) != 0)
            return DISQ_INVALID;
        addresses = at + 1;
    }
    options->nodes = addresses;
    return parse_query(options, query);
}

/* Texts are copied one behind the other. */
static int copy_texts(struct disq_settings *settings)
{
    struct disq_options *options = &settings->options;
    const char *nodes = options->nodes != NULL ? options->nodes : "127.0.0.1:7711";
    size_t nodes_size = strlen(nodes) + 1;
    size_t password_size = options->password != NULL ? strlen(options->password) + 1 : 0;

    settings->text = malloc(nodes_size + password_size);
    if (settings->text == NULL)
        return DISQ_NO_MEMORY;
    options->nodes = memcpy(settings->text, nodes, nodes_size);
    if (password_size > 0)
        options->password = memcpy(settings->text + nodes_size, options->password, password_size);
    return 0;
}

/* All but resolve and recv_until must be there. */
static bool is_whole(const struct disq_env *env)
{
    return env->now_us != NULL && env->random != NULL && env->connect != NULL && env->send != NULL &&
           env->recv != NULL && env->close != NULL && env->wait != NULL;
}

static bool can_be(const struct disq_options *options)
{
    return disq_options_are_in_range(options) && are_addresses(options->nodes, options->env == NULL) &&
           (options->env == NULL || is_whole(options->env));
}

/* A recv or wait of the user's own must not be bypassed by the default recv_until. */
static void adopt(struct disq_env *env)
{
    struct disq_env usual;

    disq_env_default(&usual);
    if (env->recv_until == usual.recv_until && (env->recv != usual.recv || env->wait != usual.wait))
        env->recv_until = NULL;
}

int disq_settings_init(struct disq_settings *settings, const struct disq_options *options)
{
    int rc;

    *settings = (struct disq_settings){0};
    if (options != NULL)
        settings->options = *options;
    if ((rc = copy_texts(settings)) != 0)
        return rc;
    if (strncmp(settings->text, url_scheme, sizeof(url_scheme) - 1) == 0)
        rc = parse_url(&settings->options, settings->text + sizeof(url_scheme) - 1);
    if (rc == 0 && !can_be(&settings->options))
        rc = DISQ_INVALID;
    if (rc != 0) {
        disq_settings_fini(settings);
        return rc;
    }
    disq_options_fill_in(&settings->options);
    if (settings->options.env != NULL)
        settings->env = *settings->options.env;
    else
        disq_env_default(&settings->env);
    adopt(&settings->env);
    settings->options.env = NULL;
    return 0;
}

int disq_options_check(const struct disq_options *options)
{
    struct disq_settings settings;
    int rc = disq_settings_init(&settings, options);

    if (rc == 0)
        disq_settings_fini(&settings);
    return rc;
}

void disq_settings_fini(struct disq_settings *settings)
{
    free(settings->text);
    *settings = (struct disq_settings){0};
}
