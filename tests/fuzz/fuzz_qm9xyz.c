/* libFuzzer target of the QM9's own reader; fuzz_mol.h says how it is built. */
#include "fuzz_mol.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    return fuzz(&sg_mol_qm9xyz, &sg_mol_sdf, data, len);
}
