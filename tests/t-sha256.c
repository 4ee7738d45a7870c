/* SHA-256 against published vectors (FIPS 180 examples, NIST's additional SHA-256 vectors) and
 * against itself cut into pieces. */
#include <sigen/sha256.h>

#include "tap.h"

#include <stdlib.h>

static void digest_hex(char hex[SG_SHA256_HEX], const void *data, size_t len)
{
    unsigned char d[SG_SHA256_BYTES];
    sg_sha256 s;
    sg_sha256_init(&s);
    sg_sha256_update(&s, data, len);
    sg_sha256_final(&s, d);
    sg_sha256_hex(hex, d);
}

int main(void)
{
    static const struct {
        const char *text, *hex;
    } vec[] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
        {"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmno"
         "ijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
         "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"},
    };
    char hex[SG_SHA256_HEX], want[SG_SHA256_HEX];
    for (size_t i = 0; i < sizeof vec / sizeof *vec; i++) {
        digest_hex(hex, vec[i].text, strlen(vec[i].text));
        tap_ok(strcmp(hex, vec[i].hex) == 0, "message of %zu bytes", strlen(vec[i].text));
    }
    static const unsigned char bd = 0xbd;
    digest_hex(hex, &bd, 1);
    tap_ok(strcmp(hex, "68325720aabd7c82f30f554b313d0570c95accbb7dc4b5aae11204c08ffe732b") == 0,
           "one byte 0xbd");

    size_t n = 1000000;
    char *big = malloc(n);
    if (!big)
        return 1;
    memset(big, 'a', n);
    digest_hex(hex, big, n);
    tap_ok(strcmp(hex, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0") == 0,
           "a million times 'a'");
    /* 0x00 repeated: lengths at the padding's edges, from NIST's additional SHA-256 test vectors */
    memset(big, 0, n);
    digest_hex(hex, big, 55);
    tap_ok(strcmp(hex, "02779466cdec163811d078815c633f21901413081449002f24aa3e80f0b88ef7") == 0,
           "55 zeros");
    digest_hex(hex, big, 56);
    tap_ok(strcmp(hex, "d4817aa5497628e7c77e6b606107042bbba3130888c5f47a375e6179be789fbb") == 0,
           "56 zeros");
    digest_hex(hex, big, 64);
    tap_ok(strcmp(hex, "f5a5fd42d16a20302798ef6ed309979b43003d2320d9f0e8ea9831a92759fb4b") == 0,
           "64 zeros");

    for (size_t i = 0; i < 1000; i++)
        big[i] = (char)(i * 37 + i / 7);
    digest_hex(want, big, 1000);
    int good = 1;
    for (size_t cut = 1; cut < 200; cut++) {
        unsigned char d[SG_SHA256_BYTES];
        sg_sha256 s;
        sg_sha256_init(&s);
        for (size_t at = 0; at < 1000; at += cut)
            sg_sha256_update(&s, big + at, 1000 - at < cut ? 1000 - at : cut);
        sg_sha256_update(&s, big, 0);
        sg_sha256_final(&s, d);
        good &= strcmp(sg_sha256_hex(hex, d), want) == 0;
    }
    tap_ok(good, "pieces of 1 to 199 bytes give the same digest");
    free(big);
    return tap_done();
}
