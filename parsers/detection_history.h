/*
 * Windows Defender's history of detections: one file a detection, in
 * ProgramData\Microsoft\Windows Defender\Scans\History\Service\DetectionHistory.
 *
 * Format: libyal/dtformats, "Windows Defender scan DetectionHistory file format": values one after the other (size,
 * type, data, padding to 8 bytes), in sets that a text "Magic.Version:1.2" begins.
 */
#ifndef AC_PARSERS_DETECTION_HISTORY_H
#define AC_PARSERS_DETECTION_HISTORY_H

#include "parser.h"

extern const struct ac_parser ac_parser_detection_history;

#endif
