#include <config.h>
#include <sigen/protein_frames.h>
#include <sigen/so3.h>

#include <math.h>
#include <string.h>

#include "geometry.h"
#include "planes.h"

#define RAD 0.017453292519943295

static const double extended_psi = 140;

static sg_status in_range(const sg_protein *p, size_t first, size_t n, sg_error *err)
{
    if (first <= p->n && n <= p->n - first)
        return SG_OK;
    return sg_fail(err, SG_EINVAL, "residues %zu to %zu of a protein of %zu", first, first + n,
                   p->n);
}

sg_status sg_protein_to_frames(double *rot, double *ca, const sg_protein *p, size_t first, size_t n,
                               sg_error *err)
{
    const unsigned need =
        SG_PROTEIN_HAS(SG_PROTEIN_N) | SG_PROTEIN_HAS(SG_PROTEIN_CA) | SG_PROTEIN_HAS(SG_PROTEIN_C);
    sg_status st = in_range(p, first, n, err);
    for (size_t i = 0; st == SG_OK && i < n; i++) {
        const sg_protein_residue *r = &p->residue[first + i];
        double axes[9], m[9];
        if ((r->have & need) != need)
            return sg_fail(err, SG_EINVAL, "residue %d lacks N, CA or C", r->number);
        int plane = sg_i_plane_frame(axes, r->xyz[SG_PROTEIN_CA], r->xyz[SG_PROTEIN_C],
                                     r->xyz[SG_PROTEIN_N]);
        for (int a = SG_PROTEIN_N; a <= SG_PROTEIN_C; a++)
            for (int k = 0; k < 3; k++)
                if (!(fabs(r->xyz[a][k]) < 1e6))
                    return sg_fail(err, SG_ENAN, "residue %d has no finite coordinates", r->number);
        if (!plane)
            return sg_fail(err, SG_EDOM, "N, CA and C of residue %d lie in line", r->number);
        for (int k = 0; k < 9; k++) /* axes are rows there, columns of a rotation */
            m[k] = axes[3 * (k % 3) + k / 3];
        sg_so3_from_matrix(rot + 3 * i, m);
        memcpy(ca + 3 * i, r->xyz[SG_PROTEIN_CA], 3 * sizeof *ca);
    }
    return st;
}

static void place(double *out, const double *m, const double *ca, double x, double y)
{
    for (int k = 0; k < 3; k++)
        out[k] = ca[k] + m[3 * k] * x + m[3 * k + 1] * y;
}

/* O of r; next: the residue after it in the chain, or NULL. */
static void place_o(sg_protein_residue *r, const sg_protein_residue *next, const double *m)
{
    double f[9], c = cos((extended_psi + 180) * RAD), s = sin((extended_psi + 180) * RAD);
    const double *carbon = r->xyz[SG_PROTEIN_C], *from = r->xyz[SG_PROTEIN_CA];
    double along = -cos(SG_I_CA_C_O * RAD), high = sin(SG_I_CA_C_O * RAD);
    int known = next && sg_protein_linked(r, next) &&
                sg_i_plane_frame(f, from, carbon, next->xyz[SG_PROTEIN_N]);
    for (int k = 0; k < 3; k++) {
        double away = known ? -f[3 + k] : c * m[3 * k + 1] + s * m[3 * k + 2];
        r->xyz[SG_PROTEIN_O][k] = carbon[k] + SG_I_C_O * (along * m[3 * k] + high * away);
    }
}

sg_status sg_protein_from_frames(sg_protein *p, size_t first, size_t n, const double *rot,
                                 const double *ca, sg_error *err)
{
    sg_status st = in_range(p, first, n, err);
    for (size_t i = 0; st == SG_OK && i < 3 * n; i++)
        if (!isfinite(rot[i]) || !isfinite(ca[i]))
            st = sg_fail(err, SG_ENAN, "frame %zu is not finite", i / 3);
    if (st != SG_OK)
        return st;
    for (size_t i = 0; i < n; i++) {
        sg_protein_residue *r = &p->residue[first + i];
        double m[9];
        sg_so3_to_matrix(m, rot + 3 * i);
        place(r->xyz[SG_PROTEIN_N], m, ca + 3 * i, SG_I_N_CA * cos(SG_I_N_CA_C * RAD),
              SG_I_N_CA * sin(SG_I_N_CA_C * RAD));
        memcpy(r->xyz[SG_PROTEIN_CA], ca + 3 * i, 3 * sizeof *ca);
        place(r->xyz[SG_PROTEIN_C], m, ca + 3 * i, SG_I_CA_C, 0);
        r->have = SG_PROTEIN_BACKBONE;
        memset(r->xyz[SG_PROTEIN_CB], 0, sizeof r->xyz[SG_PROTEIN_CB]);
        if (r->code != 'G') {
            sg_protein_ideal_cb(r->xyz[SG_PROTEIN_CB], r->xyz[SG_PROTEIN_N], r->xyz[SG_PROTEIN_CA],
                                r->xyz[SG_PROTEIN_C]);
            r->have |= SG_PROTEIN_HAS(SG_PROTEIN_CB);
        }
    }
    for (size_t k = 0; k < p->n_chains; k++)
        for (size_t i = p->chain[k].first; i < p->chain[k].first + p->chain[k].n; i++) {
            double m[9];
            int last = i + 1 == p->chain[k].first + p->chain[k].n;
            if (i < first || i >= first + n)
                continue;
            sg_so3_to_matrix(m, rot + 3 * (i - first));
            place_o(&p->residue[i], last ? NULL : &p->residue[i + 1], m);
        }
    return SG_OK;
}

sg_system sg_protein_frame_system(const sg_map *map)
{
    return (sg_system){
        2,
        {{.name = "rotation", .space = &sg_space_so3, .width = 1, .path = sg_path_default()},
         {.name = "ca",
          .space = &sg_space_centred,
          .width = 3,
          .path = sg_path_default(),
          .map = map}}};
}
