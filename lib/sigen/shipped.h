/* Model files found by name in a list of directories (those where a module's models are installed).
 *   dirs   in the order of search, ended by NULL; a directory that is not there holds no models
 * Model NAME is the file <dir>/NAME.safetensors of the first directory that has one. NAME: 1..64 of
 * A-Z a-z 0-9 . _ -, not beginning with '.'. Thread-safe; allocates what it returns. */
#ifndef SIGEN_SHIPPED_H
#define SIGEN_SHIPPED_H

#include <sigen/error.h>

SG_BEGIN_DECLS

/* The file of a model, freed by the caller with free(). `name` is a NAME, or a path: anything with
 * a '/' or ending in ".safetensors" is taken as it is, whether it exists or not.
 * SG_EMODEL (the message lists the names there are), SG_EIO, SG_ENOMEM; *path is NULL then. */
SG_API SG_MUST_CHECK sg_status sg_model_find(char **path, const char *name, const char *const *dirs,
                                             sg_error *err);

typedef struct sg_model_info {
    char *name, *path;
    size_t bytes; /* of the file */
    char *format; /* metadata of these names; "" where the file has none */
    char *summary;
    char *scores;  /* a JSON object */
    char hash[13]; /* sg_model_short_hash */
    char *problem; /* NULL, or why the file cannot be used; then the texts and hash are "" */
} sg_model_info;

/* Every model of the directories, by ascending name; each file is read and verified. *n = 0 and a
 * NULL list are no error. Freed with sg_model_list_free. SG_EIO (a directory cannot be read),
 * SG_ENOMEM. */
SG_API SG_MUST_CHECK sg_status sg_model_list(sg_model_info **list, size_t *n,
                                             const char *const *dirs, sg_error *err);
SG_API void sg_model_list_free(sg_model_info *list, size_t n);

SG_END_DECLS
#endif
