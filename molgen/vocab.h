/* What a molgen model knows of its data: node classes, properties, sizes, noise levels. */
#ifndef SG_MOL_VOCAB_H
#define SG_MOL_VOCAB_H

#include <sigen/egnet.h>
#include <sigen/mol.h>

/* the networks of a model */
typedef enum sg_mol_head {
    SG_MOL_HEAVY,   /* coordinates, node classes, bonds */
    SG_MOL_HYDRO,   /* coordinates of hydrogens */
    SG_MOL_PREDICT, /* properties */
} sg_mol_head;

#define SG_MOL_MAX_HEAVY   64
#define SG_MOL_MAX_NODES   256 /* heavy atoms and hydrogens */
#define SG_MOL_MAX_CLASSES 250
#define SG_MOL_MAX_PROPS   16
#define SG_MOL_BONDS       4 /* none, single, double, triple */
/* hydro and predict networks: two more bond classes */
#define SG_MOL_BOND_TO_H 4
#define SG_MOL_BOND_FAR  5
#define SG_MOL_BONDS_H   6

/* Node class: element, formal charge, attached hydrogens; ordered by these three. */
typedef struct sg_mol_class {
    unsigned char element;
    signed char charge;
    unsigned char hydrogens;
} sg_mol_class;

typedef struct sg_mol_prop {
    char name[32], unit[32];
    double mean, sd;   /* of the training data: standardised = (y - mean)/sd */
    double min, max;   /* range seen */
    double q001, q999; /* 0.1 % and 99.9 % quantiles */
    /* mean and sd of the property among molecules of n heavy atoms, for sizes given targets */
    double size_mean[SG_MOL_MAX_HEAVY + 1], size_sd[SG_MOL_MAX_HEAVY + 1];
} sg_mol_prop;

typedef struct sg_mol_vocab {
    int n_classes, n_props, max_heavy, max_nodes;
    sg_mol_class cls[SG_MOL_MAX_CLASSES];
    sg_mol_prop prop[SG_MOL_MAX_PROPS];
    double sizes[SG_MOL_MAX_HEAVY + 1]; /* how many molecules have n heavy atoms */
    double noise_sd[SG_MOL_MAX_HEAVY +
                    1]; /* base law's sd of a coordinate before centring, angstrom */
    double token_shift; /* clock of classes and bonds: path "shift" beside linear coordinates */
    double hydro_noise; /* 0.6 angstrom */
    /* Of all molecules of the data: every shell is closed; least and largest net charge. */
    int closed_shell, net_charge[2];
} sg_mol_vocab;

/* Index of a class, -1 if it is not in the vocabulary. */
int sg_mol_vocab_class(const sg_mol_vocab *v, int element, int charge, int hydrogens);
int sg_mol_vocab_prop(const sg_mol_vocab *v, const char *name);

/* The "config" text of a model file: dims of the networks present (L = 0: absent) and the
 * vocabulary. The text is freed by the caller. */
typedef struct sg_mol_config {
    sg_egnet_dims heavy, hydro, predict;
    sg_mol_vocab vocab;
} sg_mol_config;

SG_MUST_CHECK sg_status sg_mol_config_write(const sg_mol_config *c, char **text, sg_error *err);
SG_MUST_CHECK sg_status sg_mol_config_read(sg_mol_config *c, const char *text, sg_error *err);

#endif
