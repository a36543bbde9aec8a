/*
 * scripts.ini and psscripts.ini: scripts of a group policy, at startup and shutdown of the machine, at logon and
 * logoff of users. Windows copies them into the registry when the policy is applied; what was written here by hand
 * need not be there yet.
 *
 * Format: Microsoft, MS-GPSCR 2.2.2 and 2.2.3: sections [Startup] [Shutdown] [Logon] [Logoff], in them
 * <number>CmdLine and <number>Parameters; UTF-16LE with a byte order mark, or the code page of the machine.
 * A command line without a folder lies in the folder of its section, beside the file.
 */
#ifndef AC_PARSERS_POLICY_SCRIPTS_H
#define AC_PARSERS_POLICY_SCRIPTS_H

#include "parser.h"

extern const struct ac_parser ac_parser_policy_scripts;

#endif
