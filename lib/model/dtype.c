#include <config.h>
#include "model-i.h"

#include <string.h>

/* IEEE 754 binary16 -> binary32, exact. */
static uint32_t f16_to_f32(uint32_t h)
{
    uint32_t sign = (h & 0x8000) << 16, exponent = h >> 10 & 31, fraction = h & 0x3ff;
    if (exponent == 31)
        return sign | 0x7f800000 | fraction << 13;
    if (exponent > 0)
        return sign | (exponent + 112) << 23 | fraction << 13;
    float x = (float)fraction * 0x1p-24f; /* zero or subnormal */
    uint32_t u;
    memcpy(&u, &x, sizeof u);
    return sign | u;
}

/* get_X: bits of the file -> element at p; put_X: element at p -> bits. Both tell whether the
 * value is finite. */
static int get_f32(void *p, uint64_t bits)
{
    uint32_t u = (uint32_t)bits;
    memcpy(p, &u, sizeof u);
    return (u & 0x7f800000) != 0x7f800000;
}

static int get_bf16(void *p, uint64_t bits)
{
    return get_f32(p, bits << 16);
}

static int get_f16(void *p, uint64_t bits)
{
    return get_f32(p, f16_to_f32((uint32_t)bits));
}

static int get_f64(void *p, uint64_t bits)
{
    memcpy(p, &bits, sizeof bits);
    return (bits & 0x7ff0000000000000) != 0x7ff0000000000000;
}

static int get_i64(void *p, uint64_t bits)
{
    memcpy(p, &bits, sizeof bits);
    return 1;
}

static int get_u8(void *p, uint64_t bits)
{
    *(unsigned char *)p = (unsigned char)bits;
    return 1;
}

static int put_f32(uint64_t *bits, const void *p)
{
    uint32_t u;
    memcpy(&u, p, sizeof u);
    *bits = u;
    return (u & 0x7f800000) != 0x7f800000;
}

/* The upper half, rounded to nearest, ties to even; the carry may reach infinity. */
static int put_bf16(uint64_t *bits, const void *p)
{
    int finite = put_f32(bits, p);
    *bits = (*bits + 0x7fff + (*bits >> 16 & 1)) >> 16;
    return finite && (*bits & 0x7f80) != 0x7f80;
}

static int put_f64(uint64_t *bits, const void *p)
{
    memcpy(bits, p, sizeof *bits);
    return (*bits & 0x7ff0000000000000) != 0x7ff0000000000000;
}

static int put_i64(uint64_t *bits, const void *p)
{
    memcpy(bits, p, sizeof *bits);
    return 1;
}

static int put_u8(uint64_t *bits, const void *p)
{
    *bits = *(const unsigned char *)p;
    return 1;
}

const sg_i_dtype sg_i_dtypes[] = {
    [SG_DTYPE_F32] = {"F32", 4, 4, get_f32, put_f32},
    [SG_DTYPE_BF16] = {"BF16", 2, 4, get_bf16, put_bf16},
    [SG_DTYPE_F16] = {"F16", 2, 4, get_f16, NULL},
    [SG_DTYPE_F64] = {"F64", 8, 8, get_f64, put_f64},
    [SG_DTYPE_I64] = {"I64", 8, 8, get_i64, put_i64},
    [SG_DTYPE_U8] = {"U8", 1, 1, get_u8, put_u8},
};
const size_t sg_i_dtype_count = sizeof sg_i_dtypes / sizeof *sg_i_dtypes;

const char *sg_dtype_name(sg_dtype dtype)
{
    return (size_t)dtype < sg_i_dtype_count ? sg_i_dtypes[dtype].name : "unknown";
}

/* Bytes are put together by shifts, so that the host's byte order does not matter. */
size_t sg_i_decode(sg_dtype dtype, void *dst, const unsigned char *src, size_t count)
{
    const sg_i_dtype *d = &sg_i_dtypes[dtype];
    for (size_t i = 0; i < count; i++) {
        uint64_t bits = 0;
        for (size_t k = 0; k < d->file_size; k++)
            bits |= (uint64_t)*src++ << 8 * k;
        if (!d->get((char *)dst + i * d->size, bits))
            return i;
    }
    return count;
}

size_t sg_i_encode(sg_dtype dtype, unsigned char *dst, const void *src, size_t count)
{
    const sg_i_dtype *d = &sg_i_dtypes[dtype];
    for (size_t i = 0; i < count; i++) {
        uint64_t bits;
        if (!d->put(&bits, (const char *)src + i * d->size))
            return i;
        for (size_t k = 0; k < d->file_size; k++)
            *dst++ = (unsigned char)(bits >> 8 * k);
    }
    return count;
}

int sg_i_model_name_ok(const char *name)
{
    size_t len = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._/-");
    return len > 0 && len <= SG_MODEL_NAME && name[len] == '\0' &&
           strcmp(name, "__metadata__") != 0;
}

void sg_i_model_digest(char hex[SG_SHA256_HEX], const unsigned char *buf, size_t len, size_t digits)
{
    unsigned char digest[SG_SHA256_BYTES], zeros[64];
    sg_sha256 s;
    memset(zeros, '0', sizeof zeros);
    sg_sha256_init(&s);
    sg_sha256_update(&s, buf, digits);
    sg_sha256_update(&s, zeros, sizeof zeros);
    sg_sha256_update(&s, buf + digits + 64, len - digits - 64);
    sg_sha256_final(&s, digest);
    sg_sha256_hex(hex, digest);
}

int sg_i_shape_size(sg_dtype dtype, int ndim, const size_t *shape, size_t *count, size_t *bytes)
{
    *count = 1;
    for (int k = 0; k < ndim; k++)
        if (shape[k] == 0 || __builtin_mul_overflow(*count, shape[k], count))
            return 0;
    return !__builtin_mul_overflow(*count, sg_i_dtypes[dtype].file_size, bytes);
}
