#include <config.h>

#include "chem.h"

int sg_i_chem_available(void)
{
    return 0;
}

int sg_i_chem_sanitise(const sg_mol *m)
{
    (void)m;
    return SG_ENOTSUP;
}

int sg_i_chem_smiles(const sg_mol *m, char **smiles)
{
    (void)m;
    *smiles = NULL;
    return SG_ENOTSUP;
}

int sg_i_chem_svg(const sg_mol *m, int width, int height, char **svg)
{
    (void)m, (void)width, (void)height;
    *svg = NULL;
    return SG_ENOTSUP;
}
