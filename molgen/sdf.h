/* The reader of CTfile records, shared by the rows for V2000 and V3000. */
#ifndef SG_I_SDF_H
#define SG_I_SDF_H

#include <sigen/mol_io.h>

sg_status sg_i_sdf_read(sg_mol_cursor *c, sg_mol *m, int *got, sg_error *err);

#endif
