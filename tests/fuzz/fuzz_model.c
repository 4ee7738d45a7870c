/* libFuzzer target of the model reader: reads, writes what was read, reads again and compares.
 * `make fuzz-models` builds and runs it. */
#include <sigen/model.h>
#include <sigen/sha256.h>

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void must(int good)
{
    if (!good)
        abort();
}

/* Puts the right digest where the header has one; otherwise nothing behind the check is reached. */
static void repair(unsigned char *buf, size_t len)
{
    static const char key[] = "\"sha256\":\"";
    unsigned char *at = memmem(buf, len, key, sizeof key - 1), digest[SG_SHA256_BYTES];
    if (!at || (size_t)(buf + len - at) < sizeof key - 1 + 64)
        return;
    at += sizeof key - 1;
    memset(at, '0', 64);
    char hex[SG_SHA256_HEX];
    sg_sha256 s;
    sg_sha256_init(&s);
    sg_sha256_update(&s, buf, len);
    sg_sha256_final(&s, digest);
    memcpy(at, sg_sha256_hex(hex, digest), 64);
}

static void compare(const sg_model *a, const sg_model *b)
{
    static const size_t size[] = {
        [SG_DTYPE_F32] = 4, [SG_DTYPE_BF16] = 4, [SG_DTYPE_F16] = 4,
        [SG_DTYPE_F64] = 8, [SG_DTYPE_I64] = 8,  [SG_DTYPE_U8] = 1,
    };
    must(sg_model_count(a) == sg_model_count(b));
    must(sg_model_meta_count(a) == sg_model_meta_count(b));
    for (size_t i = 0; i < sg_model_count(a); i++) {
        const sg_model_array *x = sg_model_at(a, i), *y = sg_model_get(b, x->name);
        must(y && x->ndim == y->ndim && x->count == y->count);
        must(memcmp(x->shape, y->shape, sizeof x->shape) == 0);
        must(memcmp(x->data, y->data, x->count * size[x->dtype]) == 0);
    }
    for (size_t i = 0; i < sg_model_meta_count(a); i++) {
        const char *key, *value;
        sg_model_meta_at(a, i, &key, &value);
        if (strcmp(key, "sha256") != 0)
            must(strcmp(value, sg_model_meta(b, key)) == 0);
    }
}

static void rewrite(const sg_model *m)
{
    sg_error err;
    sg_model_writer *w = sg_model_writer_new(&err);
    must(w != NULL);
    for (size_t i = 0; i < sg_model_meta_count(m); i++) {
        const char *key, *value;
        sg_model_meta_at(m, i, &key, &value);
        if (strcmp(key, "sha256") == 0)
            continue;
        sg_status status = sg_model_writer_meta(w, key, value, &err);
        if (status == SG_EINVAL) { /* keys of other programs may have other characters */
            sg_model_writer_free(w);
            return;
        }
        must(status == SG_OK);
    }
    for (size_t i = 0; i < sg_model_count(m); i++) {
        const sg_model_array *x = sg_model_at(m, i);
        sg_dtype dtype = x->dtype == SG_DTYPE_F16 ? SG_DTYPE_F32 : x->dtype;
        must(sg_model_writer_add(w, x->name, dtype, x->data, x->ndim, x->shape, &err) == SG_OK);
    }
    void *buf;
    size_t len;
    sg_model *again;
    must(sg_model_writer_bytes(w, &buf, &len, &err) == SG_OK);
    must(sg_model_parse(&again, buf, len, &err) == SG_OK);
    compare(m, again);
    sg_model_free(again);
    free(buf);
    sg_model_writer_free(w);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    unsigned char *buf = malloc(len + 1);
    must(buf != NULL);
    if (len > 0)
        memcpy(buf, data, len);
    repair(buf, len);
    sg_error err;
    sg_model *m;
    if (sg_model_parse(&m, buf, len, &err) == SG_OK)
        rewrite(m);
    else
        must(!m && err.text[0] != '\0');
    sg_model_free(m);
    free(buf);
    return 0;
}
