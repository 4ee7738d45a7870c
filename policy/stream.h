/* Observations as lines of text in, actions as lines out: what `sg-policy run` speaks
 * (sg-policy run --help). */
#ifndef SG_POLICY_STREAM_H
#define SG_POLICY_STREAM_H

#include <sigen/policy.h>

typedef struct sg_i_stream {
    sg_policy_ws *ws;
    sg_policy_info info;
    double *number;    /* (most of n_obs, n_goals n_goal, n_action) */
    double *action;    /* (n_action) */
    long line;         /* of the input, from 1 */
    size_t defects;    /* lines that were not understood or refused */
    int64_t t, period; /* time of the next observation when it is counted, ns */
    int realtime;      /* the clock tells the time instead */
    int64_t deadline;  /* of each action after its observation, ns */
    int64_t (*clock)(void);
} sg_i_stream;

/* Allocates; sg_i_stream_clear frees. */
SG_MUST_CHECK sg_status sg_i_stream_init(sg_i_stream *s, const sg_policy *p, sg_policy_ws *ws,
                                         sg_error *err);
void sg_i_stream_clear(sg_i_stream *s);

/* Takes one line (without its end). Answers into out (at most size bytes, NUL-terminated; "" for
 * comments, empty lines, goal and reset). Never fails: what is wrong with a line goes to *err (code
 * SG_OK: nothing) and the answer is a safe action all the same. */
void sg_i_stream_line(sg_i_stream *s, const char *line, size_t len, char *out, size_t size,
                      sg_error *err);
/* Bytes that any answer fits in. */
size_t sg_i_stream_answer(const sg_i_stream *s);

#endif
