/* libFuzzer target of the CML reader; fuzz_mol.h says how it is built. */
#include "fuzz_mol.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    return fuzz(&sg_mol_cml, &sg_mol_cml, data, len);
}
