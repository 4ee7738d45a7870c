/* The secondary structures that a model keeps: read, written, drawn. */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "protein/structure.h"
#include "tap.h"

static sg_protein_structures kept;

static void files(void)
{
    static const char text[] = "[\"-3E5-H12-2\",\"H\",\"E160\"]";
    static const char *const bad[] = {"[\"\"]",        "[\"-3X5\"]", "[\"E161\"]", "[\"E1000\"]",
                                      "[\"E100H61\"]", "[\"3E\"]",   "[7]",        "[\"e\"]"};
    sg_error err;
    json_t *j = json_loads(text, 0, NULL);
    tap_ok(sg_protein_structures_read(&kept, j, &err) == SG_OK && kept.n == 3, "reads");
    json_decref(j);
    tap_ok(strcmp(kept.s[0], "---EEEEE-HHHHHHHHHHHH--") == 0, "run lengths");
    tap_ok(strlen(kept.s[2]) == SG_PROTEIN_STRUCTURE_LENGTH, "of the greatest length");
    j = sg_protein_structures_json(&kept);
    char *again = json_dumps(j, JSON_COMPACT);
    tap_ok(strcmp(again, text) == 0, "writes what it read");
    free(again);
    json_decref(j);
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        j = json_loads(bad[k], 0, NULL);
        tap_ok(sg_protein_structures_read(&kept, j, &err) == SG_EMODEL, "refused: %s", bad[k]);
        json_decref(j);
    }
    j = json_array();
    for (int k = 0; k <= SG_PROTEIN_STRUCTURES; k++)
        json_array_append_new(j, json_string("H"));
    tap_ok(sg_protein_structures_read(&kept, j, &err) == SG_EMODEL, "refused: too many");
    json_decref(j);
    tap_ok(sg_protein_structures_read(&kept, NULL, &err) == SG_OK && kept.n == 0,
           "a model may keep none");
}

static void draws(void)
{
    enum { DRAWS = 6000, N = 20 };
    static const char *const s[] = {"HHHHHHHHHHHHHHHHHHH", "HHHHHHHHHHEEEEEEEEEE",
                                    "EEEEEEEEEEEEEEEEEEEEE",
                                    "----------------------------------------"};
    sg_error err;
    sg_rng r;
    sg_protein_structure ss = "as it was";
    int count[4] = {0}, pieces[2] = {0}, wrong = 0;
    sg_rng_init(&r, 5, 0, 0);
    tap_ok(!sg_protein_structure_draw(&kept, N, &r, ss) && strcmp(ss, "as it was") == 0,
           "none kept, none drawn");
    if (sg_protein_structures_resize(&kept, 4, &err) != SG_OK)
        exit(99);
    for (int k = 0; k < 4; k++)
        strcpy(kept.s[k], s[k]);
    for (int k = 0; k < DRAWS; k++) {
        wrong += !sg_protein_structure_draw(&kept, N, &r, ss) || strlen(ss) != N;
        for (int i = 0; i < 4; i++)
            count[i] += strstr(s[i], ss) != NULL;
    }
    tap_ok(wrong == 0, "as long as asked");
    /* standard deviation 39 */
    tap_ok(count[0] == 0 && count[3] == 0 && count[1] + count[2] == DRAWS &&
               abs(count[1] - DRAWS / 2) < 160,
           "of those that are long enough and not much longer, each equally likely: %d %d %d %d",
           count[0], count[1], count[2], count[3]);
    tap_ok(sg_protein_structure_draw(&kept, 30, &r, ss) && strncmp(ss, s[3], 30) == 0,
           "of longer ones where there are none");
    tap_ok(!sg_protein_structure_draw(&kept, 41, &r, ss), "none is long enough");
    strcpy(kept.s[3], "HEEEEEEEEEEEEEEEEEEEE");
    for (int k = 0; k < DRAWS; k++)
        if (sg_protein_structure_draw(&kept, N, &r, ss))
            pieces[ss[0] == 'H']++;
    /* a third each of a chain of H and E, of E alone, and of one that begins with H half the time
     */
    tap_ok(abs(pieces[1] - DRAWS / 2) < 160, "pieces begin anywhere: %d of %d at a start",
           pieces[1], DRAWS);
    sg_protein_structures_clear(&kept);
}

int main(void)
{
    files();
    draws();
    return tap_done();
}
