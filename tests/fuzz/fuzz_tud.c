/* libFuzzer target of the TUDataset reader: the files lie one behind the other, '|' between them,
 * those that are empty are missing. fuzz_graph.h says how it is built. */
#include "fuzz_graph.h"

#include "../../graphgen/tud.h"

static void print(const sg_graph_set *s, char *text[SG_I_TUD_FILES], size_t len[SG_I_TUD_FILES])
{
    for (int k = 0; k < SG_I_TUD_FILES; k++) {
        sg_error err = {0};
        int any = 0;
        sg_out *o = sg_out_memory(&err);
        must(o && sg_i_tud_print(o, s, k, &any, &err) == SG_OK);
        must(sg_out_take(o, &text[k], &len[k], NULL) == SG_OK);
        if (!any) {
            free(text[k]);
            text[k] = NULL;
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    sg_i_text t[SG_I_TUD_FILES] = {{NULL, NULL, 0}};
    char *copy[SG_I_TUD_FILES] = {NULL}, *a[SG_I_TUD_FILES], *b[SG_I_TUD_FILES];
    size_t la[SG_I_TUD_FILES], lb[SG_I_TUD_FILES], at = 0;
    sg_graph_set s = {0}, r = {0};
    sg_error err = {0};
    for (int k = 0; k < SG_I_TUD_FILES; k++) {
        size_t n = 0;
        while (at + n < len && data[at + n] != '|')
            n++;
        copy[k] = malloc(n + !n);
        must(copy[k] != NULL);
        if (n)
            memcpy(copy[k], data + at, n);
        t[k] = (sg_i_text){"in", n || k < 2 ? copy[k] : NULL, n};
        at += n + (at + n < len);
    }
    if (sg_i_tud_parse(&s, t, &err) == SG_OK) {
        sound_set(&s);
        print(&s, a, la);
        for (int k = 0; k < SG_I_TUD_FILES; k++)
            t[k] = (sg_i_text){"again", a[k], a[k] ? la[k] : 0};
        must(sg_i_tud_parse(&r, t, &err) == SG_OK && r.n == s.n);
        print(&r, b, lb);
        for (int k = 0; k < SG_I_TUD_FILES; k++) {
            must(!a[k] == !b[k] && (!a[k] || (la[k] == lb[k] && memcmp(a[k], b[k], la[k]) == 0)));
            free(a[k]);
            free(b[k]);
        }
    } else {
        must(err.text[0] != '\0' && s.n == 0);
    }
    sg_graph_set_clear(&s);
    sg_graph_set_clear(&r);
    for (int k = 0; k < SG_I_TUD_FILES; k++)
        free(copy[k]);
    return 0;
}
