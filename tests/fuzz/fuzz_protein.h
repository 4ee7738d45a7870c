/* What the libFuzzer targets of protein formats share: read every model, write it, read it again, write
 * it again and compare the two texts. `make fuzz-protein` builds and runs them. */
#ifndef SG_FUZZ_PROTEIN_H
#define SG_FUZZ_PROTEIN_H

#include <sigen/protein_io.h>

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void must(int good)
{
    if (!good)
        abort();
}

static sg_status text_of(const sg_protein_format *f, const sg_protein *p, char **text, size_t *len)
{
    sg_error err;
    sg_protein_sink k;
    sg_out *o = sg_out_memory(&err);
    must(o != NULL);
    sg_protein_sink_init(&k, o, NULL);
    sg_status s = f->write(&k, p, &err);
    sg_protein_sink_end(&k, f);
    must(sg_out_take(o, text, len, NULL) == SG_OK);
    must(s == SG_OK ? *len > 0 : *len == 0 && err.text[0] != '\0');
    return s;
}

static void again(const sg_protein_format *f, const sg_protein *p)
{
    char *a, *b;
    size_t len, len2;
    sg_error err;
    sg_protein q = {0};
    int got = 0;
    if (text_of(f, p, &a, &len) != SG_OK) {
        free(a);
        return;
    }
    sg_protein_cursor c;
    sg_protein_cursor_init(&c, NULL, a, len);
    must(f->read(&c, &q, &got, &err) == SG_OK && got && q.n == p->n);
    must(text_of(f, &q, &b, &len2) == SG_OK);
    must(len == len2 && memcmp(a, b, len) == 0);
    must(f->read(&c, &q, &got, &err) == SG_OK && !got);
    sg_protein_cursor_clear(&c);
    sg_protein_clear(&q);
    free(a);
    free(b);
}

/* Models of `in`, each through `out` and back. */
static int fuzz(const sg_protein_format *in, const sg_protein_format *out, const uint8_t *data,
                size_t len)
{
    char *copy = malloc(len + !len); /* no byte more: the sanitizer sees the first one too far */
    sg_protein p = {0};
    sg_protein_cursor c;
    int got = 1;
    must(copy != NULL);
    if (len)
        memcpy(copy, data, len);
    sg_protein_cursor_init(&c, "in", copy, len);
    for (size_t models = 0; got; models++) {
        sg_error err = {0};
        sg_status s = in->read(&c, &p, &got, &err);
        must(s == SG_OK || (err.text[0] != '\0' && p.n == 0));
        if (s == SG_OK && got)
            again(out, &p);
        got |= s != SG_OK;
        must(models <= len + 1);
    }
    sg_protein_cursor_clear(&c);
    sg_protein_clear(&p);
    free(copy);
    return 0;
}

#endif
