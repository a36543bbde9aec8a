/*
 * Stores of the Background Intelligent Transfer Service: what it downloads, and the program that a
 * job starts when it is done. Queue files (qmgr0.dat, qmgr1.dat: Windows XP to 10 before 1809) and
 * the database that replaced them (qmgr.db).
 */
#ifndef AC_PARSERS_BITS_H
#define AC_PARSERS_BITS_H

#include "parser.h"

extern const struct ac_parser ac_parser_bits_queue;
extern const struct ac_parser ac_parser_bits_database;

#endif
