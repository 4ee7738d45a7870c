/* What the libFuzzer targets of molecule formats share: read every record, write it, read it again,
 * write it again and compare the two texts. `make fuzz` builds and runs them. */
#ifndef SG_FUZZ_MOL_H
#define SG_FUZZ_MOL_H

#include <sigen/mol_io.h>

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void must(int good)
{
    if (!good)
        abort();
}

static sg_status text_of(const sg_mol_format *f, const sg_mol *m, char **text, size_t *len)
{
    sg_error err;
    sg_out *o = sg_out_memory(&err);
    must(o != NULL);
    sg_status s = f->write(o, m, &err);
    must(sg_out_take(o, text, len, NULL) == SG_OK);
    must(s == SG_OK ? *len > 0 : *len == 0 && err.text[0] != '\0');
    return s;
}

static void again(const sg_mol_format *f, const sg_mol *m)
{
    char *a, *b;
    size_t len, len2;
    sg_error err;
    sg_mol m2 = {0};
    int got = 0;
    if (text_of(f, m, &a, &len) != SG_OK) {
        free(a);
        return;
    }
    sg_mol_cursor c = {0};
    sg_lines_init(&c.lines, a, len);
    must(f->read(&c, &m2, &got, &err) == SG_OK && got && m2.n_atoms == m->n_atoms);
    must(text_of(f, &m2, &b, &len2) == SG_OK);
    must(len == len2 && memcmp(a, b, len) == 0);
    must(f->read(&c, &m2, &got, &err) == SG_OK && !got);
    sg_mol_clear(&m2);
    free(a);
    free(b);
}

/* Records of `in`, each through `out` and back. */
static int fuzz(const sg_mol_format *in, const sg_mol_format *out, const uint8_t *data, size_t len)
{
    char *copy = malloc(len + !len); /* no byte more: the sanitizer sees the first one too far */
    sg_mol m = {0};
    sg_mol_cursor c = {.file = "in"};
    int got = 1;
    must(copy != NULL);
    if (len)
        memcpy(copy, data, len);
    sg_lines_init(&c.lines, copy, len);
    while (got) {
        sg_error err = {0};
        const char *before = c.lines.p;
        sg_status s = in->read(&c, &m, &got, &err);
        must(s == SG_OK || (err.text[0] != '\0' && m.n_atoms == 0));
        if (s == SG_OK && got)
            again(out, &m);
        got |= s != SG_OK;
        must(!got || c.lines.p != before);
    }
    sg_mol_clear(&m);
    free(copy);
    return 0;
}

#endif
