/* What graphs can be asked for: reading, judging, bounds, and potentials of graphs under way
 * against closed forms; copies of graphs under way. */
#include <config.h>

#include <stdlib.h>

#include <sigen/rng.h>

#include "graphgen/particle.h"
#include "graphgen/want.h"
#include "tap.h"

static sg_error err;

static int reads(const char *text, double lo, double hi, double sd)
{
    sg_graph_want w;
    return sg_graph_want_parse(&w, text, &err) == SG_OK && w.stat && w.lo == lo && w.hi == hi &&
           w.sd == sd;
}

static int refuses(const char *text)
{
    sg_graph_want w;
    return sg_graph_want_parse(&w, text, &err) == SG_EINVAL;
}

static void reading(void)
{
    sg_graph_want w;
    tap_ok(sg_graph_want_parse(&w, "connected", &err) == SG_OK && w.rule && !w.stat, "a rule");
    tap_ok(reads("triangles=40", 40, 40, 1), "a number is aimed at");
    tap_ok(reads("edges=30-35", 30, 35, 0), "a range is kept");
    tap_ok(reads("edges=30~0", 30, 30, 0) && reads("edges=30-35~2.5", 30, 35, 2.5), "a softness");
    tap_ok(reads("clustering=0.25", .25, .25, .01) && reads("clustering=.25-.5", .25, .5, 0),
           "a statistic that is no count");
    static const char *const bad[] = {
        "",         "triangle=3", "triangles",   "connected=1", "edges=",
        "edges=x",  "edges=3-",   "edges=5-3",   "edges=3~",    "edges=3~-1",
        "edges=-3", "edges=nan",  "edges=3-4-5", "edges=3~1~1", "=3"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        tap_ok(refuses(bad[i]), "refused: \"%s\"", bad[i]);
    tap_ok(refuses("edge=3") && strstr(err.text, "connected") && strstr(err.text, "edges="),
           "a wrong name is answered with the right ones");
}

static sg_status check(const char *text, int lo, int hi)
{
    sg_graph_want w;
    return sg_graph_want_parse(&w, text, &err) == SG_OK ? sg_graph_want_check(&w, lo, hi, &err)
                                                        : SG_EINVAL;
}

static void bounds(void)
{
    tap_ok(check("edges=190", 1, 20) == SG_OK && check("edges=191", 1, 20) == SG_ENOTSUP &&
               strstr(err.text, "20 nodes have 0 to 190"),
           "as many edges as there are pairs");
    tap_ok(check("triangles=1140-2000", 1, 20) == SG_OK &&
               check("triangles=1141-2000", 1, 20) == SG_ENOTSUP,
           "a range that begins above the most triangles");
    tap_ok(check("nodes=5", 6, 20) == SG_ENOTSUP && check("nodes=6", 6, 20) == SG_OK,
           "fewer nodes than the sizes allow");
    tap_ok(check("components=0", 1, 20) == SG_ENOTSUP &&
               strstr(err.text, "20 nodes have 1 to 20") && check("components=0-1", 1, 20) == SG_OK,
           "no graph is without a component");
    tap_ok(check("edges=3.2-3.8", 1, 20) == SG_ENOTSUP && check("edges=3.2-3.8~1", 1, 20) == SG_OK,
           "a range without a whole number");
    tap_ok(check("clustering=0.3~0", 1, 20) == SG_ENOTSUP, "a range of no width");
    tap_ok(check("connected", 1, 20) == SG_OK, "rules are not bounded");
}

static void judging(void)
{
    sg_graph g = {0}; /* a path of 4 */
    sg_graph_want w;
    double r, v;
    int good = sg_graph_set_nodes(&g, 4, &err) == SG_OK;
    for (int i = 0; i < 3; i++)
        good &= sg_graph_add_edge(&g, i, i + 1, 1, 1, &err) == SG_OK;
    good &= sg_graph_sort(&g, &err) == SG_OK;
    static const struct {
        const char *want;
        double r, value;
    } want[] = {{"connected", 0, 1},         {"tree", 0, 1},
                {"edges=3", 0, 3},           {"edges=5", -2, 3},
                {"edges=5-9~4", -.125, 3},   {"edges=1-3", 0, 3},
                {"edges=4-5", -INFINITY, 3}, {"triangles=1~.5", -2, 0}};
    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        good &= sg_graph_want_parse(&w, want[i].want, &err) == SG_OK;
        good &= sg_graph_want_judge(&w, &g, &r, &v, &err) == SG_OK;
        tap_ok(good && r == want[i].r && v == want[i].value, "a path of 4, %s: r = %g, value %g",
               want[i].want, r, v);
    }
    good &= sg_graph_set_nodes(&g, 6, &err) == SG_OK;
    sg_graph_reset(&g);
    good &= sg_graph_set_nodes(&g, 6, &err) == SG_OK;
    good &= sg_graph_want_parse(&w, "connected", &err) == SG_OK;
    good &= sg_graph_want_judge(&w, &g, &r, &v, &err) == SG_OK;
    tap_ok(good && r == -INFINITY && v == 0, "nodes without edges are not connected");
    sg_graph_clear(&g);
}

/* log E exp(-(v - a)^2/2 sd^2) of a normal v, but for its constant factor, and the rule's share. */
static void potentials(void)
{
    sg_graph_want w;
    sg_graph_outlook o = {0}, rule = {0};
    sg_rng rng;
    sg_rng_init(&rng, 2385, 0, 0);
    int good = sg_graph_want_parse(&w, "edges=30~2", &err) == SG_OK;
    for (int k = 0; k < 100000; k++)
        sg_graph_outlook_add(&o, 0, 37 + 3 * sg_rng_normal(&rng));
    double want = -49. / (2 * (4 + 9 + .25));
    tap_ok(good, "a want");
    tap_near(sg_graph_outlook_potential(&o, &w), want, .02, 0, "a statistic's potential");
    w.hi = 35;
    tap_near(sg_graph_outlook_potential(&o, &w), -4. / (2 * (4 + 9 + .25)), .02, 0,
             "a range's potential");
    w.hi = 40;
    tap_ok(sg_graph_outlook_potential(&o, &w) == 0, "nothing to gain within the range");
    good = sg_graph_want_parse(&w, "connected", &err) == SG_OK;
    for (int k = 0; k < 16; k++)
        sg_graph_outlook_add(&rule, k % 4 ? -INFINITY : 0, k % 4 == 0);
    tap_near(sg_graph_outlook_potential(&rule, &w), log(4.5 / 17), 1e-12, 0, "a rule's potential");
    memset(&rule, 0, sizeof rule);
    sg_graph_outlook_add(&rule, -INFINITY, 0);
    tap_ok(isfinite(sg_graph_outlook_potential(&rule, &w)), "no potential is infinite");
}

/* Runs steps [a, b) of the plan on one particle. */
static sg_status go(const sg_graph_plan *p, const sg_field *f, sg_graph_particle *q, size_t a,
                    size_t b)
{
    sg_state *x = &q->state;
    sg_run_opts o = p->run;
    sg_arena m;
    sg_run *r;
    o.grid += a;
    o.steps = b - a;
    sg_arena_init(&m, NULL, 0);
    sg_status s = sg_run_init(&r, &o, f, &x, 1, &m, &err);
    if (s == SG_OK)
        s = sg_arena_new(&m, m.peak, &err);
    if (s == SG_OK)
        s = sg_run_init(&r, &o, f, &x, 1, &m, &err);
    if (s == SG_OK)
        sg_run_load(r, 0, q->past);
    while (s == SG_OK && !sg_run_done(r))
        s = sg_run_step(r, &err);
    if (s == SG_OK)
        sg_run_save(r, 0, q->past);
    sg_arena_clear(&m);
    return s;
}

/* A copy with its source's random stream goes the source's way to the last bit, the given part
 * kept, whatever it was before. */
static void copies(const sg_graph_config *c, const char *sampler)
{
    enum { STEPS = 6, CUT = 3 };
    sg_graph_model m;
    sg_graph_plan p;
    sg_graph given = {0}; /* a path of 4 */
    must(sg_graph_model_init(&m, c, 0, &err), &err);
    sg_params_draw(&m.params, 3);
    must(sg_graph_set_nodes(&given, 4, &err), &err);
    for (int i = 0; i < 3; i++)
        must(sg_graph_add_edge(&given, i, i + 1, 1, 1, &err), &err);
    must(sg_graph_sort(&given, &err), &err);
    sg_graph_generate_opts o = c->arch->defaults;
    o.seed = 2385;
    o.steps = STEPS;
    o.sampler = sampler;
    o.given = &given;
    must(sg_graph_plan_init(&p, &m, &o, &err), &err);
    sg_graph_work w = {.model = &m, .isa = p.isa};
    sg_field f;
    must(sg_arena_new(&w.arena, sg_graph_work_bytes(&m, 9, 36, 1, 9), &err), &err);
    sg_graph_field(&f, &p.sys, &w);
    sg_graph_particle q[2] = {{.id = 7}, {.id = 8}};
    for (int k = 0; k < 2; k++) {
        must(sg_graph_particle_make(&p, &q[k], k ? 9 : 8, &err), &err);
        sg_graph_plan_draw(&p, &q[k].state);
        must(go(&p, &f, &q[k], 0, CUT), &err);
    }
    must(sg_graph_particle_copy(&p, &q[1], &q[0], 1, &err), &err);
    int apart = memcmp(&q[0].state.rng, &q[1].state.rng, sizeof(sg_rng)) != 0;
    q[1].state.rng = q[0].state.rng;
    for (int k = 0; k < 2; k++)
        must(go(&p, &f, &q[k], CUT, STEPS - 1), &err);
    int same = 1;
    for (size_t k = 0; k < p.sys.n && same; k++) {
        const sg_slot *a = &q[0].state.slot[k], *b = &q[1].state.slot[k];
        same &= a->len == b->len;
        same &= a->tok ? memcmp(a->tok, b->tok, a->len * sizeof *a->tok) == 0
                       : memcmp(a->x, b->x, a->len * sizeof *a->x) == 0;
    }
    tap_ok(same && apart, "a copy of a particle goes its way: %s, %s", c->arch->name, sampler);
    for (int k = 0; k < 2; k++)
        sg_graph_particle_clear(&q[k]);
    sg_arena_clear(&w.arena);
    sg_graph_plan_clear(&p);
    sg_graph_model_clear(&m);
    sg_graph_clear(&given);
}

static void particles(void)
{
    static sg_graph_config net, gdss;
    static const char *const samplers[] = {"euler", "exp3", "sde2"};
    net.n_node_labels = net.n_edge_labels = 1;
    net.edge_label[0] = 1;
    net.max_nodes = 9;
    net.sizes[8] = net.sizes[9] = 1;
    net.mean_degree = 3;
    gdss = net;
    net.arch = &sg_graph_egnet;
    net.net = (sg_egnet_dims){
        .d = 32, .K = 8, .P = 16, .H = 2, .F = 64, .L = 1, .C = 1, .B = 2, .N = 9, .U = 4, .W = 5};
    gdss.arch = &sg_graph_gdss;
    gdss.gdss.net = (sg_gdss_dims){
        .F = 4, .depth = 1, .L = 2, .d = 16, .H = 4, .c_init = 2, .c_hid = 8, .c_final = 4};
    for (int k = 0; k < 2; k++)
        must(sg_path_init(&gdss.gdss.path[k], &sg_path_vp, NULL, NULL, 0, &err), &err);
    for (size_t k = 0; k < sizeof samplers / sizeof *samplers; k++) {
        copies(&net, samplers[k]);
        copies(&gdss, samplers[k]);
    }
}

int main(void)
{
    particles();
    reading();
    bounds();
    judging();
    potentials();
    return tap_done();
}
