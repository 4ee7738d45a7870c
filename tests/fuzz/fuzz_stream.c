/* libFuzzer target of the observation stream, text and calls. The first byte chooses: lines of text
 * as `sg-policy run` reads them, or raw calls of the runtime with times and numbers of any bits.
 * Whatever comes, every action is finite and within the limits. */
#include <stdint.h>

#include "policy-fixture.h"
#include "policy/stream.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static sg_policy *policy;
static fix_space space;
static sg_i_stream stream;

static void must(int good)
{
    if (!good)
        abort();
}

static void check(const double *x)
{
    for (int a = 0; a < FIX_ACT; a++)
        must(isfinite(x[a]) && x[a] >= -3 && x[a] <= 3);
}

static void text(const char *p, const char *end)
{
    char out[256];
    sg_error err;
    must(sizeof out >= sg_i_stream_answer(&stream));
    while (p < end) {
        const char *q = memchr(p, '\n', (size_t)(end - p));
        size_t n = (size_t)((q ? q : end) - p);
        char *line = malloc(n ? n : 1); /* so that reading beyond it is seen */
        memcpy(line, p, n);
        sg_i_stream_line(&stream, line, n, out, sizeof out, &err);
        free(line);
        if (*out)
            check(stream.action);
        p += n + 1;
    }
}

static int64_t take(const uint8_t **p, const uint8_t *end)
{
    int64_t v = 0;
    size_t n = (size_t)(end - *p) < sizeof v ? (size_t)(end - *p) : sizeof v;
    memcpy(&v, *p, n);
    *p += n;
    return v;
}

static void calls(const uint8_t *p, const uint8_t *end)
{
    double x[FIX_OBS];
    int64_t t = 0;
    while (p < end) {
        unsigned op = *p++;
        if (op & 1)
            t = take(&p, end);
        else
            t = (int64_t)((uint64_t)t + FIX_PERIOD / 3);
        for (int i = 0; i < FIX_OBS; i++) {
            int64_t bits = op & 2 ? take(&p, end) : (int64_t)0x3fd0000000000000;
            memcpy(&x[i], &bits, sizeof bits);
        }
        if (op & 4)
            must(sg_policy_set_goal(space.ws, op & 8 ? x : NULL) != SG_EINVAL);
        if (op & 16)
            sg_policy_reset(space.ws, op);
        if (op & 32)
            must(sg_policy_observe(space.ws, x, t) != SG_ENOMEM);
        double action[FIX_ACT];
        must(sg_policy_act(space.ws, op & 64 ? take(&p, end) : t, op & 128 ? t : INT64_MAX, action,
                           NULL) != SG_ENOMEM);
        check(action);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    sg_error err;
    if (!policy) {
        policy = fix_policy(1, 2, 1, 1);
        space = fix_ws(policy, NULL);
        must(sg_i_stream_init(&stream, policy, space.ws, &err) == SG_OK);
    }
    if (len < 1)
        return 0;
    sg_policy_reset(space.ws, 0);
    stream.line = 0;
    stream.t = 0;
    if (data[0] & 1)
        text((const char *)data + 1, (const char *)data + len);
    else
        calls(data + 1, data + len);
    return 0;
}
