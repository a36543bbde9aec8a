#include "base/text.h"

#include <locale.h>
#include <stdio.h>

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    puts("aftercheck");
    return 0;
}
