/* libFuzzer target of the SDF reader; fuzz_mol.h says how it is built. */
#include "fuzz_mol.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    return fuzz(&sg_mol_sdf, &sg_mol_sdf, data, len);
}
