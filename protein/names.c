/* Names of residues. */
#include <config.h>
#include <sigen/protein.h>

#include <string.h>

static const char names[20][4] = {"ALA", "CYS", "ASP", "GLU", "PHE", "GLY", "HIS",
                                  "ILE", "LYS", "LEU", "MET", "ASN", "PRO", "GLN",
                                  "ARG", "SER", "THR", "VAL", "TRP", "TYR"};
static const char codes[] = "ACDEFGHIKLMNPQRSTVWY";

/* Modified residues of the Chemical Component Dictionary met most, and names that force fields give
 * to protonation states, each with its parent. */
static const char modified[][2][4] = {
    {"MSE", "MET"}, {"SEP", "SER"}, {"TPO", "THR"}, {"PTR", "TYR"}, {"CSO", "CYS"}, {"CME", "CYS"},
    {"OCS", "CYS"}, {"CSD", "CYS"}, {"CSX", "CYS"}, {"CAS", "CYS"}, {"CSS", "CYS"}, {"YCM", "CYS"},
    {"SEC", "CYS"}, {"KCX", "LYS"}, {"LLP", "LYS"}, {"MLY", "LYS"}, {"M3L", "LYS"}, {"ALY", "LYS"},
    {"PYL", "LYS"}, {"HYP", "PRO"}, {"PCA", "GLN"}, {"CGU", "GLU"}, {"MHO", "MET"}, {"FME", "MET"},
    {"AYA", "ALA"}, {"TYS", "TYR"}, {"NEP", "HIS"}, {"HIC", "HIS"}, {"MEN", "ASN"}, {"HID", "HIS"},
    {"HIE", "HIS"}, {"HIP", "HIS"}, {"HSD", "HIS"}, {"HSE", "HIS"}, {"HSP", "HIS"}, {"CYX", "CYS"},
    {"CYM", "CYS"}, {"ASH", "ASP"}, {"GLH", "GLU"}, {"LYN", "LYS"}};

char sg_protein_code(const char *name)
{
    for (int k = 0; k < 20; k++)
        if (strcmp(names[k], name) == 0)
            return codes[k];
    return 'X';
}

const char *sg_protein_name(char code)
{
    const char *at = code ? strchr(codes, code) : NULL;
    return at ? names[at - codes] : "UNK";
}

const char *sg_protein_parent(const char *name)
{
    for (size_t k = 0; k < sizeof modified / sizeof *modified; k++)
        if (strcmp(modified[k][0], name) == 0)
            return modified[k][1];
    return NULL;
}

void sg_protein_residue_init(sg_protein_residue *r, int number, char code)
{
    *r = (sg_protein_residue){.number = number, .insertion = ' ', .ss = ' '};
    strcpy(r->name, sg_protein_name(code));
    r->code = sg_protein_code(r->name);
}

sg_status sg_protein_rename(sg_protein *p, const char *name, sg_error *err)
{
    size_t len = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
    if (len < 1 || len > 3 || name[len])
        return sg_fail(err, SG_EINVAL, "\"%.40s\" is no residue name", name);
    for (size_t i = 0; i < p->n; i++) {
        sg_protein_residue *r = &p->residue[i];
        strcpy(r->name, name);
        r->code = sg_protein_code(name);
        if (r->code == 'G') {
            r->have &= (unsigned char)~SG_PROTEIN_HAS(SG_PROTEIN_CB);
            memset(r->xyz[SG_PROTEIN_CB], 0, sizeof r->xyz[SG_PROTEIN_CB]);
        }
    }
    return SG_OK;
}
