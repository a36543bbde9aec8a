#include "assess/assess.h"

#include "base/text.h"

void ac_sentence_print(const struct ac_sentence *s, const char *format, struct ac_buf *out)
{
    for (const char *p = format; *p; p++) {
        unsigned i = (unsigned)(p[0] == '%' && p[1] ? p[1] - '1' : 0);

        if (*p != '%') {
            ac_buf_addc(out, *p);
        } else if (p[1] == '%') {
            ac_buf_addc(out, '%');
            p++;
        } else if (p[1] >= '1' && p[1] <= '8' && p[2] == '$' && p[3] == 's') {
            if (i < s->n && s->args[i])
                ac_text_safe(ac_str_of(s->args[i]), out);
            p += 3;
        } else {
            ac_buf_addc(out, *p);
        }
    }
}
