/* libFuzzer target of the PDBML reader; fuzz_protein.h says how it is built. */
#include "fuzz_protein.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    return fuzz(&sg_protein_pdbml, &sg_protein_pdbml, data, len);
}
