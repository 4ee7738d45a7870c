#!/usr/bin/env python3
"""Molecules in Python without a binding: ctypes over libsigen-molgen.

    LIBSIGEN_MOLGEN=path/to/libsigen-molgen.so python3 molecules.py MODEL.safetensors [COUNT]

The structures below mirror sigen/mol.h and sigen/mol_generate.h.
"""
import ctypes as C
import os
import sys


class Error(C.Structure):
    _fields_ = [("code", C.c_int), ("line", C.c_long), ("column", C.c_long),
                ("file", C.c_char * 256), ("text", C.c_char * 512)]


class Atom(C.Structure):
    _fields_ = [("element", C.c_ubyte), ("charge", C.c_byte), ("radical", C.c_ubyte),
                ("xyz", C.c_double * 3)]


class Bond(C.Structure):
    _fields_ = [("a", C.c_int), ("b", C.c_int), ("order", C.c_ubyte)]


class Mol(C.Structure):
    _fields_ = [("n_atoms", C.c_int), ("n_bonds", C.c_int), ("n_tags", C.c_int),
                ("cap_atoms", C.c_int), ("cap_bonds", C.c_int), ("cap_tags", C.c_int),
                ("atom", C.POINTER(Atom)), ("bond", C.POINTER(Bond)), ("tag", C.c_void_p),
                ("title", C.c_char * 201), ("comment", C.c_char * 201),
                ("has_xyz", C.c_int), ("has_bonds", C.c_int)]


def main():
    lib = C.CDLL(os.environ.get("LIBSIGEN_MOLGEN", "libsigen-molgen.so.0"))
    lib.sg_mol_model_open.restype = C.c_void_p
    lib.sg_mol_model_free.argtypes = [C.c_void_p]
    lib.sg_element_symbol.restype = C.c_char_p
    lib.sg_mol_generate.argtypes = [C.c_void_p, C.c_void_p, C.c_uint64, C.c_size_t, C.POINTER(Mol),
                                    C.POINTER(C.c_size_t), C.POINTER(Error)]
    err, missed = Error(), C.c_size_t()
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    model = lib.sg_mol_model_open(sys.argv[1].encode(), C.byref(err))
    if not model:
        sys.exit(f"{err.file.decode()}: {err.text.decode()}".removeprefix(": "))
    options = C.create_string_buffer(1024)  # sg_mol_generate_opts, set by the library itself
    lib.sg_mol_generate_defaults(options)
    mols = (Mol * count)()
    if lib.sg_mol_generate(model, options, 0, count, mols, C.byref(missed), C.byref(err)) != 0:
        sys.exit(f"{err.file.decode()}: {err.text.decode()}".removeprefix(": "))
    for m in mols:
        symbols = [lib.sg_element_symbol(m.atom[i].element).decode() for i in range(m.n_atoms)]
        formula = "".join(s + (str(symbols.count(s)) if symbols.count(s) > 1 else "")
                          for s in sorted(set(symbols), key=lambda s: (s != "C", s != "H", s)))
        print(formula, m.n_bonds, "bonds, first atom at", *("%.3f" % x for x in m.atom[0].xyz))
        lib.sg_mol_clear(C.byref(m))
    lib.sg_mol_model_free(model)


if __name__ == "__main__":
    main()
