/* What every `train` verb shares: its options, its report, its log, its end. */
#ifndef SG_CLI_TRAINING_H
#define SG_CLI_TRAINING_H

#include <sigen/checkpoint.h>
#include "cli.h"

/* Rows of the verb's option table. */
/* clang-format off */
#define SG_CLI_TRAIN_OPTIONS \
    {"init", 0, SG_OPT_TEXT, "MODEL", "start from the weights (and vocabulary) of this model", NULL, 0, 0, NULL}, \
    {"hours", 0, SG_OPT_DOUBLE, "H", "budget in hours; the learning rate reaches its end with it", "1", 1e-4, 10000, NULL}, \
    {"steps", 0, SG_OPT_INT, "K", "budget in steps instead: reproducible bit for bit", NULL, 1, 1e9, NULL}, \
    {"lr-muon", 0, SG_OPT_DOUBLE, "R", "learning rate of hidden matrices (Muon)", "0.02", 0, 10, NULL}, \
    {"lr-adam", 0, SG_OPT_DOUBLE, "R", "learning rate of everything else (AdamW)", "0.0015", 0, 10, NULL}, \
    {"decay", 0, SG_OPT_DOUBLE, "R", "decoupled weight decay of matrices", "0", 0, 10, NULL}, \
    {"ema", 0, SG_OPT_DOUBLE, "R", "averaging of the weights", "0.999", 0, 1, NULL}, \
    {"cosine", 0, SG_OPT_FLAG, NULL, "cosine instead of linear end of the learning rate", NULL, 0, 0, NULL}, \
    {"log", 0, SG_OPT_TEXT, "FILE", "append a CSV line a report", NULL, 0, 0, NULL}, \
    {"report-every", 0, SG_OPT_DOUBLE, "S", "seconds between reports", "60", 1, 86400, NULL}, \
    {"save-every", 0, SG_OPT_DOUBLE, "S", "seconds between checkpoints", "240", 1, 86400, NULL}, \
    {"resume", 0, SG_OPT_FLAG, NULL, "go on from the checkpoint -o with its optimiser and budget", NULL, 0, 0, NULL}, \
    {"extend", 0, SG_OPT_FLAG, NULL, "with --resume: start a new budget from there", NULL, 0, 0, NULL}, \
    {"output", 'o', SG_OPT_TEXT, "FILE", "checkpoint and model", "checkpoint.safetensors", 0, 0, NULL}
/* clang-format on */

typedef struct sg_cli_training {
    const sg_cli *c;
    sg_train_opt opt;
    sg_train_state state;
    sg_task task;
    const char *out;
    /* writes the checkpoint t->out; `module` is its own */
    sg_status (*save)(void *module, const sg_train_state *st, sg_error *err);
    void *module;
    void *log; /* FILE */
} sg_cli_training;

/* Reads the shared options (with --batch, --seed and --threads of the verb). Refuses an -o that is
 * there without --resume. */
SG_MUST_CHECK sg_status sg_cli_training_init(sg_cli_training *t, const sg_cli *c, sg_error *err);
/* The model file to start from: -o with --resume, --init (a file, or a name of `list` of this
 * module), or NULL (*file then stays NULL). */
SG_MUST_CHECK sg_status sg_cli_training_open(const sg_cli_training *t, const char *module,
                                             sg_model **file, sg_error *err);
/* With --init: tells which of these options (NULL behind the last) were given in vain, as they
 * shape new networks. */
void sg_cli_training_shaped(const sg_cli *c, const char *const *names);
/* Makes the optimiser on ps and, with --resume, restores the state of network `prefix` from file.
 */
SG_MUST_CHECK sg_status sg_cli_training_start(sg_cli_training *t, sg_params *ps,
                                              const sg_model *file, const char *prefix,
                                              sg_error *err);
/* Trains, reporting on stderr and in --log, saving, ending cleanly on SIGINT. unit: what is
 * counted, "molecules". */
SG_MUST_CHECK sg_status sg_cli_training_run(sg_cli_training *t, long examples, const char *unit,
                                            sg_error *err);
void sg_cli_training_clear(sg_cli_training *t);

#endif
