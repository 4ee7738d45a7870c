/* What the files of protein-tables share. */
#ifndef SG_PROTEIN_TABLES_H
#define SG_PROTEIN_TABLES_H

#include <sigen/protein.h>

typedef struct sg_i_table_set {
    sg_protein *p;
    size_t n;
    const char *path;
} sg_i_table_set;

/* Prints protein/ladder_table.h: the mean real rung of every kind. */
void sg_i_table_ladders(const sg_i_table_set *s);

#endif
