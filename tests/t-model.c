/* Model files: round trip, every refused defect, every single-bit flip, failing malloc. */
#include <sigen/model.h>
#include <sigen/sha256.h>

#include "oom.h"
#include "tap.h"

#include <float.h>
#include <stdlib.h>
#include <unistd.h>

#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"
#define META  "\"__metadata__\":{\"sha256\":\"" ZEROS "\"}"

/* The sample file: one array of each written type, metadata with escapes and UTF-8. */
static const float xyz[6] = {0.1f, -2.385f, 3e-39f, FLT_MAX, -0.0f, 65504.f};
static const double moments[2] = {0.1, -1e300};
static const int64_t step[1] = {-1234567890123456789};
static const unsigned char flags[3] = {0, 7, 255};

static sg_model_writer *sample(sg_error *err)
{
    sg_model_writer *w = sg_model_writer_new(err);
    if (w && sg_model_writer_meta(w, "format", "sigen-test-1", err) == SG_OK &&
        sg_model_writer_meta(w, "summary", "a \"quoted\" \\ line\nwith \xc3\x85", err) == SG_OK &&
        sg_model_writer_add(w, "net.xyz", SG_DTYPE_F32, xyz, 2, (size_t[]){2, 3}, err) == SG_OK &&
        sg_model_writer_add(w, "net.flags", SG_DTYPE_U8, flags, 1, (size_t[]){3}, err) == SG_OK &&
        sg_model_writer_add(w, "net.half", SG_DTYPE_BF16, xyz, 1, (size_t[]){3}, err) == SG_OK &&
        sg_model_writer_add(w, "opt/m", SG_DTYPE_F64, moments, 3, (size_t[]){1, 2, 1}, err) ==
            SG_OK &&
        sg_model_writer_add(w, "opt/step", SG_DTYPE_I64, step, 0, NULL, err) == SG_OK)
        return w;
    sg_model_writer_free(w);
    return NULL;
}

static sg_status sample_bytes(void **buf, size_t *len, sg_error *err)
{
    sg_model_writer *w = sample(err);
    if (!w)
        return err->code;
    sg_status status = sg_model_writer_bytes(w, buf, len, err);
    sg_model_writer_free(w);
    return status;
}

static void test_round_trip(void)
{
    sg_error err = {0};
    void *buf, *again;
    size_t len, len2;
    sg_model *m;
    if (!tap_ok(sample_bytes(&buf, &len, &err) == SG_OK &&
                    sg_model_parse(&m, buf, len, &err) == SG_OK,
                "what is written is read"))
        return;
    tap_ok(sample_bytes(&again, &len2, &err) == SG_OK && len2 == len &&
               memcmp(buf, again, len) == 0,
           "the same arrays give the same bytes");
    free(again);
    size_t header = ((unsigned char *)buf)[0] + 256u * ((unsigned char *)buf)[1];
    tap_ok((8 + header) % 64 == 0, "data start at a multiple of 64");
    free(buf); /* nothing of it is kept */

    tap_ok(sg_model_count(m) == 5 && strcmp(sg_model_at(m, 0)->name, "net.xyz") == 0 &&
               strcmp(sg_model_at(m, 4)->name, "opt/step") == 0,
           "arrays keep their order");
    const float *x = sg_model_tensor(m, "net.xyz", 2, 3, &err);
    tap_ok(x && memcmp(x, xyz, sizeof xyz) == 0, "F32 bits");
    tap_ok((uintptr_t)x % 64 == 0 && (uintptr_t)sg_model_get(m, "opt/m")->data % 64 == 0,
           "data are 64-byte aligned in memory");
    x = sg_model_tensor(m, "net.half", 0, 3, &err);
    /* 0.1 = 0x3dcccccd -> 0x3dcd; -2.385 = 0xc018a3d7 -> 0xc019; 3e-39 = 0x0020aaec -> 0x0021 */
    float want[3] = {0.10009765625f, -2.390625f, 0x1.08p-128f};
    tap_ok(x && memcmp(x, want, sizeof want) == 0, "BF16 rounds to nearest");
    const void *p = sg_model_data(m, "opt/m", SG_DTYPE_F64, 2, &err);
    tap_ok(p && memcmp(p, moments, sizeof moments) == 0, "F64 bits");
    p = sg_model_data(m, "opt/step", SG_DTYPE_I64, 1, &err);
    tap_ok(p && memcmp(p, step, sizeof step) == 0, "I64 of no dimension");
    p = sg_model_data(m, "net.flags", SG_DTYPE_U8, 3, &err);
    tap_ok(p && memcmp(p, flags, sizeof flags) == 0, "U8");
    tap_ok(strcmp(sg_model_meta(m, "summary"), "a \"quoted\" \\ line\nwith \xc3\x85") == 0 &&
               !sg_model_meta(m, "absent") && !sg_model_get(m, "absent"),
           "metadata; absent names are NULL");
    const char *key, *value;
    sg_model_meta_at(m, 1, &key, &value);
    tap_ok(sg_model_meta_count(m) == 3 && strcmp(key, "format") == 0 &&
               strcmp(value, "sigen-test-1") == 0,
           "metadata keep their order");
    tap_ok(strlen(sg_model_sha256(m)) == 64 && strlen(sg_model_short_hash(m)) == 12 &&
               strncmp(sg_model_sha256(m), sg_model_short_hash(m), 12) == 0,
           "hash and short hash");

    tap_ok(!sg_model_tensor(m, "net.xyz", 3, 2, &err) &&
               strcmp(err.text, "array 'net.xyz' has shape (2, 3); (3, 2) is wanted") == 0,
           "wrong shape: %s", err.text);
    tap_ok(!sg_model_tensor(m, "net.xyz", 0, 6, &err) && err.code == SG_EMODEL,
           "wrong number of dimensions: %s", err.text);
    tap_ok(!sg_model_tensor(m, "net.none", 0, 6, &err) && strstr(err.text, "missing"),
           "missing array: %s", err.text);
    tap_ok(!sg_model_tensor(m, "net.flags", 0, 3, &err) && strstr(err.text, "U8"), "wrong type: %s",
           err.text);
    tap_ok(!sg_model_data(m, "opt/m", SG_DTYPE_F64, 3, &err) && strstr(err.text, "2 F64"),
           "wrong number: %s", err.text);
    tap_ok(!sg_model_data(m, "opt/m", SG_DTYPE_I64, 2, &err), "wrong raw type: %s", err.text);
    tap_ok(!sg_model_data(m, "opt/v", SG_DTYPE_F64, 2, &err), "missing data: %s", err.text);
    sg_model_free(m);
}

/* Files by hand: header text (with META), payload. The digest is filled in where 64 zeros stand. */
static unsigned char *craft(const char *header, const void *payload, size_t n, size_t *len)
{
    size_t h = strlen(header);
    *len = 8 + h + n;
    unsigned char *buf = calloc(1, *len), digest[SG_SHA256_BYTES];
    if (!buf)
        abort();
    buf[0] = (unsigned char)h;
    buf[1] = (unsigned char)(h >> 8);
    memcpy(buf + 8, header, h);
    memcpy(buf + 8 + h, payload, n);
    char hex[SG_SHA256_HEX];
    sg_sha256 s;
    sg_sha256_init(&s);
    sg_sha256_update(&s, buf, *len);
    sg_sha256_final(&s, digest);
    char *at = strstr(header, ZEROS);
    if (at)
        memcpy(buf + 8 + (at - header), sg_sha256_hex(hex, digest), 64);
    return buf;
}

static sg_status parse_craft(const char *header, const void *payload, size_t n, sg_model **m,
                             sg_error *err)
{
    size_t len;
    unsigned char *buf = craft(header, payload, n, &len);
    sg_status status = sg_model_parse(m, buf, len, err);
    free(buf);
    return status;
}

#define ONE(entry) "{" META "," entry "}"
#define A8(dtype, shape, from, to)                                                                 \
    "{\"dtype\":\"" dtype "\",\"shape\":" shape ",\"data_offsets\":[" from "," to "]}"

static const char zeros[32];

static void test_defects(void)
{
    static char long_name[600], long_key[600];
    char l[SG_MODEL_NAME + 2];
    memset(l, 'n', sizeof l - 1);
    l[sizeof l - 1] = '\0';
    snprintf(long_name, sizeof long_name, "{" META ",\"%s\":" A8("F32", "[1]", "0", "4") "}", l);
    snprintf(long_key, sizeof long_key,
             "{\"__metadata__\":{\"sha256\":\"" ZEROS "\",\"%s\":\"v\"}}", l);
    static char many_keys[4096] = "{\"__metadata__\":{\"sha256\":\"" ZEROS "\"";
    for (int i = 0, at = (int)strlen(many_keys); i < 256; i++)
        at += snprintf(many_keys + at, sizeof many_keys - (size_t)at, ",\"k%d\":\"\"%s", i,
                       i == 255 ? "}}" : "");
    static const float nan_f32[2] = {1, NAN};
    static const unsigned char inf_bf16[2] = {0x80, 0xff}, nan_f16[2] = {0x01, 0x7c};
    static const double inf_f64 = INFINITY;
    const struct {
        const char *name, *header, *text;
        const void *payload;
        size_t n;
    } bad[] = {
        {"header does not start with a brace", " {" META "}", "'{'", zeros, 0},
        {"syntax error", "{" META ",}", "header, byte", zeros, 0},
        {"text after the object", "{" META "}x", "header, byte", zeros, 0},
        {"not UTF-8", "{" META ",\"\xff\":1}", "header, byte", zeros, 0},
        {"NUL in a name", "{" META ",\"a\\u0000\":1}", "header, byte", zeros, 0},
        {"an array twice, in one place or two",
         ONE("\"a\":" A8("F32", "[1]", "0", "4") ",\"a\":" A8("F32", "[1]", "4", "8")), "'a' twice",
         zeros, 8},
        {"no metadata", "{\"a\":" A8("F32", "[1]", "0", "4") "}", "no metadata 'sha256'", zeros, 4},
        {"metadata not an object", "{\"__metadata__\":\"" ZEROS "\"}", "not an object", zeros, 0},
        {"metadata twice", "{" META "," META "}", "__metadata__ twice", zeros, 0},
        {"a key twice", "{\"__metadata__\":{\"sha256\":\"" ZEROS "\",\"k\":\"\",\"k\":\"\"}}",
         "'k' twice", zeros, 0},
        {"metadata number", "{\"__metadata__\":{\"sha256\":\"" ZEROS "\",\"n\":1}}",
         "text in quotes", zeros, 0},
        {"empty metadata key", "{\"__metadata__\":{\"sha256\":\"" ZEROS "\",\"\":\"\"}}",
         "metadata key", zeros, 0},
        {"long metadata key", long_key, "metadata key", zeros, 0},
        {"no sha256", "{\"__metadata__\":{\"sha257\":\"" ZEROS "\"}}", "no metadata 'sha256'",
         zeros, 0},
        {"short sha256", "{\"__metadata__\":{\"sha256\":\"00\"}}", "64 lower-case", zeros, 0},
        {"long sha256", "{\"__metadata__\":{\"sha256\":\"" ZEROS "0\"}}", "64 lower-case", zeros,
         0},
        {"sha256 in capitals",
         "{\"__metadata__\":{\"sha256\":"
         "\"ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789\"}}",
         "64 lower-case", zeros, 0},
        {"sha256 with an escape",
         "{\"__metadata__\":{\"sha256\":"
         "\"\\u0061000000000000000000000000000000000000000000000000000000000000000\"}}",
         "plainly", zeros, 0},
        {"another sha256",
         "{\"__metadata__\":{\"sha256\":"
         "\"00000000000000000000000000000000000000000000000000000000000000a0\"}}",
         "damaged", zeros, 0},
        {"no end of a text", "{\"__metadata__", "without end", zeros, 0},
        {"no end after a backslash", "{\"__\\", "without end", zeros, 0},
        {"line feed in a text", "{\"a\nb\":1}", "control character", zeros, 0},
        {"overlong UTF-8", "{\"\xc0\xaf\":1}", "invalid UTF-8", zeros, 0},
        {"surrogate in UTF-8", "{\"\xed\xa0\x80\":1}", "invalid UTF-8", zeros, 0},
        {"beyond U+10FFFF", "{\"\xf4\x90\x80\x80\":1}", "invalid UTF-8", zeros, 0},
        {"UTF-8 cut short", "{\"\xe2\x82", "invalid UTF-8", zeros, 0},
        {"UTF-8 without its tail", "{\"\xe2\x82\":1}", "invalid UTF-8", zeros, 0},
        {"unknown escape", "{\"\\x\":1}", "unknown escape", zeros, 0},
        {"\\u with a letter", "{\"\\u00g0\":1}", "hexadecimal", zeros, 0},
        {"\\u cut short", "{\"\\u00", "cut short", zeros, 0},
        {"high surrogate alone", "{\"\\ud800x\":1}", "half of", zeros, 0},
        {"high surrogate twice", "{\"\\ud800\\ud800\":1}", "half of", zeros, 0},
        {"low surrogate alone", "{\"\\udc00\":1}", "no character", zeros, 0},
        {"no colon", "{\"a\"1}", "':'", zeros, 0},
        {"no comma", ONE("\"a\":" A8("F32", "[1]", "0", "4") "\"b\""), "',' or '}'", zeros, 4},
        {"no comma in the metadata", "{\"__metadata__\":{\"k\":\"v\" \"l\":\"v\"}}", "',' or '}'",
         zeros, 0},
        {"no comma in an entry", ONE("\"a\":{\"shape\":[] \"dtype\":\"F32\"}"), "',' or '}'", zeros,
         0},
        {"too much metadata", many_keys, "more than 256", zeros, 0},
        {"empty metadata", "{\"__metadata__\":{}}", "no metadata 'sha256'", zeros, 0},
        {"nothing in the header", "{}", "no metadata 'sha256'", zeros, 0},
        {"shape twice", ONE("\"a\":{\"shape\":[],\"shape\":[]}"), "a member twice", zeros, 0},
        {"one offset", ONE("\"a\":{\"data_offsets\":[0]}"), "[begin, end]", zeros, 0},
        {"leading zero", ONE("\"a\":" A8("F32", "[01]", "0", "4")), "without sign", zeros, 4},
        {"empty name", ONE("\"\":" A8("F32", "[1]", "0", "4")), "array name", zeros, 4},
        {"name with a blank", ONE("\"a b\":" A8("F32", "[1]", "0", "4")), "array name", zeros, 4},
        {"long name", long_name, "129 bytes", zeros, 4},
        {"entry not an object", ONE("\"a\":[1,2,3]"), "'{' is expected", zeros, 4},
        {"entry with a fourth member",
         ONE("\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4],\"x\":0}"),
         "only dtype", zeros, 4},
        {"dtype missing", ONE("\"a\":{\"type\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}"),
         "only dtype", zeros, 4},
        {"dtype unknown", ONE("\"a\":" A8("F31", "[1]", "0", "4")), "'F31'", zeros, 4},
        {"shape not a list", ONE("\"a\":" A8("F32", "1", "0", "4")), "'[' is expected", zeros, 4},
        {"shape missing", ONE("\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,4]}"), "is missing",
         zeros, 4},
        {"five dimensions", ONE("\"a\":" A8("F32", "[1,1,1,1,1]", "0", "4")), "too many numbers",
         zeros, 4},
        {"negative dimension", ONE("\"a\":" A8("F32", "[1,-1]", "0", "4")), "without sign", zeros,
         4},
        {"dimension 0", ONE("\"a\":" A8("F32", "[0]", "0", "0")), "empty dimension", zeros, 0},
        {"dimension 1.0", ONE("\"a\":" A8("F32", "[1.0]", "0", "4")), "',' or ']'", zeros, 4},
        {"dimension beyond 2^30", ONE("\"a\":" A8("F32", "[1073741825]", "0", "4")),
         "above 1073741824", zeros, 4},
        {"dimension beyond 2^63", ONE("\"a\":" A8("F32", "[9223372036854775808]", "0", "4")),
         "above 1073741824", zeros, 4},
        {"product of the shape overflows", /* 2^64: would wrap to 0 */
         ONE("\"a\":" A8("F32", "[65536,65536,65536,65536]", "0", "0")), "too large", zeros, 0},
        {"bytes overflow", /* 2^62 elements of 4 bytes */
         ONE("\"a\":" A8("F32", "[1073741824,1073741824,4]", "0", "0")), "too large", zeros, 0},
        {"offsets missing", ONE("\"a\":{\"dtype\":\"F32\",\"shape\":[1]}"), "is missing", zeros, 4},
        {"three offsets", ONE("\"a\":" A8("F32", "[1]", "0,4", "8")), "too many", zeros, 4},
        {"offsets reversed", ONE("\"a\":" A8("F32", "[1]", "4", "0")), "data_offsets", zeros, 4},
        {"negative offset", ONE("\"a\":" A8("F32", "[1]", "-4", "0")), "without sign", zeros, 4},
        {"offset as text", ONE("\"a\":" A8("F32", "[1]", "\"0\"", "4")), "without sign", zeros, 4},
        {"shape and offsets disagree", ONE("\"a\":" A8("F32", "[2]", "0", "4")), "8 bytes needed",
         zeros, 4},
        {"gap at the start", ONE("\"a\":" A8("F32", "[1]", "4", "8")), "leaving a gap", zeros, 8},
        {"gap between",
         ONE("\"a\":" A8("F32", "[1]", "0", "4") ",\"b\":" A8("F32", "[1]", "8", "12")),
         "'b' begins at 8, leaving a gap", zeros, 12},
        {"overlap", ONE("\"a\":" A8("F32", "[2]", "0", "8") ",\"b\":" A8("F32", "[2]", "4", "12")),
         "'b' begins at 4, overlapping", zeros, 12},
        {"two arrays in one place",
         ONE("\"a\":" A8("F32", "[1]", "0", "4") ",\"b\":" A8("U8", "[4]", "0", "4")),
         "overlapping", zeros, 4},
        {"payload too short", ONE("\"a\":" A8("F32", "[2]", "0", "8")), "the file has 4", zeros, 4},
        {"payload too long", ONE("\"a\":" A8("F32", "[1]", "0", "4")), "the file has 5", zeros, 5},
        {"NaN in F32", ONE("\"a\":" A8("F32", "[2]", "0", "8")), "'a': element 1 is NaN", nan_f32,
         8},
        {"infinity in BF16", ONE("\"a\":" A8("BF16", "[1]", "0", "2")), "'a': element 0", inf_bf16,
         2},
        {"NaN in F16", ONE("\"a\":" A8("F16", "[1]", "0", "2")), "'a': element 0", nan_f16, 2},
        {"infinity in F64", ONE("\"a\":" A8("F64", "[1]", "0", "8")), "'a': element 0", &inf_f64,
         8},
    };
    sg_error err = {0};
    sg_model *m = NULL;
    tap_ok(parse_craft(ONE("\"a\":" A8("F32", "[1]", "0", "4")), zeros, 4, &m, &err) == SG_OK,
           "a file by hand without defect is read%s", err.text);
    sg_model_free(m);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        m = (sg_model *)&err;
        err.text[0] = '\0';
        sg_status status = parse_craft(bad[i].header, bad[i].payload, bad[i].n, &m, &err);
        if (!tap_ok(status == SG_EMODEL && err.code == SG_EMODEL && !m &&
                        strstr(err.text, bad[i].text),
                    "%s", bad[i].name))
            printf("# status %d: %s\n", status, err.text);
    }
    unsigned char raw[16] = {0};
    tap_ok(sg_model_parse(&m, raw, 7, &err) == SG_EMODEL && strstr(err.text, "fewer than 8"),
           "seven bytes");
    tap_ok(sg_model_parse(&m, raw, 8, &err) == SG_EMODEL, "empty header");
    raw[0] = 9;
    tap_ok(sg_model_parse(&m, raw, 16, &err) == SG_EMODEL && strstr(err.text, "cut short"),
           "header longer than the file");
    raw[7] = 0x80;
    tap_ok(sg_model_parse(&m, raw, 16, &err) == SG_EMODEL && strstr(err.text, "not a model"),
           "header length of 2^63");
    tap_ok(sg_model_parse(&m, raw, SG_MODEL_FILE_MAX + 1, &err) == SG_ELIMIT,
           "more than SG_MODEL_FILE_MAX bytes");
    tap_ok(sg_model_parse(&m, raw, 7, NULL) == SG_EMODEL, "no error record is needed");
}

static void test_half(void)
{
    static const unsigned char h[] = {0x00, 0x3c, 0x01, 0x00, 0xff, 0x7b, 0x00,
                                      0x80, 0xff, 0x83, 0x55, 0x35, 0x00, 0x04};
    static const float want[] = {1,       0x1p-24f, 65504, -0.0f, -1023 * 0x1p-24f, 0.333251953125f,
                                 0x1p-14f};
    sg_error err;
    sg_model *m;
    if (!tap_ok(parse_craft(ONE("\"a\":" A8("F16", "[7]", "0", "14")), h, 14, &m, &err) == SG_OK,
                "F16 is read"))
        return;
    const float *x = sg_model_tensor(m, "a", 0, 7, &err);
    tap_ok(x && memcmp(x, want, sizeof want) == 0, "F16 values: normal, subnormal, largest, -0");
    sg_model_free(m);
}

static void test_spelling(void)
{
    sg_error err = {0};
    sg_model *m;
    sg_status status = parse_craft(
        "{ \"a\" : {\"data_offsets\":[ 0 ,\t4], \"shape\" : [ ] ,\r\n\"\\u0064type\":\"F32\" } ,\n"
        "\"__metadata__\" : {\"sha256\":\"" ZEROS "\", "
        "\"k\" : \"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\u00C5\\u20ac\\uD83d\\uDE00 "
        "\xf0\x9f\x98\x80\"} } \n\n  ",
        zeros, 4, &m, &err);
    if (!tap_ok(status == SG_OK, "blanks, another order, escapes%s", err.text))
        return;
    tap_ok(strcmp(sg_model_meta(m, "k"),
                  "\"\\/\b\f\n\r\tA\xc3\x85\xe2\x82\xac\xf0\x9f\x98\x80 \xf0\x9f\x98\x80") == 0,
           "every escape");
    sg_model_free(m);
}

static float bf16_of(float x, sg_status *status)
{
    sg_error err;
    void *buf;
    size_t len;
    sg_model *m;
    float y = 0;
    sg_model_writer *w = sg_model_writer_new(&err);
    *status = w ? sg_model_writer_add(w, "x", SG_DTYPE_BF16, &x, 0, NULL, &err) : SG_ENOMEM;
    if (*status == SG_OK)
        *status = sg_model_writer_bytes(w, &buf, &len, &err);
    if (*status == SG_OK) {
        *status = sg_model_parse(&m, buf, len, &err);
        free(buf);
    }
    if (*status == SG_OK) {
        y = *(const float *)sg_model_get(m, "x")->data;
        sg_model_free(m);
    }
    sg_model_writer_free(w);
    return y;
}

static void test_bf16(void)
{
    sg_status s1, s2, s3;
    /* between 1 and 1 + 2^-7: below, at and above the middle; the tie goes to the even side */
    tap_ok(bf16_of(1 + 0x1p-8f - 0x1p-23f, &s1) == 1 && bf16_of(1 + 0x1p-8f, &s2) == 1 &&
               bf16_of(1 + 0x1p-8f + 0x1p-23f, &s3) == 1 + 0x1p-7f,
           "BF16: up and down around a tie at an even value");
    tap_ok(bf16_of(-1 - 3 * 0x1p-8f, &s1) == -1 - 0x1p-6f, "BF16: a tie above an odd value");
    tap_ok(bf16_of(0x1.fep127f, &s1) == 0x1.fep127f && s1 == SG_OK, "BF16: the largest value");
    bf16_of(0x1.ffp127f, &s1);
    tap_ok(s1 == SG_ENAN, "BF16: a value that would round to infinity is refused");
}

static void test_writer_refuses(void)
{
    static const float x[2] = {1, INFINITY};
    sg_error err;
    char l[SG_MODEL_NAME + 2];
    memset(l, 'n', sizeof l - 1);
    l[sizeof l - 1] = '\0';
    size_t two = 2, none = 0, huge[2] = {SIZE_MAX, SIZE_MAX}, big = SG_MODEL_FILE_MAX / 4 + 1;
    sg_model_writer *w = sg_model_writer_new(&err);
    if (!w)
        return;
    tap_ok(sg_model_writer_meta(w, "", "x", &err) == SG_EINVAL &&
               sg_model_writer_meta(w, l, "x", &err) == SG_EINVAL &&
               sg_model_writer_meta(w, "a key", "x", &err) == SG_EINVAL,
           "metadata keys: empty, too long, with a blank");
    tap_ok(sg_model_writer_meta(w, "sha256", "x", &err) == SG_EINVAL, "the key sha256 is taken");
    tap_ok(sg_model_writer_meta(w, "k", "\xff", &err) == SG_EINVAL && strstr(err.text, "UTF-8"),
           "a value that is not UTF-8");
    tap_ok(sg_model_writer_add(w, "__metadata__", SG_DTYPE_F32, x, 1, &two, &err) == SG_EINVAL &&
               sg_model_writer_add(w, "\xc3\x85", SG_DTYPE_F32, x, 1, &two, &err) == SG_EINVAL,
           "names outside the allowed characters");
    tap_ok(sg_model_writer_add(w, "a", SG_DTYPE_F16, x, 1, &two, &err) == SG_EINVAL &&
               sg_model_writer_add(w, "a", (sg_dtype)77, x, 1, &two, &err) == SG_EINVAL,
           "types that are not written");
    tap_ok(sg_model_writer_add(w, "a", SG_DTYPE_F32, x, 5, &two, &err) == SG_EINVAL,
           "five dimensions");
    tap_ok(sg_model_writer_add(w, "a", SG_DTYPE_F32, x, 1, &none, &err) == SG_EINVAL &&
               sg_model_writer_add(w, "a", SG_DTYPE_F32, x, 2, huge, &err) == SG_EINVAL,
           "empty and overflowing shapes");
    tap_ok(sg_model_writer_add(w, "a", SG_DTYPE_F32, x, 1, &big, &err) == SG_ELIMIT,
           "more than a file may hold");
    tap_ok(sg_model_writer_add(w, "a", SG_DTYPE_F32, x, 1, &two, &err) == SG_OK &&
               sg_model_writer_add(w, "a", SG_DTYPE_F32, x, 1, &two, &err) == SG_EINVAL &&
               strstr(err.text, "already"),
           "a name twice");
    void *buf;
    size_t len;
    tap_ok(sg_model_writer_bytes(w, &buf, &len, &err) == SG_ENAN && !buf &&
               strstr(err.text, "'a': element 1"),
           "an infinite weight is not written");
    sg_model_writer_free(w);

    w = sg_model_writer_new(&err);
    char *text = malloc(SG_MODEL_HEADER_MAX + 1);
    if (!w || !text)
        return;
    memset(text, 'x', SG_MODEL_HEADER_MAX);
    text[SG_MODEL_HEADER_MAX] = '\0';
    tap_ok(sg_model_writer_meta(w, "k", text, &err) == SG_OK &&
               sg_model_writer_bytes(w, &buf, &len, &err) == SG_ELIMIT,
           "a header beyond its limit is not written");
    free(text);
    sg_model_writer_free(w);
}

static void test_flips(void)
{
    sg_error err;
    void *buf;
    size_t len, missed = 0, flips = 0;
    sg_model *m;
    if (!tap_ok(sample_bytes(&buf, &len, &err) == SG_OK, "sample for damage"))
        return;
    unsigned char *p = buf;
    for (size_t bit = 0; bit < 8 * len; bit++, flips++) {
        p[bit / 8] ^= (unsigned char)(1 << bit % 8);
        if (sg_model_parse(&m, p, len, &err) != SG_EMODEL) {
            printf("# bit %zu is not noticed\n", bit);
            sg_model_free(m);
            missed++;
        }
        p[bit / 8] ^= (unsigned char)(1 << bit % 8);
    }
    tap_ok(missed == 0 && flips > 4000, "each of %zu bit flips is noticed", flips);
    missed = 0;
    for (size_t n = 0; n < len; n++)
        if (sg_model_parse(&m, p, n, &err) != SG_EMODEL) {
            sg_model_free(m);
            missed++;
        }
    tap_ok(missed == 0, "each of %zu truncations is noticed", len);
    missed = 0;
    for (size_t i = 1; i < len; i++) { /* neighbours exchanged */
        if (p[i] == p[i - 1])
            continue;
        unsigned char t = p[i];
        p[i] = p[i - 1], p[i - 1] = t;
        if (sg_model_parse(&m, p, len, &err) != SG_EMODEL) {
            sg_model_free(m);
            missed++;
        }
        t = p[i];
        p[i] = p[i - 1], p[i - 1] = t;
    }
    tap_ok(missed == 0, "each exchange of neighbouring bytes is noticed");
    free(buf);
}

static void test_files(void)
{
    sg_error err;
    char dir[] = "t-model-XXXXXX", path[64], none[64];
    if (!mkdtemp(dir)) {
        tap_skip("files", "no directory can be made here");
        return;
    }
    snprintf(path, sizeof path, "%s/m.safetensors", dir);
    snprintf(none, sizeof none, "%s/none/m.safetensors", dir);
    sg_model *m = NULL;
    sg_model_writer *w = sample(&err);
    tap_ok(w && sg_model_writer_save(w, path, &err) == SG_OK &&
               sg_model_load(&m, path, &err) == SG_OK && sg_model_count(m) == 5,
           "a file is saved and loaded");
    sg_model_free(m);
    tap_ok(w && sg_model_writer_save(w, none, &err) == SG_EIO && strstr(err.file, "none"),
           "saving into no directory: %s", err.text);
    sg_model_writer_free(w);
    tap_ok(sg_model_load(&m, none, &err) == SG_EIO && !m && strstr(err.file, "none"),
           "loading no file: %s", err.text);
    FILE *f = fopen(path, "r+b");
    if (f) {
        fseek(f, -1, SEEK_END);
        fputc(0x55, f);
        fclose(f);
    }
    tap_ok(sg_model_load(&m, path, &err) == SG_EMODEL && !m && strcmp(err.file, path) == 0 &&
               strstr(err.text, "damaged"),
           "loading a damaged file: %s", err.text);
    remove(path);
    tap_ok(rmdir(dir) == 0, "nothing else was left behind");
}

static void test_memory(void)
{
    sg_error err;
    void *buf, *again;
    size_t len, len2;
    sg_model *m;
    if (!OOM_WORKS) {
        tap_skip("failing malloc", "the allocator of this build cannot be replaced");
        return;
    }
    if (!tap_ok(sample_bytes(&buf, &len, &err) == SG_OK, "sample for failing malloc"))
        return;
    long n = 0, wrong = 0;
    for (sg_status status = SG_ENOMEM; status != SG_OK; n++) {
        oom_arm(n);
        status = sg_model_parse(&m, buf, len, &err);
        if (oom_disarm() && (status != SG_ENOMEM || m)) {
            printf("# allocation %ld: status %d, %s\n", n, status, err.text);
            wrong++;
        }
        if (status == SG_OK)
            sg_model_free(m);
    }
    tap_ok(wrong == 0 && n > 5, "reading: each of %ld allocations may fail", n - 1);
    wrong = n = 0;
    for (sg_status status = SG_ENOMEM; status != SG_OK; n++) {
        oom_arm(n);
        status = sample_bytes(&again, &len2, &err);
        if (oom_disarm() && status != SG_ENOMEM) {
            printf("# allocation %ld: status %d, %s\n", n, status, err.text);
            wrong++;
        }
        if (status == SG_OK)
            free(again);
    }
    tap_ok(wrong == 0 && n > 20, "writing: each of %ld allocations may fail", n - 1);
    free(buf);
}

int main(void)
{
    test_round_trip();
    test_spelling();
    test_half();
    test_bf16();
    test_defects();
    test_writer_refuses();
    test_flips();
    test_files();
    test_memory();
    return tap_done();
}
