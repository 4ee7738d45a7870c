/* Training is a pure function of data, seed and options: the weights after 20 steps have the same
 * bits for 1, 2 and 3 threads, for the v3 and v4 kernels, and when interrupted and resumed from a
 * file. */
#include <config.h>

#include <stdlib.h>
#include <unistd.h>

#include <sigen/sha256.h>
#include <sigen/checkpoint.h>
#include "molgen/field.h"
#include "molgen/task.h"
#include "tap.h"

/* made-up molecules: a chain of C, N, O with hydrogens near it */
static sg_mol_data *made_up(int count)
{
    static const char *const props[] = {"q"}, *const units[] = {"eV"};
    sg_error err;
    sg_mol m = {0};
    sg_rng r;
    sg_mol_data *d = sg_mol_data_new(props, units, 1, NULL, &err);
    sg_rng_init(&r, 3, 0, 0);
    for (int k = 0; d && k < count; k++) {
        static const int elements[] = {6, 7, 8}, valence[] = {4, 3, 2};
        int n = 2 + (int)sg_rng_below(&r, 6), h0 = n;
        char text[32];
        sg_mol_reset(&m);
        m.has_xyz = m.has_bonds = 1;
        int kind[8];
        for (int i = 0; i < n; i++) {
            double x[3] = {1.3 * i, 0.4 * sg_rng_normal(&r), 0.4 * sg_rng_normal(&r)};
            kind[i] = (int)sg_rng_below(&r, 3);
            if (sg_mol_add_atom(&m, elements[kind[i]], 0, x, &err) != SG_OK)
                exit(99);
        }
        for (int i = 0; i + 1 < n; i++)
            if (sg_mol_add_bond(&m, i, i + 1, 1, &err) != SG_OK)
                exit(99);
        for (int i = 0; i < n; i++)
            for (int j = valence[kind[i]] - (i > 0) - (i + 1 < n); j > 0; j--) {
                double x[3];
                for (int c = 0; c < 3; c++)
                    x[c] = m.atom[i].xyz[c] + 0.6 * sg_rng_normal(&r);
                if (sg_mol_add_atom(&m, 1, 0, x, &err) != SG_OK ||
                    sg_mol_add_bond(&m, i, h0++, 1, &err) != SG_OK)
                    exit(99);
            }
        snprintf(text, sizeof text, "%.3f", n + sg_rng_normal(&r));
        if (sg_mol_set_tag(&m, "q", text, &err) != SG_OK || sg_mol_data_add(d, &m, &err) != SG_OK)
            exit(99);
    }
    sg_mol_clear(&m);
    if (!d || sg_mol_data_finish(d, &err) != SG_OK)
        exit(99);
    return d;
}

typedef struct job {
    sg_mol_model model;
    sg_mol_head head;
    const char *file; /* checkpoint, or NULL */
    long stop_at, calls;
} job;

static sg_status save(void *self, const sg_train_state *st, sg_error *err)
{
    job *j = self;
    return sg_mol_model_save(&j->model, j->file, SG_DTYPE_F32, NULL, 0, st, j->head, err);
}

static int stop(void *self)
{
    job *j = self;
    return j->stop_at > 0 && ++j->calls > j->stop_at;
}

/* hash of raw and averaged weights after 20 steps; resume: from j->file */
static void train(job *j, const sg_mol_data *d, int threads, const char *isa, long stop_at,
                  int resume, char hex[65])
{
    sg_error err;
    sg_mol_config *c = calloc(1, sizeof *c);
    sg_train_opt o;
    sg_train_state st = {0};
    sg_task task;
    if (!c)
        exit(99);
    c->vocab = *sg_mol_data_vocab(d);
    int C = c->vocab.n_classes;
    const sg_egnet_dims small = {.d = 32, .K = 16, .P = 16, .H = 2, .F = 64, .L = 2, .T = 1};
    sg_egnet_dims *m = j->head == SG_MOL_HEAVY   ? &c->heavy
                       : j->head == SG_MOL_HYDRO ? &c->hydro
                                                 : &c->predict;
    *m = small;
    m->C = j->head == SG_MOL_HEAVY ? C : C + 1;
    m->B = j->head == SG_MOL_HEAVY ? SG_MOL_BONDS : SG_MOL_BONDS_H;
    m->N = j->head == SG_MOL_HEAVY ? c->vocab.max_heavy : c->vocab.max_nodes;
    m->Q = j->head != SG_MOL_HYDRO;
    if (j->head == SG_MOL_HEAVY)
        m->P = 32;
    sg_train_defaults(&o);
    o.optim.isa = sg_isa_find(isa);
    o.steps = 20;
    o.batch = 32;
    o.threads = threads;
    o.valid_batches = 0;
    o.arena_bytes = (size_t)64 << 20;
    if (sg_mol_model_init(&j->model, c, 1, &err) != SG_OK)
        exit(99);
    sg_params *ps = &j->model.params[j->head];
    sg_params_draw(ps, 5);
    if (sg_optim_init(&st.optim, ps, &o.optim, &err) != SG_OK)
        exit(99);
    if (resume) {
        sg_model *f;
        sg_mol_model_clear(&j->model);
        if (sg_model_load(&f, j->file, &err) != SG_OK ||
            sg_mol_model_read(&j->model, f, 1, &err) != SG_OK)
            exit(99);
        sg_optim_clear(&st.optim);
        if (sg_optim_init(&st.optim, ps, &o.optim, &err) != SG_OK ||
            sg_train_state_load(&st, f, sg_mol_head_name(j->head), &err) != SG_OK)
            exit(99);
        sg_model_free(f);
    }
    sg_mol_task self = {.head = j->head,
                        .net = &j->model.net[j->head],
                        .train = d,
                        .self_cond = 0.5,
                        .noise = 0.05,
                        .jitter = 0.02,
                        .cap = 1000,
                        .tokens = sg_mol_token_path(sg_mol_data_vocab(d)),
                        .late = 0.15};
    sg_mol_task_init(&task, &self);
    sg_train_hooks h = {.self = j, .stop = stop, .save = j->file && !resume ? save : NULL};
    j->stop_at = stop_at;
    j->calls = 0;
    sg_status s = sg_train_run(&st, &task, &o, &h, &err);
    if (s != (stop_at ? SG_EINTR : SG_OK))
        printf("# %s\n", err.text);
    sg_sha256 sha;
    unsigned char digest[32];
    sg_sha256_init(&sha);
    sg_sha256_update(&sha, ps->x, ps->size * sizeof *ps->x);
    sg_sha256_update(&sha, st.optim.ema, ps->size * sizeof *ps->x);
    sg_sha256_final(&sha, digest);
    for (int i = 0; i < 32; i++)
        snprintf(hex + 2 * i, 3, "%02x", digest[i]);
    sg_optim_clear(&st.optim);
    sg_mol_model_clear(&j->model);
    free(c);
}

int main(void)
{
    sg_mol_data *d = made_up(60);
    for (int h = 0; h < SG_MOL_NETS; h++) {
        job j = {.head = (sg_mol_head)h};
        const char *name = sg_mol_head_name(j.head);
        char one[65], two[65], file[64];
        train(&j, d, 1, NULL, 0, 0, one);
        train(&j, d, 2, NULL, 0, 0, two);
        tap_ok(strcmp(one, two) == 0, "%s: 2 threads give the weights of 1 (%.12s)", name, one);
        train(&j, d, 3, NULL, 0, 0, two);
        tap_ok(strcmp(one, two) == 0, "%s: 3 threads give the weights of 1", name);
        if (sg_isa_find("v3") && sg_isa_find("v4")) {
            char v4[65];
            train(&j, d, 2, "v3", 0, 0, two);
            train(&j, d, 2, "v4", 0, 0, v4);
            tap_ok(strcmp(v4, two) == 0, "%s: v3 kernels give the weights of v4", name);
        } else {
            tap_skip("v3 against v4", "this machine or build lacks one of them");
        }
        snprintf(file, sizeof file, "t-train-%ld.safetensors", (long)getpid());
        j.file = file;
        train(&j, d, 2, NULL, 7, 0, two);
        tap_ok(strcmp(one, two) != 0, "%s: 7 steps are not 20", name);
        train(&j, d, 1, NULL, 0, 1, two);
        tap_ok(strcmp(one, two) == 0, "%s: stopped after 7 steps and resumed = uninterrupted",
               name);
        unlink(file);
    }
    sg_mol_data_free(d);
    return tap_done();
}
