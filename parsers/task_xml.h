/*
 * Scheduled tasks as XML (Windows\System32\Tasks\**, SysWOW64\Tasks): what is started, by which
 * triggers, as whom, registered by whom and when.
 *
 * One `task` record per file with store "xml"; all text as stored, nothing expanded. Format:
 * [MS-TSCH] 2.5, XML Task Definition Language. Elements are known by their local names; the
 * standard namespace is accepted and not required, foreign namespaces are passed over.
 *
 * XML that is not well-formed is AC_CORRUPT with its line; the record then holds what stood before.
 * A document type declaration, which Windows never writes, is a problem and `document_type`;
 * entities are never expanded, nothing is ever fetched.
 */
#ifndef AC_PARSERS_TASK_XML_H
#define AC_PARSERS_TASK_XML_H

#include "parser.h"

extern const struct ac_parser ac_parser_task_xml;

#endif
