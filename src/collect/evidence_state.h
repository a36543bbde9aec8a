/* Size and times of the evidence's files: taken before and after a run, they show whether anybody wrote to them. */
#ifndef AC_COLLECT_EVIDENCE_STATE_H
#define AC_COLLECT_EVIDENCE_STATE_H

#include <jansson.h>

/* An object: name of each file of the item -> its size, time of last write and of last change of its attributes. The
 * item itself and, of images in pieces, the pieces beside it. Empty for folders and for what is not there. Owned
 * (json_decref); NULL: no memory. json_equal() compares two. */
json_t *ac_evidence_state(const char *path);

#endif
