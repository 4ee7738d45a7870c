/* Samples molecules through the library: the shortest path from a model file to an SDF file.
 *
 *   sample MODEL OUT.sdf [COUNT] [SEED]
 *
 * cc sample.c $(pkg-config --cflags --libs sigen-molgen) */
#include <stdio.h>
#include <stdlib.h>

#include <sigen/mol_generate.h>
#include <sigen/mol_io.h>

static int fail(const sg_error *err)
{
    char text[1024];
    fprintf(stderr, "sample: %s\n", sg_error_format(err, text, sizeof text));
    return 1;
}

int main(int argc, char **argv)
{
    sg_error err = {0};
    if (argc < 3) {
        fprintf(stderr, "usage: sample MODEL OUT.sdf [COUNT] [SEED]\n");
        return 2;
    }
    size_t count = argc > 3 ? strtoul(argv[3], NULL, 10) : 10;
    if (count < 1 || count > 1000000) {
        fprintf(stderr, "sample: COUNT is 1 to 1000000\n");
        return 2;
    }
    sg_mol_model *model = sg_mol_model_open(argv[1], &err);
    if (!model)
        return fail(&err);

    sg_mol_generate_opts opts;
    sg_mol_generate_defaults(&opts);
    opts.steps = 50;
    opts.threads = 2;
    opts.seed = argc > 4 ? strtoull(argv[4], NULL, 10) : 0;

    sg_mol *mol = calloc(count, sizeof *mol);
    if (!mol)
        return 1;
    size_t missed = 0;
    int status = 1;
    sg_out *out = sg_out_open(argv[2], &err);
    if (out && sg_mol_generate(model, &opts, 0, count, mol, &missed, &err) == SG_OK) {
        status = 0;
        for (size_t i = 0; i < count && !status; i++)
            if (sg_mol_sdf.write(out, &mol[i], &err) != SG_OK)
                status = 1;
    }
    if (status)
        sg_out_discard(out); /* nothing half written */
    else if (sg_out_commit(out, &err) != SG_OK)
        status = 1;
    if (status)
        fail(&err);
    else
        printf("%zu molecules with model %s\n", count, sg_mol_model_hash(model));
    for (size_t i = 0; i < count; i++)
        sg_mol_clear(&mol[i]);
    free(mol);
    sg_mol_model_free(model);
    return status;
}
