/* The options every program understands alike. */
#include <config.h>

#include "cli-i.h"

#include <string.h>

/* In the order of the SG_COMMON_ bits. */
/* clang-format off */
static const sg_opt common[] = {
    {"model", 'm', SG_OPT_TEXT, "NAME|FILE", "a shipped model (see list) or a model file", NULL, 0, 0, NULL},
    {"n", 'n', SG_OPT_INT, "COUNT", "how many samples", "100", 1, 1e12, NULL},
    {"seed", 's', SG_OPT_UINT64, "SEED", "the same seed gives the same bytes", "0", 0, 0, NULL},
    {"steps", 0, SG_OPT_INT, "K", "integration steps; the model's own choice if not given", NULL, 1, 100000, NULL},
    {"sampler", 0, SG_OPT_TEXT, "NAME", "how to integrate; the model's own choice if not given", NULL, 0, 0, NULL},
    {"threads", 't', SG_OPT_INT, "T", "threads to use; never changes a byte of the output", NULL, 1, 1024, NULL},
    {"shard", 0, SG_OPT_SHARD, "I/N", "make only part I of N; merge joins the parts", NULL, 0, 0, NULL},
    {"resume", 0, SG_OPT_FLAG, NULL, "go on with an interrupted run of the same command", NULL, 0, 0, NULL},
    {"output", 'o', SG_OPT_TEXT, "FILE", "output file; - is standard output; the extension selects the format", "-", 0, 0, NULL},
    {"format", 'f', SG_OPT_TEXT, "NAME", "output format, whatever the extension", NULL, 0, 0, NULL},
    {"json", 0, SG_OPT_FLAG, NULL, "print the result as JSON on standard output", NULL, 0, 0, NULL},
    {"quiet", 'q', SG_OPT_FLAG, NULL, "no progress and no remarks", NULL, 0, 0, NULL},
    {"no-provenance", 0, SG_OPT_FLAG, NULL, "do not write program, model, sampler and seed into the output", NULL, 0, 0, NULL},
};
/* clang-format on */
#define N_COMMON (sizeof common / sizeof *common)

static int is_own(const sg_verb *v, const char *name)
{
    for (size_t i = 0; i < v->n_options; i++)
        if (strcmp(v->options[i].name, name) == 0)
            return 1;
    return 0;
}

const sg_opt *sg_i_opt(const sg_verb *v, size_t k, int *is_common)
{
    if (is_common)
        *is_common = k >= v->n_options;
    if (k < v->n_options)
        return &v->options[k];
    k -= v->n_options;
    for (size_t i = 0; i < N_COMMON; i++)
        if ((v->common >> i & 1) && !is_own(v, common[i].name) && k-- == 0)
            return &common[i];
    return NULL;
}

const sg_verb *sg_i_verb(const sg_program *p, const char *name)
{
    for (size_t i = 0; p->verbs[i]; i++)
        if (strcmp(p->verbs[i]->name, name) == 0)
            return p->verbs[i];
    return NULL;
}
