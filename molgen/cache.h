#ifndef SG_MOL_CACHE_H
#define SG_MOL_CACHE_H

#include "data.h"

/* Writes the set as a training cache (doc/molgen-cache.md); source: where it comes from.
 * SG_ENOMEM, SG_ENAN, SG_EIO. */
SG_MUST_CHECK sg_status sg_mol_cache_write(const sg_mol_data *d, const char *path,
                                           const char *source, sg_error *err);

#endif
