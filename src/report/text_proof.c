/* What an execution artefact proves, and what it does not. */
#include "report/text_parts.h"

#include <string.h>

/* One sentence an artefact, by the word in the records' field `artefact`. */
static const struct {
    const char *artefact, *sentence;
} proof_of[] = {
    {"prefetch", N_("Prefetch records run count and last run times of a program; it does not "
                    "identify the user.")},
};

const char *ac_text_proof(const char *artefact)
{
    for (size_t i = 0; i < sizeof(proof_of) / sizeof(proof_of[0]); i++) {
        if (strcmp(proof_of[i].artefact, artefact) == 0)
            return proof_of[i].sentence;
    }
    return NULL;
}
