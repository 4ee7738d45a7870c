/* SHA-256 [FIPS180]: what identifies a model file and detects any damage to it. */
#ifndef SIGEN_SHA256_H
#define SIGEN_SHA256_H

#include <sigen/api.h>

SG_BEGIN_DECLS

#define SG_SHA256_BYTES 32
#define SG_SHA256_HEX   65 /* 64 lower-case digits and NUL */

typedef struct sg_sha256 {
    uint32_t h[8];
    uint64_t len; /* bytes so far */
    unsigned char block[64];
} sg_sha256;

/* Digest of the concatenation of all updates, at most 2^61 - 1 bytes. After final the state must be
 * set up again. No allocation; one state per thread. */
SG_API void sg_sha256_init(sg_sha256 *s);
SG_API void sg_sha256_update(sg_sha256 *s, const void *data, size_t len);
SG_API void sg_sha256_final(sg_sha256 *s, unsigned char digest[SG_SHA256_BYTES]);

/* Writes the digest as 64 lower-case hexadecimal digits and NUL; returns hex. */
SG_API char *sg_sha256_hex(char hex[SG_SHA256_HEX], const unsigned char digest[SG_SHA256_BYTES]);

SG_END_DECLS
#endif
