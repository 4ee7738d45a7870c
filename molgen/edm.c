#include <config.h>
#include <sigen/mol_metrics.h>

#include <math.h>

/* Bond lengths of EDM's table in picometre, single, double, triple (0: none), for a <= b [HSVW22].
 */
/* clang-format off */
static const struct {
    unsigned short a, b, single, twice, triple;
} lengths[] = {
    {1, 1, 74, 0, 0}, {1, 5, 119, 0, 0}, {1, 6, 109, 0, 0}, {1, 7, 101, 0, 0}, {1, 8, 96, 0, 0},
    {1, 9, 92, 0, 0}, {1, 14, 148, 0, 0}, {1, 15, 144, 0, 0}, {1, 16, 134, 0, 0},
    {1, 17, 127, 0, 0}, {1, 33, 152, 0, 0}, {1, 35, 141, 0, 0}, {1, 53, 161, 0, 0},
    {5, 17, 175, 0, 0}, {6, 6, 154, 134, 120}, {6, 7, 147, 129, 116}, {6, 8, 143, 120, 113},
    {6, 9, 135, 0, 0}, {6, 14, 185, 0, 0}, {6, 15, 184, 0, 0}, {6, 16, 182, 160, 0},
    {6, 17, 177, 0, 0}, {6, 35, 194, 0, 0}, {6, 53, 214, 0, 0}, {7, 7, 145, 125, 110},
    {7, 8, 140, 121, 0}, {7, 9, 136, 0, 0}, {7, 15, 177, 0, 0}, {7, 16, 168, 0, 0},
    {7, 17, 175, 0, 0}, {7, 35, 214, 0, 0}, {7, 53, 222, 0, 0}, {8, 8, 148, 121, 0},
    {8, 9, 142, 0, 0}, {8, 14, 163, 0, 0}, {8, 15, 163, 150, 0}, {8, 16, 151, 0, 0},
    {8, 17, 164, 0, 0}, {8, 35, 172, 0, 0}, {8, 53, 194, 0, 0}, {9, 9, 142, 0, 0},
    {9, 14, 160, 0, 0}, {9, 15, 156, 0, 0}, {9, 16, 158, 0, 0}, {9, 17, 166, 0, 0},
    {9, 35, 178, 0, 0}, {9, 53, 187, 0, 0}, {14, 14, 233, 0, 0}, {14, 16, 200, 0, 0},
    {14, 17, 202, 0, 0}, {14, 35, 215, 0, 0}, {14, 53, 243, 0, 0}, {15, 15, 221, 0, 0},
    {15, 16, 210, 186, 0}, {15, 17, 203, 0, 0}, {15, 35, 222, 0, 0}, {16, 16, 204, 0, 0},
    {16, 17, 207, 0, 0}, {16, 35, 225, 0, 0}, {16, 53, 234, 0, 0}, {17, 17, 199, 0, 0},
    {17, 35, 214, 0, 0}, {35, 35, 228, 0, 0}, {53, 53, 266, 0, 0}
};
/* clang-format on */

enum { MARGIN_1 = 10, MARGIN_2 = 5, MARGIN_3 = 3 };

/* Sums EDM allows, as bits. */
static unsigned allowed(int element)
{
    static const struct {
        unsigned char element, sums;
    } table[] = {{1, 1 << 1},           {5, 1 << 3},  {6, 1 << 4},           {7, 1 << 3},
                 {8, 1 << 2},           {9, 1 << 1},  {13, 1 << 3},          {14, 1 << 4},
                 {15, 1 << 3 | 1 << 5}, {16, 1 << 4}, {17, 1 << 1},          {33, 1 << 3},
                 {35, 1 << 1},          {53, 1 << 1}, {80, 1 << 1 | 1 << 2}, {83, 1 << 3 | 1 << 5}};
    for (size_t k = 0; k < sizeof table / sizeof table[0]; k++)
        if (table[k].element == element)
            return table[k].sums;
    return 0;
}

int sg_mol_edm_order(int element_a, int element_b, double distance)
{
    int a = element_a < element_b ? element_a : element_b, b = element_a + element_b - a;
    double d = 100 * distance;
    for (size_t k = 0; k < sizeof lengths / sizeof lengths[0]; k++) {
        if (lengths[k].a != a || lengths[k].b != b)
            continue;
        if (!(d < lengths[k].single + MARGIN_1))
            return 0;
        if (!lengths[k].twice || !(d < lengths[k].twice + MARGIN_2))
            return 1;
        return lengths[k].triple && d < lengths[k].triple + MARGIN_3 ? 3 : 2;
    }
    return 0;
}

int sg_mol_edm_stable(const sg_mol *m)
{
    int stable = 0;
    for (int i = 0; i < m->n_atoms; i++) {
        const sg_mol_atom *p = &m->atom[i];
        int sum = 0;
        for (int j = 0; j < m->n_atoms; j++) {
            const double *q = m->atom[j].xyz;
            double x = p->xyz[0] - q[0], y = p->xyz[1] - q[1], z = p->xyz[2] - q[2];
            double d2 = x * x + y * y + z * z;
            if (i != j && d2 < 2.8 * 2.8) /* beyond the longest bond of the table */
                sum += sg_mol_edm_order(p->element, m->atom[j].element, sqrt(d2));
        }
        stable += sum < 32 && (allowed(p->element) >> sum & 1);
    }
    return stable;
}
