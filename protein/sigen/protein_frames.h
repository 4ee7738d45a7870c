/* Backbones as rigid frames, one per residue: the state of generators on SO(3)^n x R^{3n} [YTD23,
 * YCF23]. The frame of N, CA, C [JEP21, algorithm 21]: origin CA; x axis from CA to C, y axis in
 * the plane of the three on N's side, z = x cross y; its rotation takes the frame's axes to the
 * coordinates'. Thread-safe; no allocation. */
#ifndef SIGEN_PROTEIN_FRAMES_H
#define SIGEN_PROTEIN_FRAMES_H

#include <sigen/protein.h>
#include <sigen/system.h>

SG_BEGIN_DECLS

/* Frames of residues first .. first+n-1:
 *   rot  (n,3)  rotation vectors, radians (so3.h)      ca  (n,3)  CA, angstrom
 * Turning the protein by q turns each rotation to q rot, so that velocities in the body frame stay.
 * SG_EINVAL (no such residues, or N, CA or C is missing), SG_EDOM (the three lie in line), SG_ENAN,
 * each naming the residue; outputs then unspecified. */
SG_API SG_MUST_CHECK sg_status sg_protein_to_frames(double *rot, double *ca, const sg_protein *p,
                                                    size_t first, size_t n, sg_error *err);

/* The way back with ideal geometry: N-CA 1.460, CA-C 1.524, C-O 1.232 angstrom, N-CA-C 111.0,
 * CA-C-O 120.4 degrees. O lies in the plane of CA, C and the next residue's N, away from it, where
 * the two are linked, else as in an extended strand (psi = 140 degrees). Residues first ..
 * first+n-1 get N, CA, C, O and, glycine excepted, the idealised CB; whatever coordinates were
 * there. Frames of the result are rot, ca again. SG_EINVAL (no such residues), SG_ENAN; *p
 * unchanged then. */
SG_API SG_MUST_CHECK sg_status sg_protein_from_frames(sg_protein *p, size_t first, size_t n,
                                                      const double *rot, const double *ca,
                                                      sg_error *err);

/* The system of one chain: component 0 "rotation", so3, n rotations from the uniform law on
 * geodesics; component 1 "ca", centred, n x 3 from the base law of `map` (NULL = white; it sets the
 * unit of length and must outlive the system) on straight lines; both kappa(t) = t. */
SG_API sg_system sg_protein_frame_system(const sg_map *map);

SG_END_DECLS
#endif
