/* libFuzzer target of the .npz reader. Checksums would stop almost every change of an archive, so
 * the input, unless it is an archive, is the arrays' own bytes: a number of the array and a length,
 * then so many bytes, and so on. fuzz_graph.h says how it is built. */
#include "fuzz_graph.h"

#include "../../graphgen/npy.h"
#include "../../graphgen/npz.h"

static void check(const char *buf, size_t len)
{
    sg_graph_set s = {0}, r = {0};
    sg_error err = {0};
    char *a = NULL, *b = NULL;
    size_t la = 0, lb = 0;
    if (sg_i_npz_parse(&s, buf, len, "in", &err) != SG_OK) {
        must(err.text[0] != '\0' && s.n == 0);
        return;
    }
    sound_set(&s);
    sg_out *o = sg_out_memory(&err);
    must(o && sg_i_npz_print(o, &s, &err) == SG_OK && sg_out_take(o, &a, &la, NULL) == SG_OK);
    must(sg_i_npz_parse(&r, a, la, "again", &err) == SG_OK && r.n == s.n);
    o = sg_out_memory(&err);
    must(o && sg_i_npz_print(o, &r, &err) == SG_OK && sg_out_take(o, &b, &lb, NULL) == SG_OK);
    must(la == lb && memcmp(a, b, la) == 0);
    free(a);
    free(b);
    sg_graph_set_clear(&s);
    sg_graph_set_clear(&r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static const char *const name[] = {"n.npy",           "ptr.npy", "edge_index.npy",
                                       "node_label.npy",  "x.npy",   "edge_label.npy",
                                       "edge_weight.npy", "y.npy"};
    sg_error err = {0};
    char *buf = NULL;
    size_t n = 0;
    if (len > 1 && data[0] == 'P' && data[1] == 'K') {
        buf = malloc(len);
        must(buf != NULL);
        memcpy(buf, data, len);
        check(buf, len);
        free(buf);
        return 0;
    }
    sg_i_zip_out z = {.out = sg_out_memory(&err)};
    must(z.out != NULL);
    while (len >= 3) {
        size_t size = data[1] + 256u * data[2];
        size = size < len - 3 ? size : len - 3;
        must(sg_i_zip_put(&z, name[data[0] % 8], (const char *)data + 3, size, &err) == SG_OK);
        data += 3 + size;
        len -= 3 + size;
    }
    must(sg_i_zip_end(&z, &err) == SG_OK && sg_out_take(z.out, &buf, &n, NULL) == SG_OK);
    check(buf, n);
    free(buf);
    return 0;
}
