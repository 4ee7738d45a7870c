/* Descriptors against brute force and GSL, closed forms, invariances, known graphs. */
#include <config.h>
#include <sigen/graph_metrics.h>
#include <sigen/rng.h>

#include <gsl/gsl_eigen.h>
#include <stdlib.h>

#include "graphgen/blocks.h"
#include "graphgen/profile.h"
#include "tap.h"

static sg_error err;

static void start(sg_graph *g, int n)
{
    sg_graph_reset(g);
    if (sg_graph_set_nodes(g, n, &err) != SG_OK)
        abort();
}

static void join(sg_graph *g, int u, int v)
{
    if (sg_graph_add_edge(g, u, v, 1, 1, &err) != SG_OK)
        abort();
}

static void end(sg_graph *g)
{
    if (sg_graph_sort(g, &err) != SG_OK)
        abort();
}

static void random_graph(sg_graph *g, int n, double p, sg_rng *rng)
{
    start(g, n);
    for (int v = 1; v < n; v++)
        for (int u = 0; u < v; u++)
            if (sg_rng_uniform(rng) < p)
                join(g, u, v);
    end(g);
}

/* ---- orbits by looking at all sets of nodes ----------------------------------------------------
 */

static int has[64][64];

static void matrix(const sg_graph *g)
{
    memset(has, 0, sizeof has);
    for (int k = 0; k < g->n_edges; k++)
        has[g->edge[k].u][g->edge[k].v] = has[g->edge[k].v][g->edge[k].u] = 1;
}

/* The orbit of a node follows from its degree, the number of edges and the largest degree; -1: the
 * subgraph is not connected. */
static int orbit_of(int size, int edges, int most, int least, int deg)
{
    if (size == 2)
        return edges ? 0 : -1;
    if (size == 3)
        return edges == 2 ? (deg == 1 ? 1 : 2) : edges == 3 ? 3 : -1;
    switch (edges) {
    case 3:
        if (least == 0)
            return -1;
        return most == 2 ? (deg == 1 ? 4 : 5) : (deg == 1 ? 6 : 7);
    case 4:
        return most == 2 ? 8 : deg == 1 ? 9 : deg == 2 ? 10 : 11;
    case 5:
        return deg == 2 ? 12 : 13;
    case 6:
        return 14;
    default:
        return -1;
    }
}

static void look(const int *at, int size, int64_t (*o)[SG_GRAPH_ORBITS])
{
    int deg[4] = {0}, edges = 0, most = 0, least = 9;
    for (int a = 0; a < size; a++) {
        for (int b = 0; b < size; b++)
            deg[a] += has[at[a]][at[b]];
        edges += deg[a];
        most = deg[a] > most ? deg[a] : most;
        least = deg[a] < least ? deg[a] : least;
    }
    for (int a = 0; a < size; a++) {
        int k = orbit_of(size, edges / 2, most, least, deg[a]);
        if (k >= 0)
            o[at[a]][k]++;
    }
}

static void brute(const sg_graph *g, int64_t (*o)[SG_GRAPH_ORBITS])
{
    int n = g->n_nodes, at[4];
    memset(o, 0, (size_t)n * sizeof *o);
    matrix(g);
    for (at[0] = 0; at[0] < n; at[0]++)
        for (at[1] = at[0] + 1; at[1] < n; at[1]++) {
            look(at, 2, o);
            for (at[2] = at[1] + 1; at[2] < n; at[2]++) {
                look(at, 3, o);
                for (at[3] = at[2] + 1; at[3] < n; at[3]++)
                    look(at, 4, o);
            }
        }
}

static void test_orbits(sg_rng *rng)
{
    static const double p[] = {0.05, 0.15, 0.4, 0.7, 0.95, 1};
    static int64_t got[40][SG_GRAPH_ORBITS], want[40][SG_GRAPH_ORBITS];
    sg_graph g = {0};
    for (size_t i = 0; i < sizeof p / sizeof *p; i++) {
        int good = 1;
        for (int n = 1; n < 24; n++) {
            random_graph(&g, n, p[i], rng);
            brute(&g, want);
            good &= sg_graph_orbits(&g, got[0], &err) == SG_OK &&
                    memcmp(got, want, (size_t)n * sizeof *got) == 0;
        }
        tap_ok(good, "orbits: as counted over all sets of nodes, density %g", p[i]);
    }
    start(&g, 0);
    tap_ok(sg_graph_orbits(&g, got[0], &err) == SG_OK, "orbits: the empty graph has none");
    sg_graph_clear(&g);
}

static void test_clustering(void)
{
    sg_graph g = {0};
    double c[5];
    start(&g, 5); /* a diamond 0 1 2 3 without 0-3, a tail 3-4 */
    join(&g, 0, 1);
    join(&g, 0, 2);
    join(&g, 1, 2);
    join(&g, 1, 3);
    join(&g, 2, 3);
    join(&g, 3, 4);
    end(&g);
    tap_ok(sg_graph_clustering(&g, c, &err) == SG_OK && c[0] == 1 && c[1] == 2.0 / 3 &&
               c[3] == 1.0 / 3 && c[4] == 0,
           "clustering of a diamond with a tail");
    sg_graph_clear(&g);
    /* numpy.histogram(x, bins=100, range=(0, 1)) of NumPy 1.24 */
    static const double x[] = {0,       0.57,      0.29, 0.07, 0.35, 1.0 / 3,
                               2.0 / 3, 0.9999999, 1,    0.58, 0.14};
    static const int bin[] = {0, 56, 29, 7, 34, 33, 66, 99, 99, 58, 14};
    for (size_t i = 0; i < sizeof x / sizeof *x; i++)
        if (!tap_ok(sg_i_bin(x[i], 0, 1, 100) == bin[i], "bin of %g", x[i]))
            printf("# got %d\n", sg_i_bin(x[i], 0, 1, 100));
    tap_ok(sg_i_bin(1.0000001, 0, 1, 100) == -1 && sg_i_bin(-1e-9, 0, 1, 100) == -1 &&
               sg_i_bin(NAN, 0, 1, 100) == -1,
           "bins end where the range does");
}

/* ---- spectra -----------------------------------------------------------------------------------
 */

static double worst(const double *a, const double *b, int n)
{
    double w = 0;
    for (int i = 0; i < n; i++)
        w = fmax(w, fabs(a[i] - b[i]));
    return w;
}

/* |L v - lambda v| and |V V^T - 1|, largest elements. */
static void residuals(const sg_graph *g, const double *lambda, const double *v, double *eigen,
                      double *ortho)
{
    int n = g->n_nodes;
    int *deg = calloc((size_t)n + 1, sizeof *deg);
    double *y = calloc((size_t)n + 1, sizeof *y);
    *eigen = *ortho = 0;
    sg_graph_degrees(g, deg);
    for (int k = 0; k < n; k++) {
        const double *x = v + (size_t)k * (size_t)n;
        for (int i = 0; i < n; i++)
            y[i] = (deg[i] > 0) * x[i] - lambda[k] * x[i];
        for (int e = 0; e < g->n_edges; e++) {
            int a = g->edge[e].u, b = g->edge[e].v;
            double w = 1 / sqrt((double)deg[a] * deg[b]);
            y[a] -= w * x[b];
            y[b] -= w * x[a];
        }
        for (int i = 0; i < n; i++)
            *eigen = fmax(*eigen, fabs(y[i]));
        for (int j = 0; j <= k; j++) {
            double s = j == k ? -1 : 0;
            for (int i = 0; i < n; i++)
                s += x[i] * v[(size_t)j * (size_t)n + (size_t)i];
            *ortho = fmax(*ortho, fabs(s));
        }
    }
    free(deg);
    free(y);
}

static int ascending(const void *pa, const void *pb)
{
    double a = *(const double *)pa, b = *(const double *)pb;
    return (a > b) - (a < b);
}

static double against_gsl(const sg_graph *g, const double *lambda)
{
    size_t n = (size_t)g->n_nodes;
    int *deg = calloc(n + 1, sizeof *deg);
    gsl_matrix *m = gsl_matrix_calloc(n, n);
    gsl_vector *e = gsl_vector_alloc(n);
    gsl_eigen_symm_workspace *w = gsl_eigen_symm_alloc(n);
    sg_graph_degrees(g, deg);
    for (size_t i = 0; i < n; i++)
        gsl_matrix_set(m, i, i, deg[i] > 0);
    for (int k = 0; k < g->n_edges; k++) {
        size_t u = (size_t)g->edge[k].u, v = (size_t)g->edge[k].v;
        gsl_matrix_set(m, u, v, -1 / sqrt((double)deg[u] * deg[v]));
        gsl_matrix_set(m, v, u, gsl_matrix_get(m, u, v));
    }
    gsl_eigen_symm(m, e, w);
    qsort(e->data, n, sizeof(double), ascending);
    double d = worst(e->data, lambda, (int)n);
    gsl_eigen_symm_free(w);
    gsl_matrix_free(m);
    gsl_vector_free(e);
    free(deg);
    return d;
}

/* Rounding of a backward stable method: a small multiple of n epsilon, n <= 200. */
static const double rounding = 2e-13;

static void test_spectrum(sg_rng *rng)
{
    static const double p[] = {0.01, 0.05, 0.3, 1};
    static const int sizes[] = {1, 2, 3, 17, 64, 200};
    double *v = malloc(200 * 200 * sizeof *v), lambda[200], alone[200], eigen, ortho, want[200];
    sg_graph g = {0};
    for (size_t i = 0; i < sizeof p / sizeof *p; i++) {
        double gsl = 0, e = 0, o = 0, same = 0;
        for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
            random_graph(&g, sizes[k], p[i], rng);
            if (sg_graph_spectrum(&g, lambda, v, &err) != SG_OK ||
                sg_graph_spectrum(&g, alone, NULL, &err) != SG_OK)
                e = NAN;
            residuals(&g, lambda, v, &eigen, &ortho);
            gsl = fmax(gsl, against_gsl(&g, lambda));
            same = fmax(same, worst(lambda, alone, g.n_nodes));
            e += eigen;
            o = fmax(o, ortho);
        }
        tap_near(gsl, 0, rounding, 0, "spectrum: eigenvalues of GSL");
        tap_near(e, 0, 6 * rounding, 0, "spectrum: L v = lambda v");
        tap_near(o, 0, rounding, 0, "spectrum: vectors are orthonormal");
        tap_near(same, 0, rounding, 0, "spectrum: the same values without vectors");
    }
    start(&g, 30); /* path: 1 - cos(pi k / (n - 1)) */
    for (int i = 1; i < 30; i++)
        join(&g, i - 1, i);
    end(&g);
    for (int k = 0; k < 30; k++)
        want[k] = 1 - cos(acos(-1) * k / 29);
    tap_ok(sg_graph_spectrum(&g, lambda, NULL, &err) == SG_OK &&
               worst(lambda, want, 30) < rounding && lambda[29] <= 2,
           "spectrum of a path");
    start(&g, 12); /* star: 0, 1 ten times, 2 */
    for (int i = 1; i < 12; i++)
        join(&g, 0, i);
    for (int k = 0; k < 12; k++)
        want[k] = k == 0 ? 0 : k == 11 ? 2 : 1;
    tap_ok(sg_graph_spectrum(&g, lambda, v, &err) == SG_OK && worst(lambda, want, 12) < rounding,
           "spectrum of a star");
    g.n_nodes = SG_GRAPH_MAX_SPECTRUM + 1;
    tap_ok(sg_graph_spectrum(&g, lambda, NULL, &err) == SG_ELIMIT, "spectrum: too many nodes");
    sg_graph_clear(&g);
    free(v);
}

/* ---- isomorphism, rules ------------------------------------------------------------------------
 */

static void shuffled(sg_graph *h, const sg_graph *g, sg_rng *rng)
{
    int to[64];
    for (int i = 0; i < g->n_nodes; i++)
        to[i] = i;
    for (int i = g->n_nodes - 1; i > 0; i--) {
        int j = (int)sg_rng_below(rng, (uint32_t)i + 1), t = to[i];
        to[i] = to[j];
        to[j] = t;
    }
    start(h, g->n_nodes);
    if (g->node_label && sg_graph_make_labels(h, &err) != SG_OK)
        abort();
    for (int i = 0; g->node_label && i < g->n_nodes; i++)
        h->node_label[to[i]] = g->node_label[i];
    for (int k = 0; k < g->n_edges; k++)
        if (sg_graph_add_edge(h, to[g->edge[k].u], to[g->edge[k].v], g->edge[k].label, 1, &err) !=
            SG_OK)
            abort();
    h->has_edge_labels = g->has_edge_labels;
    end(h);
}

static void cycle(sg_graph *g, int from, int n)
{
    for (int i = 0; i < n; i++)
        join(g, from + i, from + (i + 1) % n);
}

static int same_key(const sg_graph *a, const sg_graph *b)
{
    unsigned char ka[SG_GRAPH_KEY], kb[SG_GRAPH_KEY];
    if (sg_graph_key(a, ka, &err) != SG_OK || sg_graph_key(b, kb, &err) != SG_OK)
        abort();
    return memcmp(ka, kb, SG_GRAPH_KEY) == 0;
}

static void test_keys(sg_rng *rng)
{
    sg_graph g = {0}, h = {0};
    unsigned char key[SG_GRAPH_KEY];
    start(&g, 3);
    if (sg_graph_key(&g, key, &err) == SG_ENOTSUP) {
        tap_skip("keys", "built without igraph");
        return;
    }
    for (int kind = 0; kind < 4; kind++) {
        int equal = 1, differ = 1;
        for (int t = 0; t < 50; t++) {
            random_graph(&g, 2 + t / 3, 0.3, rng);
            if (g.n_edges == 0)
                continue;
            if (kind & 1 && sg_graph_make_labels(&g, &err) != SG_OK)
                abort();
            for (int i = 0; kind & 1 && i < g.n_nodes; i++)
                g.node_label[i] = (int)sg_rng_below(rng, 3) - 1;
            g.has_edge_labels = kind >> 1;
            for (int k = 0; kind >> 1 && k < g.n_edges; k++)
                g.edge[k].label = (int)sg_rng_below(rng, 3);
            shuffled(&h, &g, rng);
            equal &= same_key(&g, &h);
            if (kind & 1)
                h.node_label[0] = 7;
            else if (kind >> 1)
                h.edge[0].label = 7;
            else
                h.n_edges--;
            differ &= !same_key(&g, &h);
        }
        tap_ok(equal, "keys: the order of nodes does not matter, kind %d", kind);
        tap_ok(differ, "keys: every edge and label does, kind %d", kind);
    }
    start(&g, 6);
    cycle(&g, 0, 6);
    end(&g);
    start(&h, 6);
    cycle(&h, 0, 3);
    cycle(&h, 3, 3);
    end(&h);
    tap_ok(!same_key(&g, &h), "keys: a cycle of 6 is no two of 3");
    sg_graph_clear(&g);
    sg_graph_clear(&h);
}

static int obeys(const char *rule, const sg_graph *g)
{
    int ok = -1;
    return sg_graph_rule_find(rule)->judge(g, &ok, &err) == SG_OK ? ok : -1;
}

static void test_rules(void)
{
    sg_graph g = {0};
    start(&g, 1);
    tap_ok(obeys("tree", &g) == 1 && obeys("connected", &g) == 1, "one node is a tree");
    start(&g, 0);
    tap_ok(obeys("tree", &g) == 0 && obeys("connected", &g) == 0, "no node is none");
    start(&g, 6);
    for (int i = 0; i < 5; i++)
        join(&g, i, i + 1);
    end(&g);
    tap_ok(obeys("tree", &g) == 1, "a path is a tree");
    g.edge[4] = (sg_graph_edge){0, 4, 1, 1};
    end(&g);
    tap_ok(obeys("tree", &g) == 0, "a cycle and a node alone are no tree, though m = n - 1");
    start(&g, 2);
    if (obeys("planar", &g) == -1) {
        tap_skip("planar", "built without libplanarity");
        sg_graph_clear(&g);
        return;
    }
    tap_ok(obeys("planar", &g) == 0, "planar: two nodes apart are not connected");
    for (int n = 3; n < 8; n++) {
        start(&g, n);
        for (int v = 1; v < n; v++)
            for (int u = 0; u < v; u++)
                join(&g, u, v);
        tap_ok(obeys("planar", &g) == (n < 5), "planar: complete graph of %d", n);
        g.n_edges--;
        tap_ok(obeys("planar", &g) == (n < 6), "planar: without one edge, %d", n);
    }
    start(&g, 6);
    for (int i = 0; i < 9; i++)
        join(&g, i % 3, 3 + i / 3);
    end(&g);
    tap_ok(obeys("planar", &g) == 0, "planar: not K3,3, with few edges");
    start(&g, 10); /* Petersen */
    cycle(&g, 0, 5);
    for (int i = 0; i < 5; i++) {
        join(&g, i, 5 + i);
        join(&g, 5 + i, 5 + (i + 2) % 5);
    }
    end(&g);
    tap_ok(obeys("planar", &g) == 0, "planar: not Petersen's graph");
    start(&g, 10); /* prism */
    cycle(&g, 0, 5);
    cycle(&g, 5, 5);
    for (int i = 0; i < 5; i++)
        join(&g, i, 5 + i);
    end(&g);
    tap_ok(obeys("planar", &g) == 1, "planar: a prism");
    sg_graph_clear(&g);
}

/* ---- sets --------------------------------------------------------------------------------------
 */

static void random_set(sg_graph_set *s, size_t count, int n, double p, sg_rng *rng)
{
    for (size_t i = 0; i < count; i++) {
        sg_graph g = {0};
        random_graph(&g, n, p, rng);
        if (sg_graph_set_take(s, &g, &err) != SG_OK)
            abort();
    }
}

static void test_sets(sg_rng *rng)
{
    const unsigned all = (1u << SG_GRAPH_STATS) - 1;
    sg_graph_set a = {0}, b = {0}, c = {0};
    random_set(&a, 40, 14, 0.3, rng);
    random_set(&b, 85, 14, 0.3, rng);
    random_set(&c, 40, 14, 0.5, rng);
    sg_graph_profile *pa = sg_graph_profile_new(&a, all, &err),
                     *pb = sg_graph_profile_new(&b, all, &err),
                     *pc = sg_graph_profile_new(&c, all, &err);
    if (!pa || !pb || !pc)
        abort();
    for (int k = 0; k < SG_GRAPH_STATS; k++) {
        size_t len;
        double sum = 0;
        const double *row = sg_graph_profile_row(pa, (sg_graph_stat)k, 3, &len);
        for (size_t i = 0; i < len; i++)
            sum += row[i];
        if (k != SG_GRAPH_ORBIT && k != SG_GRAPH_ORBIT5)
            tap_near(sum, 1, 1e-12, 0, "a histogram has sum 1");
        for (size_t j = 0; sg_graph_suites[j]; j++) {
            double self = NAN, near = NAN, far = NAN;
            sg_status s = sg_graph_mmd(&self, sg_graph_suites[j], (sg_graph_stat)k, pa, pa, &err);
            s |= sg_graph_mmd(&near, sg_graph_suites[j], (sg_graph_stat)k, pa, pb, &err);
            s |= sg_graph_mmd(&far, sg_graph_suites[j], (sg_graph_stat)k, pa, pc, &err);
            tap_ok(s == SG_OK && fabs(self) < 1e-13 && near > 1e-6 && far > near,
                   "mmd: 0 with itself, small with its like, %s %s", sg_graph_suites[j]->name,
                   sg_graph_stat_name((sg_graph_stat)k));
        }
    }
    sg_graph_comparison m;
    const sg_graph_suite *tv = sg_graph_suite_find("tv");
    double d;
    tap_ok(sg_graph_compare(&m, tv, pa, pb, pc, 50, 1, &err) == SG_OK && m.draw_size == 40 &&
               m.n_draws == 2 && m.n_floor == 0,
           "compare: draws of the reference's size; no floor from as few training graphs");
    tap_ok(sg_graph_mmd(&d, tv, SG_GRAPH_ORBIT, pa, pb, &err) == SG_OK &&
               fabs(d - m.stat[SG_GRAPH_ORBIT].mmd) < 1e-14,
           "compare: the same as mmd");
    tap_ok(sg_graph_compare(&m, tv, pa, pc, pb, 200, 1, &err) == SG_OK && m.n_floor == 200 &&
               m.average.ratio > 5 && m.average.floor.p05 < m.average.floor.mean &&
               m.average.floor.mean < m.average.floor.p95,
           "compare: other graphs lie far above the floor");
    double far = m.average.ratio;
    tap_ok(sg_graph_compare(&m, tv, pa, pb, pb, 200, 1, &err) == SG_OK && m.average.ratio < 2 &&
               m.average.ratio > 0.3 && far > m.average.ratio && isnan(m.average.draws.sd) == 0,
           "compare: their like do not");
    sg_graph_discrepancy x;
    tap_ok(sg_graph_discriminate(&x, pa, pb, 1, &err) == SG_OK && x.per_class == 40 &&
               x.best_js < 0.25 && x.accuracy[SG_GRAPH_ORBIT] < 0.7,
           "a classifier does not tell like from like");
    tap_ok(sg_graph_discriminate(&x, pa, pc, 1, &err) == SG_OK && x.best_accuracy > 0.9 &&
               x.best_js > 0.6,
           "but does tell apart other graphs");
    a.n -= 35;
    sg_graph_profile *few = sg_graph_profile_new(&a, all, &err);
    tap_ok(few && sg_graph_discriminate(&x, few, pb, 1, &err) == SG_EINVAL,
           "five graphs are too few for it");
    sg_graph_profile_free(few);
    a.n += 35;
    sg_graph_set none = {0};
    few = sg_graph_profile_new(&none, all, &err);
    tap_ok(few && sg_graph_mmd(&d, tv, SG_GRAPH_DEGREE, few, pa, &err) == SG_EINVAL &&
               sg_graph_compare(&m, tv, pa, few, NULL, 0, 1, &err) == SG_EINVAL,
           "an empty set has no distance");
    sg_graph_profile_free(few);
    sg_graph_profile_free(pa);
    sg_graph_profile_free(pb);
    sg_graph_profile_free(pc);
    sg_graph_set_clear(&a);
    sg_graph_set_clear(&b);
    sg_graph_set_clear(&c);
}

/* ---- orbits of 5 nodes: all sets of nodes, all renumberings ------------------------------------
 */

/* Least adjacency over the renumberings of at[0..5) that put at[root] first; root -1: over all. */
static int canonical(const int *at, int root)
{
    int best = 1 << 20;
    for (int code = 0; code < 3125; code++) {
        int p[5], used = 0, mask = 0, c = code;
        for (int k = 0; k < 5; k++, c /= 5)
            used |= 1 << (p[k] = c % 5);
        if (used != 31 || (root >= 0 && p[0] != root))
            continue;
        for (int a = 1; a < 5; a++)
            for (int b = 0; b < a; b++)
                mask |= has[at[p[a]]][at[p[b]]] << (a * (a - 1) / 2 + b);
        best = mask < best ? mask : best;
    }
    return best;
}

static int reaches_all(const int *at)
{
    int seen = 1;
    for (int k = 0; k < 5; k++)
        for (int a = 0; a < 5; a++)
            for (int b = 0; b < 5; b++)
                seen |= (seen >> a & 1 && has[at[a]][at[b]]) << b;
    return seen == 31;
}

static void test_orbits5(sg_rng *rng)
{
    enum { N = 11, OWN = SG_GRAPH_ORBITS5 - SG_GRAPH_ORBITS };
    sg_graph g = {0};
    static int64_t want[N][1 << 10], got[N][SG_GRAPH_ORBITS5], four[N][SG_GRAPH_ORBITS];
    static unsigned char fits[1 << 10][OWN], met[1 << 10];
    int good = 1, classes = 0;
    memset(fits, 1, sizeof fits);
    for (int t = 0; t < 24; t++) {
        random_graph(&g, N, 0.15 + 0.035 * t, rng);
        matrix(&g);
        memset(want, 0, sizeof want);
        for (int set = 0; set < 1 << N; set++) {
            int at[5], n = 0;
            for (int i = 0; i < N && __builtin_popcount((unsigned)set) == 5; i++)
                if (set >> i & 1)
                    at[n++] = i;
            if (n != 5 || !reaches_all(at))
                continue;
            for (int r = 0; r < 5; r++) {
                int code = canonical(at, r);
                want[at[r]][code]++;
            }
        }
        good &= sg_graph_orbits5(&g, got[0], &err) == SG_OK;
        good &= sg_graph_orbits(&g, four[0], &err) == SG_OK;
        for (int code = 0; code < 1 << 10; code++)
            for (int i = 0; i < N; i++) {
                met[code] |= want[i][code] > 0;
                for (int k = 0; k < OWN; k++)
                    fits[code][k] &= got[i][SG_GRAPH_ORBITS + k] == want[i][code];
            }
        for (int i = 0; i < N; i++)
            good &= memcmp(got[i], four[i], sizeof four[i]) == 0;
    }
    /* each class of (subgraph, node) is one column, and no column is two */
    for (int code = 0; code < 1 << 10; code++) {
        int columns = 0, others = 0;
        for (int k = 0; k < OWN && met[code]; k++)
            if (fits[code][k]) {
                columns++;
                for (int c = 0; c < 1 << 10; c++)
                    others += c != code && met[c] && fits[c][k];
            }
        good &= !met[code] || (columns == 1 && others == 0);
        classes += met[code];
    }
    tap_ok(good, "orbits of 5 nodes: as counted over all sets and renumberings");
    tap_ok(classes == OWN, "all 58 were met (%d)", classes);
    random_graph(&g, 1, 0, rng);
    tap_ok(sg_graph_orbits5(&g, got[0], &err) == SG_OK, "orbits of 5 nodes: of a node alone");
    start(&g, 2000); /* a star of too many */
    for (int i = 1; i < 2000; i++)
        join(&g, 0, i);
    end(&g);
    int64_t *many = malloc(2000 * sizeof *many * SG_GRAPH_ORBITS5);
    tap_ok(many && sg_graph_orbits5(&g, many, &err) == SG_ELIMIT, "and too many of them");
    free(many);
    sg_graph_clear(&g);
}

/* ---- blocks ---------------------------------------------------------------------------------- */

static double ln_choose(double n, double k)
{
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1);
}

/* The description length as blocks.h writes it. */
static double described(const sg_graph *g, const int *block, int count)
{
    double e[8][8] = {{0}}, n[8] = {0}, dl = lgamma(g->n_nodes + 1.0), all = g->n_edges;
    for (int i = 0; i < g->n_nodes; i++)
        n[block[i]]++;
    for (int k = 0; k < g->n_edges; k++) {
        int r = block[g->edge[k].u], t = block[g->edge[k].v];
        e[r < t ? r : t][r < t ? t : r]++;
    }
    for (int r = 0; r < count; r++) {
        dl -= lgamma(n[r] + 1);
        for (int t = r; t < count; t++)
            dl += ln_choose(r == t ? n[r] * (n[r] - 1) / 2 : n[r] * n[t], e[r][t]);
    }
    return dl + ln_choose(count * (count + 1) / 2 + all - 1, all) +
           ln_choose(g->n_nodes - 1, count - 1);
}

/* Blocks of these sizes under a shuffled numbering; truth (n) out. */
static int planted(sg_graph *g, const int *size, int count, double in, double between, int *truth,
                   sg_rng *rng)
{
    int n = 0;
    for (int b = 0; b < count; b++)
        for (int k = 0; k < size[b]; k++)
            truth[n++] = b;
    for (int i = n - 1; i > 0; i--) {
        int j = (int)sg_rng_below(rng, (uint32_t)i + 1), t = truth[i];
        truth[i] = truth[j];
        truth[j] = t;
    }
    start(g, n);
    for (int v = 1; v < n; v++)
        for (int u = 0; u < v; u++)
            if (sg_rng_uniform(rng) < (truth[u] == truth[v] ? in : between))
                join(g, u, v);
    end(g);
    return n;
}

static void test_blocks(sg_rng *rng)
{
    static const int sizes[][5] = {{20, 40}, {25, 30, 22}, {31, 21, 39, 28}, {20, 25, 30, 35, 40}};
    sg_graph g = {0};
    int truth[200], block[200], count, found = 0, least, most, shares = 0;
    double dl, worst = 0, above = 0;
    for (int t = 0; t < 20; t++) {
        int k = 2 + t % 4, n = planted(&g, sizes[t % 4], k, 0.3, 0.005, truth, rng), same = 1;
        if (sg_graph_blocks(&g, block, &count, &dl, &err) != SG_OK)
            abort();
        for (int i = 0; i < n; i++)
            for (int j = 0; j < i; j++)
                same = same && (truth[i] == truth[j]) == (block[i] == block[j]);
        found += same && count == k;
        worst = fmax(worst, fabs(dl - described(&g, block, count)));
        above = fmax(above, dl - described(&g, truth, k));
        shares += obeys("sbm", &g);
    }
    tap_ok(found >= 19, "planted blocks are found in %d of 20 graphs", found);
    tap_ok(worst < 1e-8, "the description length is as defined (%.1e)", worst);
    tap_ok(above < 1e-8, "and not above that of the planted blocks (%.1e)", above);
    tap_ok(shares >= 14, "sbm: %d of 20 graphs of the law obey", shares);
    for (int i = 0; i < 60; i++)
        block[i] = i / 30;
    start(&g, 60);
    for (int v = 1; v < 30; v++)
        for (int u = 0; u < v; u++)
            if ((u + v) % 3 == 0) {
                join(&g, u, v);
                join(&g, 30 + u, 30 + v);
            }
    for (int i = 0; i < 6; i++)
        join(&g, i, 30 + i);
    end(&g);
    double in = (g.n_edges - 6) / 2. / 435, out = 6. / 900, want = 0;
    want += erfc(sqrt((in - .3) * (in - .3) / (in * (1 - in) + 1e-6) / 2)) / 2;
    want += erfc(sqrt((out - .005) * (out - .005) / (out * (1 - out) + 1e-6) / 2)) / 2;
    tap_near(sg_graph_blocks_wald(&g, block, 2, .3, .005, &least, &most), want, 1e-6, 0,
             "Wald's test of two blocks");
    tap_ok(least == 30 && most == 30, "sizes of blocks");
    random_graph(&g, 100, 0.1, rng);
    tap_ok(obeys("sbm", &g) == 0, "sbm: a graph without blocks does not");
    static const int small[] = {10, 35, 35}, large[] = {30, 50};
    planted(&g, small, 3, 0.3, 0.005, truth, rng);
    int no = obeys("sbm", &g) == 0;
    planted(&g, large, 2, 0.3, 0.005, truth, rng);
    tap_ok(no && obeys("sbm", &g) == 0, "sbm: nor one with small or large blocks");
    start(&g, 1);
    end(&g);
    tap_ok(sg_graph_blocks(&g, block, &count, NULL, &err) == SG_OK && count == 1, "a node alone");
    start(&g, 40);
    end(&g);
    tap_ok(obeys("sbm", &g) == 0, "sbm: nor one without edges");
    sg_graph_clear(&g);
}

/* Statistics by looking at all pairs and triples; bounds are reached by complete graphs. */
static double statistic(const char *name, const sg_graph *g)
{
    double v = -1;
    const sg_graph_statistic *s = sg_graph_statistic_find(name, strlen(name));
    return s && s->value(g, &v, &err) == SG_OK ? v : -1;
}

static void test_statistics(sg_rng *rng)
{
    sg_graph g = {0};
    int good = 1;
    for (int t = 0; t < 60; t++) {
        int n = 1 + (int)sg_rng_below(rng, 24), edges = 0, tri = 0, top = 0, comp[64];
        double c[64], mean = 0;
        random_graph(&g, n, sg_rng_uniform(rng), rng);
        matrix(&g);
        for (int i = 0; i < n; i++) {
            int deg = 0;
            for (int j = 0; j < n; j++) {
                deg += has[i][j];
                edges += j < i && has[i][j];
                for (int k = 0; k < j && j < i; k++)
                    tri += has[i][j] && has[j][k] && has[i][k];
            }
            top = deg > top ? deg : top;
        }
        good &= sg_graph_clustering(&g, c, &err) == SG_OK;
        for (int i = 0; i < n; i++)
            mean += c[i] / n;
        good &= statistic("nodes", &g) == n && statistic("edges", &g) == edges;
        good &= statistic("triangles", &g) == tri && statistic("max-degree", &g) == top;
        good &= statistic("components", &g) == sg_graph_components(&g, comp);
        good &= fabs(statistic("clustering", &g) - mean) < 1e-12;
    }
    tap_ok(good, "statistics of 60 random graphs against all pairs and triples");
    good = 1;
    for (int n = 1; n < 9; n++) {
        random_graph(&g, n, 2, rng);
        for (size_t i = 0; sg_graph_statistics[i]; i++) {
            const sg_graph_statistic *s = sg_graph_statistics[i];
            double v = statistic(s->name, &g), most = s->most(n);
            if (strcmp(s->name, "components") == 0)
                v = n; /* of the graph without edges */
            if (strcmp(s->name, "clustering") == 0 && n < 3)
                v = 1;
            good &= fabs(v - most) < 1e-12;
        }
    }
    tap_ok(good, "complete graphs have the most of everything");
    tap_ok(!sg_graph_statistic_find("edge", 4) && sg_graph_statistic_find("edges=3", 5),
           "a statistic is found by its whole name");
    sg_graph_clear(&g);
}

int main(void)
{
    sg_rng rng;
    sg_rng_init(&rng, 2385, 1, 0);
    test_orbits(&rng);
    test_clustering();
    test_spectrum(&rng);
    test_keys(&rng);
    test_rules();
    test_orbits5(&rng);
    test_blocks(&rng);
    test_statistics(&rng);
    test_sets(&rng);
    return tap_done();
}
