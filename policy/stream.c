#include <config.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sigen/text.h>
#include "stream.h"

static const char *const flag_names[SG_POLICY_FLAGS] = {"LATE",         "CLIPPED",  "STALE_OBS",
                                                        "NAN_REJECTED", "FALLBACK", "OUT_OF_RANGE"};

sg_status sg_i_stream_init(sg_i_stream *s, const sg_policy *p, sg_policy_ws *ws, sg_error *err)
{
    memset(s, 0, sizeof *s);
    s->ws = ws;
    sg_policy_describe(p, &s->info);
    int goals = s->info.n_goal * s->info.n_goals;
    int n = s->info.n_obs > goals ? s->info.n_obs : goals;
    s->period = (int64_t)(s->info.period_s * 1e9);
    s->deadline = INT64_MAX;
    s->number = calloc((size_t)n, sizeof *s->number);
    s->action = calloc((size_t)s->info.n_action, sizeof *s->action);
    if (!s->number || !s->action) {
        sg_i_stream_clear(s);
        return sg_fail(err, SG_ENOMEM, "no memory for the stream");
    }
    return SG_OK;
}

void sg_i_stream_clear(sg_i_stream *s)
{
    free(s->number);
    free(s->action);
    s->number = s->action = NULL;
}

size_t sg_i_stream_answer(const sg_i_stream *s)
{
    return 32 * (size_t)s->info.n_action + 128;
}

/* next word of [*p, end); its length, 0 at the end */
static size_t word(const char **p, const char *end)
{
    while (*p < end && (**p == ' ' || **p == '\t' || **p == ','))
        ++*p;
    const char *q = *p;
    while (q < end && *q != ' ' && *q != '\t' && *q != ',')
        q++;
    return (size_t)(q - *p);
}

static int is(const char *p, size_t len, const char *name)
{
    return len == strlen(name) && memcmp(p, name, len) == 0;
}

/* exactly n numbers, the rest of the line */
static sg_status numbers(sg_i_stream *s, const char *p, const char *end, int n, sg_error *err)
{
    for (int i = 0; i < n; i++) {
        size_t len = word(&p, end);
        if (len == 0)
            return sg_fail(err, SG_EPARSE, "%d numbers, wanted %d", i, n);
        if (is(p, len, "nan") || is(p, len, "inf") || is(p, len, "-inf"))
            s->number[i] = NAN; /* for observe to refuse */
        else if (sg_parse_double(p, len, &s->number[i], err) != SG_OK)
            return SG_EPARSE;
        p += len;
    }
    if (word(&p, end))
        return sg_fail(err, SG_EPARSE, "more than %d numbers", n);
    return SG_OK;
}

static int words(const char *p, const char *end)
{
    int n = 0;
    for (size_t len; (len = word(&p, end)) > 0; p += len)
        n++;
    return n;
}

static sg_status take_goal(sg_i_stream *s, const char *p, const char *end, sg_error *err)
{
    size_t len = word(&p, end);
    if (is(p, len, "none")) {
        p += len;
        if (word(&p, end))
            return sg_fail(err, SG_EPARSE, "something follows \"goal none\"");
        return sg_policy_set_goal(s->ws, NULL);
    }
    if (s->info.n_goal == 0)
        return sg_fail(err, SG_ENOTSUP, "the policy takes no goals");
    int n = words(p, end) > s->info.n_goal ? words(p, end) / s->info.n_goal : 1;
    if (n > s->info.n_goals)
        return sg_fail(err, SG_EPARSE, "more than %d numbers", s->info.n_goals * s->info.n_goal);
    sg_status st = numbers(s, p, end, n * s->info.n_goal, err);
    if (st == SG_OK && sg_policy_set_goals(s->ws, s->number, n) != SG_OK)
        st = sg_fail(err, SG_ENAN, "the goal is not finite");
    return st;
}

static sg_status take_reset(sg_i_stream *s, const char *p, const char *end, sg_error *err)
{
    long long seed = 0;
    size_t len = word(&p, end);
    if (len && sg_parse_int(p, len, 0, INT64_MAX, &seed, err) != SG_OK)
        return SG_EPARSE;
    p += len;
    if (word(&p, end))
        return sg_fail(err, SG_EPARSE, "something follows the seed");
    sg_policy_reset(s->ws, (uint64_t)seed);
    s->t = 0;
    return SG_OK;
}

static void write_flags(unsigned flags, char *out, size_t size)
{
    size_t n = strlen(out);
    const char *sep = " ";
    for (int k = 0; k < SG_POLICY_FLAGS; k++)
        if (flags >> k & 1) {
            n += (size_t)snprintf(out + n, size - n, "%s%s", sep, flag_names[k]);
            sep = ",";
        }
    if (*sep == ' ')
        snprintf(out + n, size - n, " -");
}

/* An observation, or what should have been one: st and err tell. */
static void answer(sg_i_stream *s, sg_status st, char *out, size_t size, sg_error *err)
{
    sg_policy_report r;
    int64_t t = s->realtime ? s->clock() : s->t;
    s->t += s->period;
    if (st == SG_OK) {
        st = sg_policy_observe(s->ws, s->number, t);
        if (st != SG_OK)
            sg_fail(err, st,
                    st == SG_ENAN ? "the observation is not finite"
                                  : "the observation is not newer than the last one");
    }
    int64_t until = s->deadline < INT64_MAX ? s->clock() + s->deadline : INT64_MAX;
    if (sg_policy_act(s->ws, t, until, s->action, &r) != SG_OK)
        r.flags |= SG_POLICY_FALLBACK;
    size_t n = 0;
    for (int a = 0; a < s->info.n_action && n + 34 < size; a++) {
        if (a)
            out[n++] = ' ';
        n += sg_format_double(out + n, s->action[a]);
    }
    out[n] = '\0';
    write_flags(r.flags, out, size);
}

void sg_i_stream_line(sg_i_stream *s, const char *line, size_t len, char *out, size_t size,
                      sg_error *err)
{
    const char *p = line, *end = line + len;
    sg_error e = {0};
    *out = '\0';
    s->line++;
    size_t n = word(&p, end);
    if (n == 0 || *p == '#') {
        *err = e;
        return;
    }
    sg_status st;
    if (is(p, n, "goal")) {
        st = take_goal(s, p + n, end, &e);
    } else if (is(p, n, "reset")) {
        st = take_reset(s, p + n, end, &e);
    } else {
        answer(s, numbers(s, p, end, s->info.n_obs, &e), out, size, &e);
        st = e.code;
    }
    s->defects += st != SG_OK;
    *err = e;
    err->line = st == SG_OK ? 0 : s->line;
}
