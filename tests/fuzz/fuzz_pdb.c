/* libFuzzer target of the PDB reader; fuzz_protein.h says how it is built. */
#include "fuzz_protein.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    return fuzz(&sg_protein_pdb, &sg_protein_pdb, data, len);
}
