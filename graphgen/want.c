#include <config.h>

#include <math.h>
#include <string.h>

#include <sigen/text.h>
#include "want.h"

static sg_status names(sg_error *err, const char *text)
{
    char list[256] = "";
    for (size_t i = 0; sg_graph_rules[i]; i++) {
        strcat(list, i ? ", " : "");
        strcat(list, sg_graph_rules[i]->name);
    }
    for (size_t i = 0; sg_graph_statistics[i]; i++) {
        strcat(list, ", ");
        strcat(list, sg_graph_statistics[i]->name);
        strcat(list, "=");
    }
    return sg_fail(err, SG_EINVAL, "\"%.60s\" names nothing that can be wanted: %s", text, list);
}

/* A number at *p up to one of `ends` or the end of the text; *p moves there. */
static sg_status number(const char **p, const char *ends, double *out, sg_error *err)
{
    size_t n = strcspn(*p, ends);
    int good = sg_parse_double(*p, n, out, NULL) == SG_OK && isfinite(*out);
    if (!good)
        sg_fail(err, SG_EINVAL, "\"%.*s\" is no number", (int)(n < 40 ? n : 40), *p);
    *p += n;
    return good ? SG_OK : SG_EINVAL;
}

sg_status sg_graph_want_parse(sg_graph_want *w, const char *text, sg_error *err)
{
    size_t n = strcspn(text, "=");
    *w = (sg_graph_want){0};
    if (!text[n]) {
        w->rule = sg_graph_rule_find(text);
        if (!w->rule && sg_graph_statistic_find(text, n))
            return sg_fail(err, SG_EINVAL, "how many? %s=A, %s=A-B or %s=A~SD", text, text, text);
        return w->rule ? SG_OK : names(err, text);
    }
    w->stat = sg_graph_statistic_find(text, n);
    if (!w->stat)
        return names(err, text);
    const char *p = text + n + 1;
    sg_status s = number(&p, "-~", &w->lo, err);
    w->hi = w->lo;
    w->sd = w->stat->grain;
    if (s == SG_OK && *p == '-') {
        p++;
        w->sd = 0;
        s = number(&p, "~", &w->hi, err);
    }
    if (s == SG_OK && *p == '~') {
        p++;
        s = number(&p, "", &w->sd, err);
    }
    if (s == SG_OK && !(w->lo <= w->hi && w->sd >= 0))
        s = sg_fail(err, SG_EINVAL, "%s: a range goes upwards, a softness is not negative", text);
    return s;
}

sg_status sg_graph_want_check(const sg_graph_want *w, int lo, int hi, sg_error *err)
{
    if (!w->stat)
        return SG_OK;
    double most = w->stat->most(hi), least = w->stat->least(lo);
    double off = w->stat->grain / 2;
    if (w->lo > most || w->hi < least)
        return sg_fail(err, SG_ENOTSUP,
                       "%s=%g is out of reach: graphs of %d to %d nodes have %g to %g",
                       w->stat->name, w->lo > most ? w->lo : w->hi, lo, hi, least, most);
    if (w->stat->grain == 1 && floor(w->hi) < w->lo && w->sd == 0)
        return sg_fail(err, SG_ENOTSUP, "%s=%g-%g holds no whole number", w->stat->name, w->lo,
                       w->hi);
    if (w->stat->grain < 1 && w->hi - w->lo < off && w->sd == 0)
        return sg_fail(err, SG_ENOTSUP, "%s=%g-%g is narrower than %g: widen it or give ~SD",
                       w->stat->name, w->lo, w->hi, off);
    return SG_OK;
}

static double distance(const sg_graph_want *w, double v)
{
    return v < w->lo ? w->lo - v : v > w->hi ? v - w->hi : 0;
}

sg_status sg_graph_want_judge(const sg_graph_want *w, const sg_graph *g, double *r, double *value,
                              sg_error *err)
{
    if (w->rule) {
        int ok = 0;
        sg_status s = w->rule->judge(g, &ok, err);
        *value = ok;
        *r = ok ? 0 : -INFINITY;
        return s;
    }
    sg_status s = w->stat->value(g, value, err);
    double d = s == SG_OK ? distance(w, *value) : 0;
    *r = d == 0 ? 0 : w->sd > 0 ? -d * d / (2 * w->sd * w->sd) : -INFINITY;
    return s;
}

void sg_graph_outlook_add(sg_graph_outlook *o, double r, double value)
{
    o->n++;
    o->met += r == 0;
    o->sum += value;
    o->sum2 += value * value;
}

double sg_graph_outlook_potential(const sg_graph_outlook *o, const sg_graph_want *w)
{
    if (w->rule)
        return log((o->met + 0.5) / (o->n + 1));
    double mean = o->sum / o->n, var = fmax(o->sum2 / o->n - mean * mean, 0);
    double d = distance(w, mean), grain = w->stat->grain;
    return -d * d / (2 * (w->sd * w->sd + var + grain * grain / 4));
}
