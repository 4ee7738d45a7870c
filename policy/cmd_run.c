#include <config.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cmd.h"
#include "stream.h"

/* clang-format off */
static const sg_opt options[] = {
    SG_POLICY_OPTS_WS,
    {"realtime", 0, SG_OPT_FLAG, NULL, "the time of an observation is when its line came; without, one period after the last", NULL, 0, 0, NULL},
    {"deadline", 0, SG_OPT_DOUBLE, "MS", "answer this soon after the line came, with fewer denoising steps if need be", NULL, 1e-3, 1e6, NULL},
    {"interpolate", 0, SG_OPT_FLAG, NULL, "between the actions of a chunk, for observations faster than the policy's period", NULL, 0, 0, NULL},
};
/* clang-format on */

static int64_t monotonic(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static sg_status serve(sg_cli *c, sg_i_stream *s, FILE *in, const char *name, sg_error *err)
{
    size_t size = sg_i_stream_answer(s), cap = 0;
    char *out = malloc(size), *line = NULL;
    sg_status st = out ? SG_OK : sg_fail(err, SG_ENOMEM, "no memory for an answer");
    ssize_t len;
    while (st == SG_OK && !sg_cli_interrupted() && (len = getline(&line, &cap, in)) >= 0) {
        sg_error e = {0};
        while (len > 0 && (line[len - 1] == '\n' || line[len - 1] == '\r'))
            len--;
        sg_i_stream_line(s, line, (size_t)len, out, size, &e);
        if (e.code != SG_OK)
            sg_cli_note(c, "%s:%ld: %s", name, e.line, e.text);
        if (*out && (puts(out) < 0 || fflush(stdout) != 0))
            st = sg_fail(err, SG_EIO, "cannot write: %s", strerror(errno));
    }
    if (st == SG_OK && ferror(in))
        st = sg_fail_at(err, SG_EIO, name, 0, 0, "cannot read");
    free(line);
    free(out);
    return st;
}

static sg_status run(sg_cli *c, sg_error *err)
{
    sg_policy *p;
    sg_policy_ws *ws;
    sg_i_stream s = {0};
    sg_status st = sg_i_policy_model(c, "pusht", &p, err);
    if (st != SG_OK)
        return st;
    size_t size = (sg_policy_ws_size(p) + 63) / 64 * 64;
    void *mem = aligned_alloc(64, size);
    sg_policy_opts o = sg_policy_opts_default(p);
    sg_i_policy_ws_opts(c, &o);
    o.interpolate = sg_cli_flag(c, "interpolate");
    st = mem ? sg_policy_ws_init(&ws, p, mem, size, &o, err)
             : sg_fail(err, SG_ENOMEM, "no memory for a workspace");
    if (st == SG_OK)
        st = sg_i_stream_init(&s, p, ws, err);
    if (st == SG_OK) {
        const char *name = c->n_operands ? c->operands[0] : "-";
        int std = strcmp(name, "-") == 0;
        FILE *in = std ? stdin : fopen(name, "r");
        sg_policy_reset(ws, sg_cli_u64(c, "seed"));
        s.realtime = sg_cli_flag(c, "realtime");
        s.clock = monotonic;
        if (sg_cli_given(c, "deadline"))
            s.deadline = (int64_t)(1e6 * sg_cli_double(c, "deadline"));
        st = in ? serve(c, &s, in, std ? "stdin" : name, err)
                : sg_fail_at(err, SG_EIO, name, 0, 0, "cannot open: %s", strerror(errno));
        if (in && !std)
            fclose(in);
        c->defects += s.defects;
    }
    sg_i_stream_clear(&s);
    free(mem);
    sg_policy_close(p);
    return st;
}

const sg_verb sg_i_policy_run = {
    .name = "run",
    .summary = "read observations, write actions, line by line",
    .operands = "[FILE]",
    .max_operands = 1,
    .reads_stdin = 1,
    .common = SG_COMMON_MODEL | SG_COMMON_SEED | SG_COMMON_QUIET,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .description =
        "Each line of the input is an observation: its numbers in the policy's order (sg-policy "
        "info), "
        "separated by blanks or commas. Each is answered at once by a line with the action's "
        "numbers and, "
        "last, the flags of the action, separated by commas, or -. \"goal G1 G2 ...\" and \"goal "
        "none\" set "
        "the goal, \"reset SEED\" begins an episode; these, empty lines and lines that begin with "
        "# have "
        "no answer.\n\n"
        "A line that is no observation is named on standard error and answered by a safe action; "
        "the exit "
        "status is then 1. Programs that need certain times link libsigen-policy instead.",
    .example = "sg-policy run --model pusht observations.txt",
    .run = run};
