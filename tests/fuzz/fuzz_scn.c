/* SPDX-License-Identifier: MIT */
/* Scenarios from any bytes: a scenario, or an error at a place that is in the file. */
#include "scenarios/runner/parse.h"
#include "scenarios/runner/steps.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool is_true)
{
    if (!is_true)
        abort();
}

static void check_error(const struct parse_error *error, const uint8_t *data, size_t size)
{
    int lines = 1;

    for (size_t i = 0; i < size; i++)
        lines += data[i] == '\n';
    require(error->line >= 1 && error->line <= lines);
    require(error->column >= 1 && (size_t)error->column <= size + 1);
    require(error->what[0] != '\0');
}

static void check_scenario(const struct scenario *scenario)
{
    require(scenario->cluster.nodes >= 1 && scenario->cluster.nodes <= NODES_MAX);
    for (size_t i = 0; i < scenario->step_count; i++) {
        const struct step *step = &scenario->steps[i];

        require(step->kind != NULL && step->line >= 1);
        require(step->end == 0 || (step->end > i && step->end < scenario->step_count));
        if (step->kind->subject == STEP_NODE)
            require((size_t)step->conn < scenario->conn_count &&
                    scenario->conns[step->conn].node < scenario->cluster.nodes);
        if (step->kind->subject == STEP_CLIENT)
            require((size_t)step->client < scenario->client_count);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct parse_error error;
    struct scenario *scenario = parse_scenario("fuzz.scn", data, size, &error);

    if (scenario == NULL)
        check_error(&error, data, size);
    else
        check_scenario(scenario);
    scenario_free(scenario);
    return 0;
}
