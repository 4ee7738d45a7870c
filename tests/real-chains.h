/* The 100 real chains of the protein tests. */
#ifndef SIGEN_TESTS_REAL_CHAINS_H
#define SIGEN_TESTS_REAL_CHAINS_H

#include <sigen/protein_io.h>

#include <stdio.h>
#include <stdlib.h>

#include "tap.h"

enum { REAL_CHAINS = 100 };

/* The path of a file of the protein tests, until the next call. */
static inline const char *protein_data(const char *name)
{
    static char path[600];
    const char *dir = getenv("srcdir");
    snprintf(path, sizeof path, "%s/tests/data/protein/%s", dir ? dir : ".", name);
    return path;
}

/* How many were read, a test by itself; the caller clears them. */
static inline size_t read_real_chains(sg_protein chain[REAL_CHAINS])
{
    sg_error err;
    int got = 1;
    size_t n = 0;
    sg_protein p = {0};
    sg_protein_reader *r = sg_protein_reader_open(protein_data("real-100.pbb.gz"), NULL, &err);
    while (r && n < REAL_CHAINS && sg_protein_reader_next(r, &p, &got, &err) == SG_OK && got)
        if (sg_protein_copy(&chain[n], &p, &err) == SG_OK)
            n++;
    sg_protein_reader_close(r);
    sg_protein_clear(&p);
    tap_ok(n == REAL_CHAINS, "100 real chains");
    return n;
}

#endif
