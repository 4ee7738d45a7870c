/* Frames of backbones: there and back, on made-up and on real chains; and the system SO(3)^n x
 * R^{3n} followed by samplers from noise to a protein, and to one of two, by exact fields. */
#include <sigen/align.h>
#include <sigen/protein_frames.h>
#include <sigen/protein_metrics.h>
#include <sigen/so3.h>

#include "core.h"
#include "curved.h"
#include "real-chains.h"
#include "tap.h"

enum { CHAINS = REAL_CHAINS, LONGEST = 128 };

static sg_protein chain[CHAINS];
static size_t n_chains;

static double apart(const double *x, const double *y)
{
    double v[3];
    sg_space_so3.log(v, x, y, 1, 1);
    return sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
}

static double distance(const double *x, const double *y)
{
    double s = 0;
    for (int k = 0; k < 3; k++)
        s += (x[k] - y[k]) * (x[k] - y[k]);
    return sqrt(s);
}

/* y = m x */
static void turn(double *y, const double *m, const double *x)
{
    double z[3];
    for (int k = 0; k < 3; k++)
        z[k] = m[3 * k] * x[0] + m[3 * k + 1] * x[1] + m[3 * k + 2] * x[2];
    memcpy(y, z, sizeof z);
}

static void there_and_back(void)
{
    enum { N = 40 };
    sg_error err;
    sg_rng rng;
    sg_protein p = {0};
    sg_protein_residue r;
    double rot[3 * N], ca[3 * N], rot2[3 * N], ca2[3 * N], angle = 0, move = 0;
    sg_rng_init(&rng, 3, 0, 0);
    sg_space_so3.draw(rot, N, 1, &rng);
    sg_rng_normals(&rng, ca, 3 * N);
    must(sg_protein_add_chain(&p, "A", &err), &err);
    for (int i = 0; i < N; i++) {
        sg_protein_residue_init(&r, i + 1, i % 7 ? 'A' : 'G');
        must(sg_protein_add_residue(&p, &r, &err), &err);
    }
    must(sg_protein_from_frames(&p, 0, N, rot, ca, &err), &err);
    must(sg_protein_to_frames(rot2, ca2, &p, 0, N, &err), &err);
    for (int i = 0; i < N; i++) {
        angle = fmax(angle, apart(rot + 3 * i, rot2 + 3 * i));
        move = fmax(move, distance(ca + 3 * i, ca2 + 3 * i));
    }
    tap_near(angle, 0, 1e-12, 0, "frames -> residues -> frames: rotations");
    tap_ok(move == 0, "and CA");
    const sg_protein_residue *a = &p.residue[1];
    tap_ok(a->have == (SG_PROTEIN_BACKBONE | SG_PROTEIN_HAS(SG_PROTEIN_CB)) &&
               p.residue[0].have == SG_PROTEIN_BACKBONE,
           "CB for all but glycine");
    double nc = distance(a->xyz[SG_PROTEIN_N], a->xyz[SG_PROTEIN_C]);
    tap_near(nc, sqrt(1.46 * 1.46 + 1.524 * 1.524 - 2 * 1.46 * 1.524 * cos(111 * CURVED_PI / 180)),
             1e-12, 0, "N-CA-C is ideal");
    tap_near(distance(a->xyz[SG_PROTEIN_O], a->xyz[SG_PROTEIN_C]), 1.232, 1e-12, 0, "and C-O");
    tap_near(distance(a->xyz[SG_PROTEIN_O], a->xyz[SG_PROTEIN_CA]),
             sqrt(1.232 * 1.232 + 1.524 * 1.524 - 2 * 1.232 * 1.524 * cos(120.4 * CURVED_PI / 180)),
             1e-12, 0, "and CA-C-O");
    p.residue[5].have &= (unsigned char)~SG_PROTEIN_HAS(SG_PROTEIN_C);
    tap_ok(sg_protein_to_frames(rot2, ca2, &p, 0, N, &err) == SG_EINVAL &&
               strstr(err.text, "residue 6"),
           "a missing atom is named");
    tap_ok(sg_protein_to_frames(rot2, ca2, &p, 6, N - 6, &err) == SG_OK, "others may be asked for");
    tap_ok(sg_protein_to_frames(rot2, ca2, &p, 1, N, &err) == SG_EINVAL &&
               sg_protein_from_frames(&p, (size_t)-1, 2, rot, ca, &err) == SG_EINVAL,
           "residues beyond the end are refused");
    for (int k = 0; k < 3; k++) {
        p.residue[8].xyz[SG_PROTEIN_N][k] =
            2 * p.residue[8].xyz[SG_PROTEIN_CA][k] - p.residue[8].xyz[SG_PROTEIN_C][k];
        p.residue[9].xyz[SG_PROTEIN_C][k] = INFINITY;
    }
    tap_ok(sg_protein_to_frames(rot2, ca2, &p, 8, 1, &err) == SG_EDOM, "atoms in line are refused");
    tap_ok(sg_protein_to_frames(rot2, ca2, &p, 9, 1, &err) == SG_ENAN, "and infinite ones");
    rot[4] = NAN;
    double keep = p.residue[0].xyz[SG_PROTEIN_N][0];
    ca[0] += 1;
    tap_ok(sg_protein_from_frames(&p, 0, N, rot, ca, &err) == SG_ENAN &&
               p.residue[0].xyz[SG_PROTEIN_N][0] == keep,
           "and frames that are not numbers, without a change");
    sg_protein_clear(&p);
}

static void real_chains(void)
{
    sg_error err;
    sg_rng rng;
    double off[SG_PROTEIN_ATOMS] = {0}, frames = 0, equi = 0, q[3], m[9];
    size_t n = 0, n_o = 0, same = 0;
    sg_rng_init(&rng, 4, 0, 0);
    sg_space_so3.draw(q, 1, 1, &rng);
    sg_so3_to_matrix(m, q);
    for (size_t c = 0; c < n_chains; c++) {
        sg_protein p = {0}, turned = {0};
        char ss[LONGEST], ss2[LONGEST];
        double rot[3 * LONGEST], ca[3 * LONGEST], rot2[3 * LONGEST], ca2[3 * LONGEST], z[3];
        size_t len = chain[c].n;
        must(sg_protein_copy(&p, &chain[c], &err), &err);
        must(sg_protein_copy(&turned, &chain[c], &err), &err);
        must(sg_protein_to_frames(rot, ca, &p, 0, len, &err), &err);
        must(sg_protein_from_frames(&p, 0, len, rot, ca, &err), &err);
        must(sg_protein_to_frames(rot2, ca2, &p, 0, len, &err), &err);
        must(sg_protein_dssp(ss, NULL, &chain[c], &err), &err);
        must(sg_protein_dssp(ss2, NULL, &p, &err), &err);
        for (size_t i = 0; i < len; i++) {
            frames = fmax(frames, apart(rot + 3 * i, rot2 + 3 * i));
            same += ss[i] == ss2[i];
            int linked =
                i + 1 < len && sg_protein_linked(&chain[c].residue[i], &chain[c].residue[i + 1]);
            for (int a = 0; a < SG_PROTEIN_CB; a++) {
                double d = distance(p.residue[i].xyz[a], chain[c].residue[i].xyz[a]);
                off[a] += a < SG_PROTEIN_O || linked ? d * d : 0;
            }
            n_o += linked;
            for (int a = 0; a < SG_PROTEIN_CB; a++) {
                turn(turned.residue[i].xyz[a], m, chain[c].residue[i].xyz[a]);
                turned.residue[i].xyz[a][0] += 7;
            }
        }
        n += len;
        must(sg_protein_to_frames(rot2, ca2, &turned, 0, len, &err), &err);
        for (size_t i = 0; i < len; i++) {
            sg_so3_mul(z, q, rot + 3 * i);
            equi = fmax(equi, apart(z, rot2 + 3 * i));
        }
        sg_protein_clear(&p);
        sg_protein_clear(&turned);
    }
    double N = sqrt(off[SG_PROTEIN_N] / (double)n), C = sqrt(off[SG_PROTEIN_C] / (double)n),
           O = sqrt(off[SG_PROTEIN_O] / (double)n_o);
    printf(
        "# %zu residues: rms off by N %.4f, C %.4f, O %.4f A; DSSP's eight states agree in %.4f\n",
        n, N, C, O, (double)same / (double)n);
    tap_ok(n > 8000 && N < .1 && C < .05 && O < .15 && off[SG_PROTEIN_CA] == 0,
           "real chains: residues -> frames -> residues within .1 A (N), .05 (C), .15 (O)");
    tap_near(frames, 0, 1e-12, 0, "real chains: the frames stay");
    tap_ok((double)same > .97 * (double)n, "real chains: DSSP agrees in 97 %%");
    tap_near(equi, 0, 1e-10, 0, "real chains: a turned chain has turned rotations");
}

/* centred frames of a chain's residues first.., as ideal geometry has them */
static void target(double *rot, double *ca, const sg_protein *p, size_t first, size_t n)
{
    sg_error err;
    must(sg_protein_to_frames(rot, ca, p, first, n, &err), &err);
    sg_space_centred.project(ca, n, 3);
}

/* One protein as data: D1 is the protein, whatever the state. */
static void one_protein(void)
{
    static const char *const names[] = {"euler", "midpoint", "heun"};
    sg_error err;
    double rot[3 * LONGEST], ca[3 * LONGEST], q[3], m[9];
    const sg_protein *p = &chain[7];
    size_t n[2] = {p->n, p->n}, steps = 20, count = 3;
    sg_map map = sg_map_ar1(.985, 12.7); /* angstrom: chains of 96 residues */
    sg_system sys = sg_protein_frame_system(&map);
    sg_rng rng;
    must(sg_system_check(&sys, &err), &err);
    target(rot, ca, p, 0, p->n);
    const double *point[2] = {rot, ca};
    double *grid = grid_new(&sg_grid_uniform, steps, &sys.c[0].path, 0, 1, 0);
    for (int k = 0; k < 6; k++) {
        sg_field f = {.name = "protein", .sys = &sys, .eval = point_eval, .data = point};
        f.param[0][0] = f.param[1][0] = k % 2 ? SG_PARAM_B : SG_PARAM_D1;
        batch b = batch_new(&sys, n, count, 20), start = batch_new(&sys, n, count, 20);
        sg_run_opts o = opts_of(names[k / 2], grid, steps / 2);
        double half = 0, end = 0, atoms = 0;
        for (size_t i = 0; i < count; i++) {
            sg_state_draw(b.p[i]);
            sg_state_draw(start.p[i]);
        }
        must(sg_sample(&o, &f, b.p, count, &err), &err);
        for (size_t i = 0; i < count; i++)
            for (size_t j = 0; j < p->n; j++) {
                const double *x0 = start.s[i].slot[0].x + 3 * j, *x = b.s[i].slot[0].x + 3 * j;
                half = fmax(half, fabs(apart(x, rot + 3 * j) - .5 * apart(x0, rot + 3 * j)));
                for (int d = 0; d < 3; d++)
                    half = fmax(half, fabs(b.s[i].slot[1].x[3 * j + (size_t)d] -
                                           .5 * (start.s[i].slot[1].x[3 * j + (size_t)d] +
                                                 ca[3 * j + (size_t)d])));
            }
        o.grid = grid + steps / 2;
        must(sg_sample(&o, &f, b.p, count, &err), &err);
        for (size_t i = 0; i < count; i++) {
            sg_protein out = {0};
            sg_superposition s;
            double x[6 * LONGEST], y[6 * LONGEST];
            size_t a = 0;
            must(sg_protein_copy(&out, p, &err), &err);
            must(sg_protein_from_frames(&out, 0, p->n, b.s[i].slot[0].x, b.s[i].slot[1].x, &err),
                 &err);
            for (size_t j = 0; j < p->n; j++) {
                end = fmax(end, apart(b.s[i].slot[0].x + 3 * j, rot + 3 * j));
                end = fmax(end, distance(b.s[i].slot[1].x + 3 * j, ca + 3 * j));
                for (int w = 0; w < 2; w++, a++) { /* N and C */
                    memcpy(x + 3 * a, p->residue[j].xyz[w ? SG_PROTEIN_C : SG_PROTEIN_N],
                           3 * sizeof *x);
                    memcpy(y + 3 * a, out.residue[j].xyz[w ? SG_PROTEIN_C : SG_PROTEIN_N],
                           3 * sizeof *y);
                }
            }
            must(sg_superpose(&s, x, y, NULL, a, 0, &err), &err);
            atoms = fmax(atoms, s.rmsd);
            sg_protein_clear(&out);
        }
        char name[96];
        const char *param = k % 2 ? "b" : "D1";
        snprintf(name, sizeof name, "one protein, %s, %s: half way at t = 1/2", names[k / 2],
                 param);
        tap_near(half, 0, 1e-10, 0, name);
        if (k < 5) { /* heun with b needs b at t = 1, where this one has no limit */
            snprintf(name, sizeof name, "one protein, %s, %s: ends in its frames", names[k / 2],
                     param);
            tap_near(end, 0, 1e-9, 0, name);
            tap_ok(atoms < .08, "and within %.3f A of its N and C", atoms);
        }
        batch_free(&b);
        batch_free(&start);
    }
    /* the same, turned: start, data and all states */
    double rot2[3 * LONGEST], ca2[3 * LONGEST], z[3], off = 0, moved = 0;
    sg_rng_init(&rng, 5, 0, 0);
    sg_space_so3.draw(q, 1, 1, &rng);
    sg_so3_to_matrix(m, q);
    for (size_t j = 0; j < p->n; j++) {
        sg_so3_mul(rot2 + 3 * j, q, rot + 3 * j);
        turn(ca2 + 3 * j, m, ca + 3 * j);
    }
    const double *point2[2] = {rot2, ca2};
    sg_field f = {.name = "protein", .sys = &sys, .eval = point_eval, .data = point},
             f2 = {.name = "turned", .sys = &sys, .eval = point_eval, .data = point2};
    f.param[0][0] = f.param[1][0] = f2.param[0][0] = f2.param[1][0] = SG_PARAM_D1;
    batch b = batch_new(&sys, n, 1, 21), turned = batch_new(&sys, n, 1, 21);
    sg_run_opts o = opts_of("euler", grid, steps / 2);
    sg_state_draw(b.p[0]);
    sg_state_draw(turned.p[0]);
    for (size_t j = 0; j < p->n; j++) {
        double *x = turned.s[0].slot[0].x + 3 * j, *y = turned.s[0].slot[1].x + 3 * j;
        sg_so3_mul(x, q, x);
        turn(y, m, y);
    }
    must(sg_sample(&o, &f, b.p, 1, &err), &err);
    must(sg_sample(&o, &f2, turned.p, 1, &err), &err);
    for (size_t j = 0; j < p->n; j++) {
        sg_so3_mul(z, q, b.s[0].slot[0].x + 3 * j);
        off = fmax(off, apart(z, turned.s[0].slot[0].x + 3 * j));
        turn(z, m, b.s[0].slot[1].x + 3 * j);
        off = fmax(off, distance(z, turned.s[0].slot[1].x + 3 * j));
        moved = fmax(moved, distance(b.s[0].slot[1].x + 3 * j, turned.s[0].slot[1].x + 3 * j));
    }
    tap_ok(moved > 1, "(turning moves the states)");
    tap_near(off, 0, 1e-9, 0, "turned noise and protein: the turned path");
    batch_free(&b);
    batch_free(&turned);
    free(grid);
}

/* Two fragments with shares w as data: the exact posterior given rotations *and* CA. Given a
 * fragment, a rotation is that of the uniform law with its angle shrunk by 1-t; CA are normal about
 * t x1. */
typedef struct two {
    size_t n;
    double w[2], rot[2][24], ca[2][24], sigma;
} two;

static double log_rotations(const two *d, int j, const double *x, double left)
{
    double sum = 0;
    for (size_t i = 0; i < d->n; i++) {
        double w = fmax(apart(x + 3 * i, d->rot[j] + 3 * i), 1e-9), most = left * CURVED_PI;
        /* a step may lead a little beyond the shrunk ball: steep, not impossible where both exclude
         * it */
        double s = sin(.5 * fmin(w, most) / left), over = fmax(0, w / most - 1);
        sum += 2 * log(s / sin(.5 * w)) - 1e6 * over;
    }
    return sum;
}

/* probability of the first fragment at state (rot, ca) */
static double first_share(const two *d, double t, const double *rot, const double *ca)
{
    double lp[2], left = 1 - t;
    for (int j = 0; j < 2; j++) {
        lp[j] = log(d->w[j]) + log_rotations(d, j, rot, left);
        for (size_t k = 0; k < 3 * d->n; k++) {
            double e = (ca[k] - t * d->ca[j][k]) / (left * d->sigma);
            lp[j] -= .5 * e * e;
        }
    }
    return 1 / (1 + exp(lp[1] - lp[0]));
}

static sg_status two_eval(const sg_field *f, double t, const sg_state *const *x, size_t count,
                          sg_pred *const *out, sg_error *err)
{
    const two *d = f->data;
    double left = 1 - t;
    (void)err;
    for (size_t i = 0; i < count; i++) {
        const double *rot = x[i]->slot[0].x, *ca = x[i]->slot[1].x;
        double v[2][24], *b = out[i]->v[0], *c = out[i]->v[1], p = first_share(d, t, rot, ca);
        for (int j = 0; j < 2; j++)
            sg_space_so3.log(v[j], rot, d->rot[j], d->n, 1);
        for (size_t k = 0; k < 3 * d->n; k++) {
            b[k] = (p * v[0][k] + (1 - p) * v[1][k]) / left;
            c[k] = (p * d->ca[0][k] + (1 - p) * d->ca[1][k] - ca[k]) / left;
        }
        out[i]->valid = 1;
    }
    return SG_OK;
}

/* On the way the flow's states have the law of the interpolant: the same moments of the share that
 * a state tells. */
static void law_on_the_way(const sg_field *f, const two *d)
{
    sg_error err;
    size_t n[2] = {d->n, d->n}, count = 24000, steps = 12;
    double mean[2][3] = {{0}}, x[24], y[24], off = 0, at = .12;
    batch b = batch_new(f->sys, n, count, 23), start = batch_new(f->sys, n, count, 24);
    double *grid = grid_new(&sg_grid_uniform, steps, &f->sys->c[0].path, 0, at, 0);
    sg_run_opts o = opts_of("midpoint", grid, steps);
    for (size_t i = 0; i < count; i++) {
        sg_state_draw(b.p[i]);
        sg_state_draw(start.p[i]);
    }
    must(sg_sample(&o, f, b.p, count, &err), &err);
    for (size_t i = 0; i < count; i++) {
        int j = sg_rng_uniform(&start.s[i].rng) >= d->w[0];
        must(sg_curved_sample(&sg_space_so3, &f->sys->c[0].path, at, start.s[i].slot[0].x,
                              d->rot[j], x, d->n, 1, &err),
             &err);
        for (size_t k = 0; k < 3 * d->n; k++)
            y[k] = (1 - at) * start.s[i].slot[1].x[k] + at * d->ca[j][k];
        double p[2] = {first_share(d, at, b.s[i].slot[0].x, b.s[i].slot[1].x),
                       first_share(d, at, x, y)};
        for (int s = 0; s < 2; s++)
            for (int k = 0; k < 3; k++)
                mean[s][k] += pow(p[s], k + 1) / (double)count;
    }
    for (int k = 0; k < 3; k++)
        off = fmax(off, fabs(mean[0][k] - mean[1][k]));
    printf("# E p, E p^2, E p^3: %.4f %.4f %.4f, exact draws %.4f %.4f %.4f\n", mean[0][0],
           mean[0][1], mean[0][2], mean[1][0], mean[1][1], mean[1][2]);
    tap_near(mean[1][0], d->w[0], 4 * .37 / sqrt((double)count), 0,
             "two fragments: the posterior averages to the share");
    tap_near(off, 0, 4 * .37 * sqrt(2. / (double)count), 0,
             "two fragments: the law on the way is the interpolant's");
    free(grid);
    batch_free(&b);
    batch_free(&start);
}

static void two_fragments(void)
{
    sg_error err;
    size_t n[2] = {4, 4}, count = 1500, steps = 100;
    sg_map map = sg_map_scale(3);
    sg_system sys = sg_protein_frame_system(&map);
    two d = {.n = 4, .w = {.3, .7}, .sigma = 3};
    target(d.rot[0], d.ca[0], &chain[3], 10, 4);
    target(d.rot[1], d.ca[1], &chain[40], 20, 4);
    sg_field f = {.name = "two",
                  .sys = &sys,
                  .param = {{SG_PARAM_B}, {SG_PARAM_B}},
                  .eval = two_eval,
                  .data = &d};
    law_on_the_way(&f, &d);
    double *grid = grid_new(&sg_grid_uniform, steps, &sys.c[0].path, 0, 1, 0);
    for (int k = 0; k < 2; k++) { /* flow; CA by an SDE, rotations still by the flow */
        sys.c[1].eps = (sg_eps){k ? sg_eps_alpha : NULL, 1, 0};
        size_t first = 0, whole = 0;
        batch b = batch_new(&sys, n, count, 22);
        sg_run_opts o = opts_of(k ? "em" : "midpoint", grid, steps);
        for (size_t i = 0; i < count; i++)
            sg_state_draw(b.p[i]);
        must(sg_sample(&o, &f, b.p, count, &err), &err);
        for (size_t i = 0; i < count; i++) {
            double off[2] = {0};
            for (int j = 0; j < 2; j++)
                for (size_t l = 0; l < d.n; l++) {
                    off[j] = fmax(off[j], apart(b.s[i].slot[0].x + 3 * l, d.rot[j] + 3 * l));
                    off[j] = fmax(off[j], distance(b.s[i].slot[1].x + 3 * l, d.ca[j] + 3 * l));
                }
            first += off[0] < off[1];
            whole += fmin(off[0], off[1]) < .05;
        }
        double share = (double)first / (double)count;
        if (!tap_ok(fabs(share - .3) < 4.5 * .46 / sqrt((double)count) + .005 &&
                        (double)whole > .98 * (double)count,
                    "two fragments, %s: all frames of one or all of the other, in shares .3 and .7",
                    o.method->name))
            printf("# share %g, whole %g\n", share, (double)whole / (double)count);
        batch_free(&b);
    }
    free(grid);
}

int main(void)
{
    n_chains = read_real_chains(chain);
    there_and_back();
    if (n_chains == CHAINS) {
        real_chains();
        one_protein();
        two_fragments();
    }
    for (size_t i = 0; i < n_chains; i++)
        sg_protein_clear(&chain[i]);
    return tap_done();
}
