/* Assignment, superposition and 3x3 eigenvectors: exact answers, brute force, golden values of
 * scipy 1.17.1 and numpy 2.4.6 (linear_sum_assignment, Rotation.align_vectors, eigh) on inputs that
 * simple formulas give, invariances and degenerate sets. */
#include <sigen/align.h>
#include <sigen/rng.h>

#include "tap.h"

#include <stdlib.h>

/* ---- assignment ---- */

static void brute(const double *cost, size_t n, size_t row, unsigned used, double sum, double *best)
{
    if (row == n && sum < *best)
        *best = sum;
    for (size_t j = 0; row < n && j < n; j++)
        if (!(used >> j & 1))
            brute(cost, n, row + 1, used | 1u << j, sum + cost[row * n + j], best);
}

static int permutation(const size_t *to, size_t n)
{
    unsigned char seen[512] = {0};
    for (size_t i = 0; i < n; i++)
        if (to[i] >= n || seen[to[i]]++)
            return 0;
    return 1;
}

static void test_brute(void)
{
    sg_rng r;
    double cost[49], total, work[64];
    size_t to[7];
    int wrong = 0, runs = 0;
    sg_rng_init(&r, 11, 0, 0);
    for (int round = 0; round < 1500; round++, runs++) {
        size_t n = (size_t)round % 7 + 1;
        int kind = round / 7 % 3;
        for (size_t k = 0; k < n * n; k++) /* reals; small integers (ties); wide range */
            cost[k] = kind == 0   ? sg_rng_normal(&r)
                      : kind == 1 ? (double)sg_rng_below(&r, 4)
                                  : exp(5 * sg_rng_normal(&r));
        double best = INFINITY;
        brute(cost, n, 0, 0, 0, &best);
        if (sg_assign_work(n) > sizeof work ||
            sg_assign(to, &total, cost, n, work, NULL) != SG_OK || !permutation(to, n) ||
            !(fabs(total - best) <= 1e-12 * (1 + fabs(best))))
            wrong++;
    }
    tap_ok(wrong == 0, "%d problems of 1 to 7 rows agree with brute force (%d do not)", runs,
           wrong);
}

static void golden_cost(double *cost, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            cost[i * n + j] =
                (double)((i * i * 7919 + j * j * j * 104729 + i * j * 31) % 100003) / 100003.0 -
                0.25;
}

static void test_golden_assign(void)
{
    static const struct {
        size_t n;
        double total;
    } want[] = {{12, -0.9806105816825497}, {100, -23.250502484925455}, {512, -126.2717818465446}};
    static const size_t to12[12] = {10, 8, 11, 2, 5, 4, 7, 6, 1, 0, 3, 9};
    double *cost = malloc(512 * 512 * sizeof *cost), total;
    void *work = malloc(sg_assign_work(512));
    static size_t to[512];
    if (!cost || !work)
        abort();
    for (size_t k = 0; k < 3; k++) {
        char name[64];
        golden_cost(cost, want[k].n);
        sg_status status = sg_assign(to, &total, cost, want[k].n, work, NULL);
        snprintf(name, sizeof name, "scipy's total of %zu rows", want[k].n);
        tap_near(status == SG_OK && permutation(to, want[k].n) ? total : NAN, want[k].total, 1e-11,
                 0, name);
        if (k == 0)
            tap_ok(memcmp(to, to12, sizeof to12) == 0, "scipy's permutation of 12 rows");
    }
    /* squared distances of a set and its shuffled copy: the shuffle is found, total 0 */
    sg_rng r;
    static double x[512][3];
    static size_t shuffle[512];
    sg_rng_init(&r, 12, 0, 0);
    for (size_t i = 0; i < 512; i++) {
        sg_rng_normals(&r, x[i], 3);
        shuffle[i] = i;
    }
    for (size_t i = 511; i > 0; i--) {
        size_t j = sg_rng_below(&r, (uint32_t)i + 1), t = shuffle[i];
        shuffle[i] = shuffle[j];
        shuffle[j] = t;
    }
    for (size_t i = 0; i < 512; i++)
        for (size_t j = 0; j < 512; j++) {
            double d2 = 0;
            for (int k = 0; k < 3; k++)
                d2 += pow(x[shuffle[i]][k] - x[j][k], 2);
            cost[i * 512 + j] = d2;
        }
    sg_status status = sg_assign(to, &total, cost, 512, work, NULL);
    tap_ok(status == SG_OK && total == 0 && memcmp(to, shuffle, sizeof to) == 0,
           "a shuffle of 512 points is undone");
    for (size_t k = 0; k < 512 * 512; k++)
        cost[k] = 1.5;
    status = sg_assign(to, &total, cost, 512, work, NULL);
    int identity = status == SG_OK;
    for (size_t i = 0; i < 512; i++)
        identity &= to[i] == i;
    tap_ok(identity, "equal costs give the identity");
    free(work);
    free(cost);
}

static void test_assign_edges(void)
{
    sg_error err;
    double cost[4] = {1, 2, 3, NAN}, total = 5, work[16];
    size_t to[2] = {7, 7};
    tap_ok(sg_assign(to, &total, cost, 2, work, &err) == SG_ENAN && strstr(err.text, "row 1"),
           "a NaN cost: %s", err.text);
    cost[3] = INFINITY;
    tap_ok(sg_assign(to, &total, cost, 2, work, &err) == SG_ENAN, "an infinite cost");
    for (int k = 0; k < 4; k++)
        cost[k] = 1.7e308;
    tap_ok(sg_assign(to, &total, cost, 2, work, &err) == SG_ENAN && total == 5,
           "costs whose sum overflows");
    tap_ok(sg_assign(to, &total, cost, 0, work, &err) == SG_OK && total == 0, "no rows");
    cost[0] = -2.385;
    tap_ok(sg_assign(to, NULL, cost, 1, work, &err) == SG_OK && to[0] == 0, "one row, no total");
}

/* ---- superposition ---- */

static double det3(const double *m)
{
    return m[0] * (m[4] * m[8] - m[5] * m[7]) - m[1] * (m[3] * m[8] - m[5] * m[6]) +
           m[2] * (m[3] * m[7] - m[4] * m[6]);
}

/* Largest element of |m m^T - 1|. */
static double skewness(const double *m)
{
    double worst = 0;
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++) {
            double d = -(i == j);
            for (int k = 0; k < 3; k++)
                d += m[3 * i + k] * m[3 * j + k];
            worst = fmax(worst, fabs(d));
        }
    return worst;
}

static double distance(const double *a, const double *b, size_t n)
{
    double worst = 0;
    for (size_t k = 0; k < n; k++)
        worst = fmax(worst, fabs(a[k] - b[k]));
    return worst;
}

/* Uniform rotation from a unit quaternion; times -1 if `mirror`. */
static void random_rotation(double m[9], sg_rng *r, int mirror)
{
    double q[4], len = 0, f = mirror ? -1 : 1;
    sg_rng_normals(r, q, 4);
    for (int k = 0; k < 4; k++)
        len += q[k] * q[k];
    for (int k = 0; k < 4; k++)
        q[k] /= sqrt(len);
    double w = q[0], x = q[1], y = q[2], z = q[3];
    double rot[9] = {1 - 2 * (y * y + z * z), 2 * (x * y - w * z),     2 * (x * z + w * y),
                     2 * (x * y + w * z),     1 - 2 * (x * x + z * z), 2 * (y * z - w * x),
                     2 * (x * z - w * y),     2 * (y * z + w * x),     1 - 2 * (x * x + y * y)};
    for (int k = 0; k < 9; k++)
        m[k] = f * rot[k];
}

static void turn(double *y, const double *m, const double *x, const double *shift, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (int k = 0; k < 3; k++)
            y[3 * i + k] = m[3 * k] * x[3 * i] + m[3 * k + 1] * x[3 * i + 1] +
                           m[3 * k + 2] * x[3 * i + 2] + shift[k];
}

static void test_recovery(void)
{
    sg_rng r;
    double x[90], y[90], m[9], shift[3];
    double rot_error = 0, rmsd = 0, skew = 0, mirror_rmsd = INFINITY;
    int wrong_det = 0;
    sg_rng_init(&r, 21, 0, 0);
    for (int round = 0; round < 400; round++) {
        size_t n = 4 + (size_t)round % 27;
        int mirror = round & 1;
        sg_rng_normals(&r, x, 3 * n);
        sg_rng_normals(&r, shift, 3);
        random_rotation(m, &r, mirror);
        turn(y, m, x, shift, n);
        sg_superposition s;
        if (sg_superpose(&s, y, x, NULL, n, 1, NULL) != SG_OK)
            break;
        rot_error = fmax(rot_error, distance(s.rot, m, 9));
        rmsd = fmax(rmsd, s.rmsd);
        if (sg_superpose(&s, y, x, NULL, n, 0, NULL) != SG_OK)
            break;
        skew = fmax(skew, skewness(s.rot));
        wrong_det += !(fabs(det3(s.rot) - 1) < 1e-12);
        if (mirror)
            mirror_rmsd = fmin(mirror_rmsd, s.rmsd);
        else
            rot_error = fmax(rot_error, distance(s.rot, m, 9));
    }
    tap_near(rot_error, 0, 1e-11, 0, "random rotations and reflections are recovered");
    tap_near(rmsd, 0, 1e-13, 0, "with RMSD 0");
    tap_ok(wrong_det == 0 && skew < 1e-14, "without reflections every matrix is a rotation");
    tap_ok(mirror_rmsd > 1e-3, "and a mirror image does not fit (RMSD >= %.3g)", mirror_rmsd);
}

/* The formulas of the golden values; mirror: first coordinate of the moving points negated. */
static void golden_points(double *f, double *m, double *w, int mirror)
{
    for (int t = 0; t < 9; t++, f += 3, m += 3) {
        f[0] = cos(1.3 * t) * (1 + t);
        f[1] = sin(1.7 * t) * 3;
        f[2] = 0.5 * t - cos(t);
        m[0] = sin(0.9 * t) * 2 * (mirror ? -1 : 1);
        m[1] = 0.7 * t;
        m[2] = cos(2.1 * t) * (2 - t);
        w[t] = 1 + t % 3;
    }
}

static void test_golden_superpose(void)
{
    static const double rot[9] = {-0.88339698, -0.36741103, -0.29089331, -0.22055931, -0.22171532,
                                  0.94983994,  -0.41347717, 0.90324496,  0.11482672};
    static const double mirror_rot[9] = {
        0.8846467583136363, -0.38328050110270395, -0.2655111494450566,
        0.1428617513610122, 0.7648722106510795,   -0.6281409247707042,
        0.4438362682377809, 0.5177514450469369,   0.7313978453267207};
    double f[27], m[27], w[9];
    sg_superposition s = {0}, free_ = {0};
    golden_points(f, m, w, 0);
    sg_status status = sg_superpose(&s, f, m, w, 9, 0, NULL);
    tap_ok(status == SG_OK && distance(s.rot, rot, 9) < 1e-8, "scipy's weighted rotation");
    tap_near(s.rmsd, 3.85573533277557, 1e-13, 0, "and its RMSD");
    status = sg_superpose(&free_, f, m, w, 9, 1, NULL);
    tap_ok(status == SG_OK && memcmp(&s, &free_, sizeof s) == 0, "no reflection where it is worse");
    golden_points(f, m, w, 1);
    status = sg_superpose(&s, f, m, w, 9, 0, NULL);
    tap_ok(status == SG_OK && distance(s.rot, mirror_rot, 9) < 1e-8,
           "scipy's rotation of the mirror image");
    tap_near(s.rmsd, 4.304523020212337, 1e-13, 0, "and its RMSD");
    status = sg_superpose(&s, f, m, w, 9, 1, NULL);
    tap_near(status == SG_OK ? det3(s.rot) : NAN, -1, 1e-14, 0, "a reflection where it is better");
    tap_near(s.rmsd, 3.85573533277557, 1e-13, 0, "with the RMSD of the unmirrored set");
}

/* No small turn of the answer is better: the optimum, for degenerate sets too. */
static int optimal(const sg_superposition *s, const double *f, const double *m, size_t n, sg_rng *r)
{
    double y[90];
    for (int trial = 0; trial < 60; trial++) {
        double q[9];
        sg_superposition t = *s;
        random_rotation(q, r, 0);
        if (trial < 40) { /* near the identity: 1 + small antisymmetric part, made orthogonal */
            double e = trial < 20 ? 1e-3 : 0.1, c = cos(e), d = sin(e);
            int i = trial % 3, j = (i + 1) % 3;
            double g[9] = {1, 0, 0, 0, 1, 0, 0, 0, 1};
            g[4 * i] = g[4 * j] = c;
            g[3 * i + j] = trial & 1 ? d : -d;
            g[3 * j + i] = -g[3 * i + j];
            memcpy(q, g, sizeof q);
        }
        for (int i = 0; i < 3; i++)
            for (int k = 0; k < 3; k++)
                t.rot[3 * i + k] = q[3 * i] * s->rot[k] + q[3 * i + 1] * s->rot[3 + k] +
                                   q[3 * i + 2] * s->rot[6 + k];
        double sum = 0;
        sg_superpose_apply(&t, y, m, n);
        for (size_t k = 0; k < 3 * n; k++)
            sum += (y[k] - f[k]) * (y[k] - f[k]);
        if (sqrt(sum / (double)n) < s->rmsd * (1 - 1e-12) - 1e-14)
            return 0;
    }
    return 1;
}

static void test_degenerate(void)
{
    static const struct {
        const char *name;
        size_t n;
        int dim; /* of the sets: 0 coincident, 1 collinear, 2 planar */
    } sets[] = {{"one point", 1, 3},     {"two points", 2, 3},      {"three points", 3, 3},
                {"coincident", 7, 0},    {"collinear", 7, 1},       {"planar", 7, 2},
                {"nearly planar", 7, 4}, {"nearly collinear", 7, 5}};
    static const double eye[9] = {1, 0, 0, 0, 1, 0, 0, 0, 1};
    for (size_t k = 0; k < sizeof sets / sizeof *sets; k++) {
        sg_rng r;
        int bad = 0;
        size_t n = sets[k].n;
        int flat = n <= 3 || sets[k].dim <= 2; /* a reflection is no better than a rotation */
        sg_rng_init(&r, 31, k, 0);
        for (int round = 0; round < 100; round++) {
            double x[21], f[21], m[9], shift[3], thin = round % 2 ? 1e-9 : 1e-15;
            sg_rng_normals(&r, x, 3 * n);
            for (size_t i = 0; i < n; i++)
                for (int c = 0; c < 3; c++)
                    if (sets[k].dim < 3 && c >= sets[k].dim)
                        x[3 * i + (size_t)c] = 0;
                    else if (c >= 6 - sets[k].dim)
                        x[3 * i + (size_t)c] *= thin;
            sg_rng_normals(&r, shift, 3);
            random_rotation(m, &r, round & 1);
            turn(f, m, x, shift, n);
            if (round % 4 >= 2 && sets[k].dim > 0) /* not congruent */
                for (size_t c = 0; c < 3 * n; c++)
                    f[c] += 0.3 * sg_rng_normal(&r);
            for (int reflect = 0; reflect < 2; reflect++) {
                sg_superposition s;
                if (sg_superpose(&s, f, x, NULL, n, reflect, NULL) != SG_OK ||
                    skewness(s.rot) > 1e-14 || (det3(s.rot) < 0 && (!reflect || flat)) ||
                    !optimal(&s, f, x, n, &r) || (round % 4 < 2 && s.rmsd > 1e-8) ||
                    ((n == 1 || sets[k].dim == 0) && distance(s.rot, eye, 9) != 0))
                    bad++;
            }
        }
        tap_ok(bad == 0, "%s: orthogonal and optimal (%d not)", sets[k].name, bad);
    }
}

/* Both sets on axes: the singular vectors of one are axes of the other, in another order. */
static void test_axes(void)
{
    int bad = 0;
    sg_rng r;
    sg_rng_init(&r, 32, 0, 0);
    for (int p = 0; p < 3; p++)
        for (int q = 0; q < 3; q++) {
            double x[9] = {0}, f[9] = {0};
            sg_superposition s;
            for (int i = 0; i < 3; i++)
                x[3 * i + p] = f[3 * i + q] = i * i + 0.5;
            bad += sg_superpose(&s, f, x, NULL, 3, 0, NULL) != SG_OK || s.rmsd > 1e-15 ||
                   skewness(s.rot) > 1e-15 || !optimal(&s, f, x, 3, &r);
        }
    tap_ok(bad == 0, "collinear along two axes (%d wrong)", bad);
}

static void test_superpose_properties(void)
{
    sg_rng r;
    double f[27], m[27], w[9], w2[9], f2[54], m2[54];
    sg_superposition s, t;
    sg_error err;
    sg_rng_init(&r, 41, 0, 0);
    golden_points(f, m, w, 0);
    if (sg_superpose(&s, f, m, w, 9, 0, &err) != SG_OK)
        return;
    /* rmsd is invariant under motions of either set; rot follows */
    double q[9], shift[3] = {3, -50, 7}, turned[27], want[9];
    random_rotation(q, &r, 0);
    turn(turned, q, f, shift, 9);
    for (int i = 0; i < 3; i++)
        for (int k = 0; k < 3; k++)
            want[3 * i + k] =
                q[3 * i] * s.rot[k] + q[3 * i + 1] * s.rot[3 + k] + q[3 * i + 2] * s.rot[6 + k];
    tap_ok(sg_superpose(&t, turned, m, w, 9, 0, &err) == SG_OK &&
               distance(t.rot, want, 9) < 1e-13 && fabs(t.rmsd - s.rmsd) < 1e-13,
           "turning the fixed set turns the answer");
    /* the other way round is the transpose */
    int ok = sg_superpose(&t, m, f, w, 9, 0, &err) == SG_OK && fabs(t.rmsd - s.rmsd) < 1e-13;
    for (int i = 0; i < 3; i++)
        for (int k = 0; k < 3; k++)
            ok &= fabs(t.rot[3 * i + k] - s.rot[3 * k + i]) < 1e-13;
    tap_ok(ok, "exchanging the sets transposes the answer");
    /* an integer weight is a repeated point */
    size_t n = 0;
    for (size_t i = 0; i < 9; i++)
        for (int copy = 0; copy < (int)w[i] && n < 18; copy++, n++) {
            memcpy(f2 + 3 * n, f + 3 * i, 3 * sizeof *f);
            memcpy(m2 + 3 * n, m + 3 * i, 3 * sizeof *m);
        }
    tap_ok(sg_superpose(&t, f2, m2, NULL, n, 0, &err) == SG_OK && n == 18 &&
               distance(t.rot, s.rot, 9) < 1e-13 && fabs(t.rmsd - s.rmsd) < 1e-13,
           "a weight of 2 is the point twice");
    for (int i = 0; i < 9; i++)
        w2[i] = 1e-3 * w[i];
    tap_ok(sg_superpose(&t, f, m, w2, 9, 0, &err) == SG_OK && distance(t.rot, s.rot, 9) < 1e-13,
           "only the weights' ratios count");
    for (int k = 0; k < 27; k++) {
        f2[k] = 1e-140 * f[k];
        m2[k] = 1e-140 * m[k];
    }
    tap_ok(sg_superpose(&t, f2, m2, w, 9, 0, &err) == SG_OK && distance(t.rot, s.rot, 9) < 1e-8,
           "tiny coordinates");
    sg_superpose_apply(&s, m2, m, 9);
    double sum = 0;
    for (int k = 0; k < 27; k++)
        sum += w[k / 3] * (m2[k] - f[k]) * (m2[k] - f[k]);
    tap_near(s.rmsd, sqrt(sum / 18), 0, 1e-14, "rmsd is the distance that apply leaves");
    sg_superpose_apply(&s, m, m, 9);
    tap_ok(memcmp(m, m2, sizeof m) == 0, "apply works in place");

    t = s;
    tap_ok(sg_superpose(&t, f, m, w, 0, 0, &err) == SG_EDOM, "no points");
    w[3] = -1;
    tap_ok(sg_superpose(&t, f, m, w, 9, 0, &err) == SG_EDOM && strstr(err.text, "point 3"),
           "a negative weight");
    w[3] = NAN;
    tap_ok(sg_superpose(&t, f, m, w, 9, 0, &err) == SG_EDOM, "a NaN weight");
    memset(w, 0, sizeof w);
    tap_ok(sg_superpose(&t, f, m, w, 9, 0, &err) == SG_EDOM, "weights of sum 0");
    f[4] = INFINITY;
    tap_ok(sg_superpose(&t, f, m, NULL, 9, 0, &err) == SG_ENAN && strstr(err.text, "point 1"),
           "an infinite coordinate");
    f[4] = 1e200;
    tap_ok(sg_superpose(&t, f, m, NULL, 9, 0, &err) == SG_ENAN,
           "coordinates whose squares overflow");
    tap_ok(memcmp(&t, &s, sizeof s) == 0, "the output is unchanged by all of these");
}

/* ---- eigenvectors ---- */

static double residual(const double *a, const double *value, const double *v)
{
    double worst = 0, scale = 0;
    for (int k = 0; k < 9; k++)
        scale = fmax(scale, fabs(a[k]));
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++) {
            double sum = 0;
            for (int k = 0; k < 3; k++)
                sum += v[3 * i + k] * value[k] * v[3 * j + k];
            worst = fmax(worst, fabs(sum - a[3 * i + j]));
        }
    return scale > 0 ? worst / scale : worst;
}

static void test_eigen(void)
{
    static const double a[9] = {2.385, -0.71, 1.3, -0.71, -1.9, 0.42, 1.3, 0.42, 0.0625};
    static const double want[3] = {3.0143124521913522, -0.2550223920558356, -2.2117900601355163};
    double value[3], v[9];
    sg_eigen_sym3(value, v, a);
    tap_ok(distance(value, want, 3) < 1e-14, "numpy's eigenvalues");
    /* numpy's eigenvector of the largest one, up to sign */
    tap_ok(fabs(fabs(v[0] * 0.91579933 - v[3] * 0.0990454 + v[6] * 0.38923207) - 1) < 1e-8,
           "numpy's eigenvector");
    sg_rng r;
    double worst = 0, skew = 0;
    int unsorted = 0, left = 0;
    sg_rng_init(&r, 51, 0, 0);
    for (int round = 0; round < 3000; round++) {
        double b[9];
        sg_rng_normals(&r, b, 9);
        for (int i = 0; i < 3; i++)
            for (int j = 0; j < i; j++)
                b[3 * i + j] = b[3 * j + i];
        if (round % 3 == 1) /* graded by powers of ten: rows and columns alike */
            for (int i = 0; i < 3; i++)
                for (int j = 0; j < 3; j++)
                    b[3 * i + j] *= pow(10, -6 * (i + j));
        double x[3] = {b[0], b[1], b[2]};
        if (round % 3 == 2) /* rank 1: a double eigenvalue 0 */
            for (int i = 0; i < 3; i++)
                for (int j = 0; j < 3; j++)
                    b[3 * i + j] = x[i] * x[j];
        sg_eigen_sym3(value, v, b);
        worst = fmax(worst, residual(b, value, v));
        skew = fmax(skew, skewness(v));
        unsorted += !(value[0] >= value[1] && value[1] >= value[2]);
        left += !(fabs(det3(v) - 1) < 1e-14);
    }
    tap_near(worst, 0, 3e-15, 0, "a = v diag(value) v^T for random, graded and rank-1 matrices");
    tap_ok(skew < 3e-15 && unsorted == 0 && left == 0, "orthonormal, descending, right-handed");
    static const double diagonal[9] = {1, 0, 0, 0, 3, 0, 0, 0, 2}, none[9] = {0};
    sg_eigen_sym3(value, v, diagonal);
    tap_ok(value[0] == 3 && value[1] == 2 && value[2] == 1 && fabs(v[3]) == 1 && fabs(v[7]) == 1 &&
               det3(v) == 1,
           "a diagonal matrix is sorted");
    sg_eigen_sym3(value, v, none);
    tap_ok(value[0] == 0 && v[0] == 1 && v[4] == 1 && v[8] == 1, "the zero matrix");
    double big[9], small[9], expect[3];
    for (int k = 0; k < 9; k++) {
        big[k] = 1e300 * a[k];
        small[k] = 1e-290 * a[k];
    }
    sg_eigen_sym3(value, v, big);
    for (int k = 0; k < 3; k++)
        expect[k] = 1e300 * want[k];
    tap_ok(distance(value, expect, 3) < 1e286, "huge elements");
    sg_eigen_sym3(value, v, small);
    tap_ok(fabs(value[0] / 1e-290 - want[0]) < 1e-14, "tiny elements");
}

/* A shuffled, slightly shaken and turned copy is matched back: point by point where only shuffled,
 * and to within the shaking where turned as well, its centroid left alone. */
static void test_match(void)
{
    enum { N = 9 };
    static double work[600];
    static const double turn[9] = {0, -1, 0, 1, 0, 0, 0, 0, 1}; /* 90 degrees about z */
    double x[3 * N], y[3 * N], z[3 * N], worst = 0, before = 0, after = 0, shift[3] = {0};
    sg_rng r;
    sg_rng_init(&r, 3, 1, 4);
    tap_ok(sg_match_work(N) <= sizeof work, "work space of a match");
    for (int i = 0; i < 3 * N; i++)
        x[i] = 3 * sg_rng_normal(&r);
    for (int i = 0; i < N; i++)
        for (int c = 0; c < 3; c++)
            y[3 * ((i * 4 + 2) % N) + c] = x[3 * i + c] + 0.01 * sg_rng_normal(&r);
    tap_ok(sg_match_points(x, y, N, 0, work, NULL) == SG_OK, "match");
    for (int i = 0; i < 3 * N; i++)
        worst = fmax(worst, fabs(x[i] - y[i]));
    tap_ok(worst < 0.05, "shuffled points find their partners, worst %.3f", worst);
    for (int i = 0; i < N; i++)
        for (int c = 0; c < 3; c++) {
            z[3 * i + c] = 5 * (c == 0);
            for (int k = 0; k < 3; k++)
                z[3 * i + c] +=
                    turn[3 * c + k] * (0.15 * x[3 * i + k]) + (c == k ? x[3 * i + k] : 0);
        }
    for (int i = 0; i < 3 * N; i++) {
        before += (x[i] - z[i]) * (x[i] - z[i]);
        shift[i % 3] += z[i] / N;
    }
    tap_ok(sg_match_points(x, z, N, 1, work, NULL) == SG_OK, "match and superpose");
    for (int i = 0; i < 3 * N; i++) {
        after += (x[i] - z[i]) * (x[i] - z[i]);
        shift[i % 3] -= z[i] / N;
    }
    tap_ok(after < before, "superposing brings the points nearer: %.1f to %.1f", before, after);
    tap_ok(fabs(shift[0]) + fabs(shift[1]) + fabs(shift[2]) < 1e-12, "the centroid stays");
    x[0] = NAN;
    tap_ok(sg_match_points(x, z, N, 1, work, NULL) == SG_ENAN, "NaN is refused");
}

int main(void)
{
    test_brute();
    test_golden_assign();
    test_assign_edges();
    test_recovery();
    test_golden_superpose();
    test_degenerate();
    test_axes();
    test_superpose_properties();
    test_eigen();
    test_match();
    return tap_done();
}
