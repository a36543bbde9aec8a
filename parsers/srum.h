/*
 * System Resource Usage Monitor (SRUDB.dat, Windows 8 and later): which program used network and
 * processor under which account, and when the machine was connected.
 *
 * Tables and columns: libyal/esedb-kb, "System Resource Usage Monitor (SRUM) database"; Y. Khatri,
 * "SRUM forensics". Windows adds a row for every program each hour; the rows of one day (UTC) that
 * have program, account, interface and profile in common become one `usage` record. Rows of network
 * connectivity repeat a connection with its time so far: those of one connection become one record.
 */
#ifndef AC_PARSERS_SRUM_H
#define AC_PARSERS_SRUM_H

#include "parser.h"

extern const struct ac_parser ac_parser_srum;

#endif
