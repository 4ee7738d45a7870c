#include <config.h>

#include <math.h>
#include <stdio.h>

#include "steering.h"

static const char *want_name(const sg_graph_want *w)
{
    return w->rule ? w->rule->name : w->stat->name;
}

sg_status sg_graph_steering_read(sg_graph_steering *v, const sg_cli *c, sg_error *err)
{
    size_t n;
    uint64_t a, b;
    char edges[64] = "";
    const char *const *list = sg_cli_list(c, "want", &n);
    if (sg_cli_pair(c, "edges", &a, &b))
        snprintf(edges, sizeof edges, "edges=%llu-%llu", (unsigned long long)a,
                 (unsigned long long)b);
    if (n + (edges[0] != 0) > SG_GRAPH_MAX_WANTS)
        return sg_fail(err, SG_EINVAL, "%zu things wanted, at most %d", n + (edges[0] != 0),
                       SG_GRAPH_MAX_WANTS);
    v->o = (sg_graph_steer_opts){v->want, 0, (int)sg_cli_int(c, "particles")};
    for (size_t i = 0; i < n + (edges[0] != 0); i++) {
        const char *text = i < n ? list[i] : edges;
        sg_status st = sg_graph_want_parse(&v->want[i], text, err);
        if (st != SG_OK)
            return st;
        snprintf(v->name[i], sizeof v->name[i], "%s", text);
        v->o.n_want++;
    }
    const char *log = sg_cli_text(c, "log");
    if (!v->o.n_want && (log || sg_cli_given(c, "particles")))
        return sg_fail(err, SG_EINVAL, "%s goes with --want or --edges",
                       log ? "--log" : "--particles");
    if (!log)
        return SG_OK;
    if (sg_cli_flag(c, "resume"))
        return sg_fail(err, SG_EINVAL, "--log tells of a whole run: it cannot go with --resume");
    v->log = sg_out_open(log, err);
    if (!v->log)
        return SG_EIO;
    sg_out_puts(v->log, "graph,population,particles,particle,ancestor,weight,ess,log_z");
    for (size_t i = 0; i < v->o.n_want; i++)
        sg_out_printf(v->log, ",%s", want_name(&v->want[i]));
    sg_out_puts(v->log, "\n");
    return SG_OK;
}

static void log_graph(sg_graph_steering *v, uint64_t id)
{
    size_t k = id % SG_GRAPH_POPULATION;
    const sg_graph_steered *r = &v->report;
    sg_out_printf(v->log, "%llu,%llu,%zu,%zu,%zu,%.6g,%.6g,%.6g", (unsigned long long)id,
                  (unsigned long long)(id / SG_GRAPH_POPULATION), r->particles, r->particle[k],
                  r->ancestor[k], r->weight[k], r->ess, r->log_z);
    for (size_t i = 0; i < v->o.n_want; i++)
        sg_out_printf(v->log, ",%.6g", r->value[k][i]);
    sg_out_puts(v->log, "\n");
}

static double log_add(double a, double b)
{
    return fmax(a, b) + log1p(exp(-fabs(a - b)));
}

/* Graphs first .. first+count-1 out of their populations. */
sg_status sg_graph_steering_yield(sg_graph_steering *v, const sg_graph_model *m,
                                  const sg_graph_generate_opts *o, uint64_t first, size_t count,
                                  sg_graph *out, sg_error *err)
{
    for (uint64_t id = first; id < first + count; id++) {
        uint64_t population = id / SG_GRAPH_POPULATION;
        if (v->population != population + 1) {
            v->population = 0;
            sg_status st = sg_graph_steer(m, o, &v->o, population, v->graph, &v->report, err);
            if (st != SG_OK)
                return st;
            double ess = v->report.ess / (double)v->report.particles;
            v->population = population + 1;
            v->least = v->n ? fmin(v->least, ess) : ess;
            v->n++;
            v->ess += ess;
            v->log_z = log_add(v->n == 1 ? -INFINITY : v->log_z, v->report.log_z);
            v->families += (double)v->report.families;
            v->distinct += (double)v->report.distinct;
        }
        sg_status st = sg_graph_copy(&out[id - first], &v->graph[id % SG_GRAPH_POPULATION], err);
        if (st != SG_OK)
            return st;
        v->graphs++;
        for (size_t i = 0; i < v->o.n_want; i++)
            v->value[i] += v->report.value[id % SG_GRAPH_POPULATION][i];
        if (v->log)
            log_graph(v, id);
    }
    return SG_OK;
}

static void tell(const sg_graph_steering *v, const sg_cli *c)
{
    double n = (double)v->n;
    char means[512] = "";
    size_t used = 0;
    if (!v->n)
        return;
    for (size_t i = 0; i < v->o.n_want && used < sizeof means; i++)
        used += (size_t)snprintf(means + used, sizeof means - used, "; mean %s %.4g",
                                 want_name(&v->want[i]), v->value[i] / (double)v->graphs);
    sg_cli_note(
        c,
        "steered: %zu populations, effective share of particles %.2f (least %.2f), log Z %.2f; "
        "of %d graphs %.1f distinct from %.1f starts%s",
        v->n, v->ess / n, v->least, v->log_z - log(n), SG_GRAPH_POPULATION, v->distinct / n,
        v->families / n, means);
}

sg_status sg_graph_steering_end(sg_graph_steering *v, const sg_cli *c, sg_status st, sg_error *err)
{
    if (st == SG_OK)
        tell(v, c);
    if (st == SG_OK && v->log)
        st = sg_out_commit(v->log, err);
    else if (v->log)
        sg_out_discard(v->log);
    for (size_t k = 0; k < SG_GRAPH_POPULATION; k++)
        sg_graph_clear(&v->graph[k]);
    return st;
}
