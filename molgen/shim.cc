/* The tree's only C++: RDKit behind the C functions of chem.h. No exception leaves this file.
 * RDKit's logs stay as the process has them: closed, unless it opened them (RDLog::InitLogs). */
#include <config.h>

#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <string>

#include <GraphMol/Depictor/RDDepictor.h>
#include <GraphMol/GraphMol.h>
#include <GraphMol/MolDraw2D/MolDraw2DSVG.h>
#include <GraphMol/MolDraw2D/MolDraw2DUtils.h>
#include <GraphMol/MolOps.h>
#include <GraphMol/SmilesParse/SmilesWrite.h>

#include "chem.h"

using RDKit::Atom;
using RDKit::Bond;
using RDKit::RWMol;

namespace
{

/* A defect of the molecule, as opposed to one of the call. */
struct unusable {
};

Bond::BondType bond_type(int order)
{
    switch (order) {
    case 2:
        return Bond::DOUBLE;
    case 3:
        return Bond::TRIPLE;
    case 4:
        return Bond::AROMATIC;
    default:
        return Bond::SINGLE;
    }
}

std::unique_ptr<RWMol> build(const sg_mol *m)
{
    auto r = std::make_unique<RWMol>();
    auto conf = std::make_unique<RDKit::Conformer>(m->n_atoms);
    for (int i = 0; i < m->n_atoms; i++) {
        const sg_mol_atom &a = m->atom[i];
        auto atom = std::make_unique<Atom>(a.element);
        atom->setFormalCharge(a.charge);
        atom->setNumRadicalElectrons(a.radical);
        r->addAtom(atom.release(), false, true);
        conf->setAtomPos(i, RDGeom::Point3D(a.xyz[0], a.xyz[1], a.xyz[2]));
    }
    for (int i = 0; i < m->n_bonds; i++) {
        const sg_mol_bond &b = m->bond[i];
        if (b.a == b.b || r->getBondBetweenAtoms(b.a, b.b))
            throw unusable();
        r->addBond(b.a, b.b, bond_type(b.order));
        if (b.order == 4) {
            r->getBondBetweenAtoms(b.a, b.b)->setIsAromatic(true);
            r->getAtomWithIdx(b.a)->setIsAromatic(true);
            r->getAtomWithIdx(b.b)->setIsAromatic(true);
        }
    }
    conf->set3D(m->has_xyz);
    r->addConformer(conf.release(), true);
    return r;
}

/* Runs f on the molecule; f returns text, or nothing wanted. */
template <class F> int guarded(const sg_mol *m, char **text, F f)
{
    if (text)
        *text = nullptr;
    if (!m->has_bonds)
        return SG_EINVAL;
    try {
        auto r = build(m);
        std::string s = f(*r);
        if (text && !(*text = strdup(s.c_str())))
            return SG_ENOMEM;
        return 1;
    } catch (const std::bad_alloc &) {
        return SG_ENOMEM;
    } catch (...) {
        return 0;
    }
}

std::string smiles(RWMol &r)
{
    RDKit::MolOps::sanitizeMol(r);
    RDKit::MolOps::removeHs(r);
    return RDKit::MolToSmiles(r, false);
}

/* Sanitised if possible; else only what the drawing needs. */
void prepare(RWMol &r)
{
    RWMol copy(r);
    try {
        RDKit::MolOps::sanitizeMol(copy);
        RDKit::MolOps::removeHs(copy);
        RDKit::MolOps::Kekulize(copy);
        r = copy;
    } catch (const RDKit::MolSanitizeException &) {
        RDKit::MolOps::removeHs(r, false, false, false);
        r.updatePropertyCache(false);
        RDKit::MolOps::fastFindRings(r);
    }
}

/* Drops the XML header, comments and class attributes, and lets black follow the page's colour. */
std::string plain(const std::string &in)
{
    std::string out;
    size_t i = in.find("<svg");
    if (i == std::string::npos)
        throw unusable();
    while (i < in.size()) {
        if (in.compare(i, 4, "<!--") == 0) {
            size_t end = in.find("-->", i);
            i = end == std::string::npos ? in.size() : end + 4;
        } else if (in.compare(i, 8, " class='") == 0) {
            i = in.find('\'', i + 8) + 1;
        } else if (in.compare(i, 7, "#000000") == 0) {
            out += "currentColor";
            i += 7;
        } else {
            out += in[i++];
        }
    }
    return out;
}

} // namespace

extern "C" int sg_i_chem_available(void)
{
    return 1;
}

extern "C" int sg_i_chem_sanitise(const sg_mol *m)
{
    return guarded(m, nullptr, [](RWMol &r) {
        RDKit::MolOps::sanitizeMol(r);
        return std::string();
    });
}

extern "C" int sg_i_chem_smiles(const sg_mol *m, char **text)
{
    return guarded(m, text, smiles);
}

extern "C" int sg_i_chem_svg(const sg_mol *m, int width, int height, char **svg)
{
    return guarded(m, svg, [width, height](RWMol &r) {
        prepare(r);
        RDDepict::compute2DCoords(r, nullptr, true);
        RDKit::MolDraw2DSVG d(width, height, -1, -1, true);
        auto &o = d.drawOptions();
        o.clearBackground = false;
        o.prepareMolsBeforeDrawing = false;
        o.bondLineWidth = 1.6;
        o.fixedBondLength = 26;
        o.padding = 0.06;
        o.addStereoAnnotation = false;
        /* blue and red that can be read on white and on black */
        o.atomColourPalette[7] = RDKit::DrawColour(0.24, 0.42, 0.88);
        o.atomColourPalette[8] = RDKit::DrawColour(0.86, 0.26, 0.20);
        d.drawMolecule(r);
        d.finishDrawing();
        return plain(d.getDrawingText());
    });
}
