/* Inside lib/cli. */
#ifndef SG_CLI_I_H
#define SG_CLI_I_H

#include "cli.h"

struct sg_i_value {
    const sg_opt *opt;
    int typed, set; /* set: typed or by default */
    const char *text;
    long long integer;
    double number;
    uint64_t a, b; /* uint64, range, shard */
    const char **list;
    size_t n_list;
};

/* Option k of a verb, its own ones first, then the common ones; NULL after the last. *common tells
 * which kind it is (may be NULL). */
const sg_opt *sg_i_opt(const sg_verb *v, size_t k, int *common);
const sg_verb *sg_i_verb(const sg_program *p, const char *name);

/* Fills c from the words after the verb; c->values and c->operands are freed by sg_i_args_free. */
sg_status sg_i_args(sg_cli *c, int argc, char **argv, sg_error *err);
void sg_i_args_free(sg_cli *c);

/* The nearest of the names to `word`, NULL if none is near. next(arg, k) gives name k or NULL. */
const char *sg_i_nearest(const char *word, const char *(*next)(const void *arg, size_t k),
                         const void *arg);

void sg_i_help_program(sg_out *out, const sg_program *p);
void sg_i_help_verb(sg_out *out, const sg_program *p, const sg_verb *v);
void sg_i_version(sg_out *out, const sg_program *p);
void sg_i_man(sg_out *out, const sg_program *p);
void sg_i_bash(sg_out *out, const sg_program *p);

/* "sentence (default: 50; 1 to 10000; a, b or c)", cut where buf ends. */
#define SG_I_OPT_TEXT 2048
void sg_i_opt_text(char buf[SG_I_OPT_TEXT], const sg_opt *o);

/* Calls put for the pieces of an example with PROGRAM and SUFFIX replaced by the program's. */
void sg_i_example(sg_out *out, const sg_program *p, const char *text,
                  void (*put)(sg_out *out, const char *s, size_t n));

#endif
