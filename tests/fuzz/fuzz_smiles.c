/* libFuzzer target of the SMILES reader; fuzz_mol.h says how it is built. */
#include "fuzz_mol.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    return fuzz(&sg_mol_smi, &sg_mol_smi, data, len);
}
