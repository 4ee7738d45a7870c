/* For model-python.tap: `write FILE` makes a known file, `print FILE` prints what a file holds. */
#include <sigen/model.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int write_file(const char *path, sg_error *err)
{
    static float x[4096];
    static const double m[3] = {0.1, 1e-300, -2.385};
    static const int64_t step = -1234567890123456789;
    static const unsigned char flags[5] = {0, 1, 127, 128, 255};
    for (int i = 0; i < 4096; i++)
        x[i] = (float)(i - 1000) / 37;
    sg_model_writer *w = sg_model_writer_new(err);
    void *buf = NULL;
    size_t len = 0;
    int good = w && !sg_model_writer_meta(w, "format", "sigen-test-1", err) &&
               !sg_model_writer_meta(w, "summary", "\"a\\b\"\n\xc3\x85", err) &&
               !sg_model_writer_add(w, "net.w", SG_DTYPE_F32, x, 2, (size_t[]){64, 64}, err) &&
               !sg_model_writer_add(w, "net.half", SG_DTYPE_BF16, x, 1, (size_t[]){4096}, err) &&
               !sg_model_writer_add(w, "opt/m", SG_DTYPE_F64, m, 1, (size_t[]){3}, err) &&
               !sg_model_writer_add(w, "opt/step", SG_DTYPE_I64, &step, 0, NULL, err) &&
               !sg_model_writer_add(w, "flags", SG_DTYPE_U8, flags, 1, (size_t[]){5}, err) &&
               !sg_model_writer_bytes(w, &buf, &len, err);
    FILE *f = good ? fopen(path, "wb") : NULL;
    good = f && fwrite(buf, 1, len, f) == len;
    good = f && fclose(f) == 0 && good;
    free(buf);
    sg_model_writer_free(w);
    return good;
}

static void print_array(const sg_model_array *a)
{
    printf("%s %s", a->name, sg_dtype_name(a->dtype));
    for (int k = 0; k < a->ndim; k++)
        printf("%s%zu", k ? "x" : " ", a->shape[k]);
    for (size_t i = 0; i < a->count; i++)
        switch (a->dtype) {
        case SG_DTYPE_F64:
            printf(" %.17g", ((const double *)a->data)[i]);
            break;
        case SG_DTYPE_I64:
            printf(" %lld", (long long)((const int64_t *)a->data)[i]);
            break;
        case SG_DTYPE_U8:
            printf(" %d", ((const unsigned char *)a->data)[i]);
            break;
        default:
            printf(" %.9g", (double)((const float *)a->data)[i]);
        }
    putchar('\n');
}

static int print_file(const char *path, sg_error *err)
{
    static char buf[1 << 20];
    FILE *f = fopen(path, "rb");
    size_t len = f ? fread(buf, 1, sizeof buf, f) : 0;
    if (f)
        fclose(f);
    sg_model *m;
    if (sg_model_parse(&m, buf, len, err) != SG_OK)
        return 0;
    for (size_t i = 0; i < sg_model_meta_count(m); i++) {
        const char *key, *value;
        sg_model_meta_at(m, i, &key, &value);
        if (strcmp(key, "sha256") != 0)
            printf("%s=%s\n", key, value);
    }
    for (size_t i = 0; i < sg_model_count(m); i++)
        print_array(sg_model_at(m, i));
    sg_model_free(m);
    return 1;
}

int main(int argc, char **argv)
{
    sg_error err = {.text = "usage: model-tool write|print FILE"};
    int good = 0;
    if (argc == 3 && strcmp(argv[1], "write") == 0)
        good = write_file(argv[2], &err);
    else if (argc == 3 && strcmp(argv[1], "print") == 0)
        good = print_file(argv[2], &err);
    if (!good)
        fprintf(stderr, "model-tool: %s\n", err.text);
    return !good;
}
