/* Models by name: search order, listing, damage, failing malloc, and where programs look. */
#include <sigen/model.h>
#include <sigen/shipped.h>

#include "../lib/cli/modeldirs.h"
#include "oom.h"
#include "tap.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char top[] = "t-shipped-XXXXXX", first[64], second[64], absent[64];
static const char *dirs[] = {first, absent, second, NULL};

static int save(const char *dir, const char *file, const char *summary)
{
    char path[128];
    float x = (float)strlen(dir);
    sg_error err;
    snprintf(path, sizeof path, "%s/%s", dir, file);
    sg_model_writer *w = sg_model_writer_new(&err);
    int good = w && !sg_model_writer_meta(w, "format", "sigen-test-1", &err) &&
               !sg_model_writer_meta(w, "scores", "{\"valid\":0.93}", &err) &&
               (!summary || !sg_model_writer_meta(w, "summary", summary, &err)) &&
               !sg_model_writer_add(w, "x", SG_DTYPE_F32, &x, 0, NULL, &err) &&
               !sg_model_writer_save(w, path, &err);
    sg_model_writer_free(w);
    return good;
}

static int text_file(const char *dir, const char *file)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", dir, file);
    FILE *f = fopen(path, "w");
    return f && fputs("not a model\n", f) >= 0 && fclose(f) == 0;
}

static int set_up(void)
{
    if (!mkdtemp(top))
        return 0;
    snprintf(first, sizeof first, "%s/first", top);
    snprintf(second, sizeof second, "%s/second", top);
    snprintf(absent, sizeof absent, "%s/absent", top);
    return mkdir(first, 0777) == 0 && mkdir(second, 0777) == 0 &&
           save(first, "qm9.safetensors", "first qm9") &&
           save(second, "qm9.safetensors", "second qm9") &&
           save(second, "geom-2.safetensors", NULL) && text_file(second, "zz.safetensors") &&
           text_file(second, "notes.md") && text_file(second, ".hidden.safetensors") &&
           text_file(second, "a b.safetensors");
}

static void tear_down(void)
{
    static const char *files[] = {"first/qm9.safetensors",
                                  "second/qm9.safetensors",
                                  "second/geom-2.safetensors",
                                  "second/zz.safetensors",
                                  "second/notes.md",
                                  "second/.hidden.safetensors",
                                  "second/a b.safetensors",
                                  "first",
                                  "second",
                                  ""};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char path[128];
        snprintf(path, sizeof path, "%s/%s", top, files[i]);
        remove(path);
    }
}

static int finds(const char *name, const char *dir, const char *file)
{
    char *path, want[128];
    sg_error err;
    snprintf(want, sizeof want, "%s%s%s", dir, *dir ? "/" : "", file);
    int good = sg_model_find(&path, name, dirs, &err) == SG_OK && strcmp(path, want) == 0;
    free(path);
    return good;
}

static void test_find(void)
{
    sg_error err;
    char *path;
    tap_ok(finds("qm9", first, "qm9.safetensors"), "the first directory wins");
    tap_ok(finds("geom-2", second, "geom-2.safetensors"), "an absent directory is passed over");
    tap_ok(finds("./x", "", "./x") && finds("no.safetensors", "", "no.safetensors"),
           "a path is taken as it is");
    tap_ok(sg_model_find(&path, "qm7", dirs, &err) == SG_EMODEL && !path &&
               strcmp(err.text, "no model 'qm7'; there are: geom-2 qm9 zz") == 0,
           "%s", err.text);
    const char *none[] = {absent, NULL};
    tap_ok(sg_model_find(&path, "qm9", none, &err) == SG_EMODEL && strstr(err.text, "installed"),
           "%s", err.text);
    tap_ok(sg_model_find(&path, "", dirs, &err) == SG_EMODEL &&
               sg_model_find(&path, ".hidden", dirs, &err) == SG_EMODEL &&
               sg_model_find(&path, "a b", dirs, &err) == SG_EMODEL,
           "names outside the allowed characters are not found");
}

static void test_list(void)
{
    sg_error err;
    sg_model_info *list;
    size_t n;
    if (!tap_ok(sg_model_list(&list, &n, dirs, &err) == SG_OK && n == 3, "three models are listed"))
        return;
    struct stat st;
    tap_ok(strcmp(list[0].name, "geom-2") == 0 && strcmp(list[1].name, "qm9") == 0 &&
               strcmp(list[2].name, "zz") == 0,
           "by name, each once");
    tap_ok(stat(list[1].path, &st) == 0 && list[1].bytes == (size_t)st.st_size &&
               strcmp(list[1].format, "sigen-test-1") == 0 &&
               strcmp(list[1].summary, "first qm9") == 0 &&
               strcmp(list[1].scores, "{\"valid\":0.93}") == 0 && strlen(list[1].hash) == 12 &&
               !list[1].problem,
           "with size, format, summary, scores and hash");
    tap_ok(list[0].summary[0] == '\0' && !list[0].problem, "absent metadata are empty");
    tap_ok(list[2].problem && list[2].hash[0] == '\0' && list[2].bytes == 12,
           "a bad file is listed with its problem: %s", list[2].problem);
    sg_model_list_free(list, n);
    const char *none[] = {absent, NULL};
    tap_ok(sg_model_list(&list, &n, none, &err) == SG_OK && n == 0 && !list, "no models");
    char file[80];
    snprintf(file, sizeof file, "%s/qm9.safetensors", first);
    const char *file_as_dir[] = {file, NULL};
    tap_ok(sg_model_list(&list, &n, file_as_dir, &err) == SG_OK && n == 0,
           "a file in place of a directory holds none");
}

static void test_memory(void)
{
    if (!OOM_WORKS) {
        tap_skip("failing malloc", "the allocator of this build cannot be replaced");
        return;
    }
    sg_error err;
    long k = 0, wrong = 0;
    for (sg_status status = SG_ENOMEM; status != SG_OK; k++) {
        sg_model_info *list;
        char *path;
        size_t n;
        oom_arm(k);
        status = sg_model_list(&list, &n, dirs, &err);
        if (status == SG_OK)
            sg_model_list_free(list, n);
        else
            wrong += n != 0 || list;
        if (status == SG_OK) {
            status = sg_model_find(&path, "geom-2", dirs, &err);
            free(path);
        }
        if (oom_disarm() && status != SG_ENOMEM) {
            printf("# allocation %ld: status %d, %s\n", k, status, err.text);
            wrong++;
        }
    }
    tap_ok(wrong == 0 && k > 20, "each of %ld allocations may fail", k - 1);
}

static void test_program_dirs(void)
{
    sg_error err;
    sg_i_model_dirs d;
    tap_ok(sg_i_model_dirs_at(&d, "/opt/b/.libs/sg-molgen", "molgen", &err) == SG_OK &&
               strcmp(d.dirs[0], "/opt/b/.libs/../share/sigen/molgen") == 0 &&
               strcmp(d.dirs[1], "/opt/b/.libs/share/sigen/molgen") == 0 &&
               strcmp(d.dirs[2], SG_PKGDATADIR "/molgen") == 0 && !d.dirs[3],
           "beside the program, then where it is installed");
    sg_i_model_dirs_clear(&d);
    tap_ok(sg_i_model_dirs_at(&d, "", "molgen", &err) == SG_OK &&
               strcmp(d.dirs[0], SG_PKGDATADIR "/molgen") == 0 && !d.dirs[1],
           "a program that does not know where it is");
    sg_i_model_dirs_clear(&d);
    sg_status status = sg_i_model_dirs_init(&d, "molgen", &err);
    tap_ok(status == SG_OK && d.dirs[0][0] == '/' && strstr(d.dirs[0], "tests/") && d.dirs[2],
           "this program knows where it is");
    sg_i_model_dirs_clear(&d);
}

int main(void)
{
    if (set_up()) {
        test_find();
        test_list();
        test_memory();
    } else {
        tap_ok(0, "directories for the test");
    }
    tear_down();
    test_program_dirs();
    return tap_done();
}
