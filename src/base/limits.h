/*
 * Every limit in one place, each with its reason. Evidence is hostile: nothing in it may choose how
 * much memory or time we spend. Reaching a limit is AC_LIMIT and ends up in the report.
 */
#ifndef AC_BASE_LIMITS_H
#define AC_BASE_LIMITS_H

#define AC_KIB ((uint64_t)1024)
#define AC_MIB (1024 * AC_KIB)
#define AC_GIB (1024 * AC_MIB)

/* Artefacts are read whole into memory: the largest SOFTWARE hives seen are about 300 MiB. */
#define AC_MAX_ARTEFACT (1 * AC_GIB)
/* Executables may be padded to over 500 MiB (Emotet, March 2023); hashed in pieces, never loaded. */
#define AC_MAX_HASHED_FILE (4 * AC_GIB)
/* A prefetch file after decompression: real ones stay below 1 MiB. */
#define AC_MAX_PREFETCH (16 * AC_MIB)
/* File names in one: the most seen is 2,142. */
#define AC_MAX_PREFETCH_NAMES 65536
/* A task definition: Windows itself refuses XML over a few hundred KiB. */
#define AC_MAX_TASK_XML (8 * AC_MIB)
/* The same in the registry (Actions, Triggers): 32 command lines of 64 KiB are below. */
#define AC_MAX_TASK_VALUE (4 * AC_MIB)
/* Actions or triggers of one: Windows allows 32 and 48. */
#define AC_MAX_TASK_ENTRIES 1024
/* Objects of a WMI repository that matter here (event filters, consumers, bindings) and the bytes of one:
 * a machine has fewer than 100; scripts of several hundred KiB have been seen. */
#define AC_MAX_WMI_OBJECTS 20000
#define AC_MAX_WMI_OBJECT (16 * AC_MIB)
/* Pages of its mapping files: 2^20 of 8 KiB are 8 GiB of objects. */
#define AC_MAX_WMI_PAGES ((uint32_t)1 << 20)
/* Scripts in one scripts.ini: a few are usual. */
#define AC_MAX_POLICY_SCRIPTS 1000
/* Files of one BITS job: Windows allows 200 by default, administrators more. */
#define AC_MAX_BITS_FILES 10000
/* Bytes between a BITS job's owner and its files, and behind them: an access token, some KiB. */
#define AC_MAX_BITS_GAP (64 * AC_KIB)
/* One BITS job or file in a database: some KiB; a token and many files make it longer. */
#define AC_MAX_BITS_BLOB (1 * AC_MIB)
/* Streams of one compound file, and the bytes of one: a jump list keeps 2,000 entries at most. */
#define AC_MAX_OLE_ENTRIES 65536
#define AC_MAX_OLE_STREAM (16 * AC_MIB)
/* Records of usage of one SRUM database: Windows keeps 60 days, with some hundred programs each. */
#define AC_MAX_USAGE 20000
/* The name of a program in it: a path of NTFS at most. */
#define AC_MAX_USAGE_ID (64 * AC_KIB)
/* An SQLite database with its log: cookies and histories of years are about 100 MiB. What the library may
 * take for itself, and the longest value that it may load: secrets and addresses are some KiB. */
#define AC_MAX_SQLITE (512 * AC_MIB)
#define AC_MAX_SQLITE_HEAP (128 * AC_MIB)
#define AC_MAX_SQLITE_VALUE (1 * AC_MIB)
/* JSON and text files of programs that keep credentials: a login is about 1 KiB, and JSON takes up to a
 * hundred times its size in memory. */
#define AC_MAX_CREDENTIAL_FILE (16 * AC_MIB)
/* Sites and accounts named of one store, when asked for. */
#define AC_MAX_ORIGINS 10000
/* Export names kept of a program: enough to tell what it is. */
#define AC_MAX_PE_EXPORTS 64

/* Digests that --expect-hash may give: three kinds for each of 32 evidence items. */
#define AC_MAX_EXPECTED_HASHES 96

/* --extract: bytes of one file (Emotet of March 2023 is padded to over 500 MiB), of all of them before packing, how
 * many (a Windows has some thousands of artefacts), and missing ranges of one that are listed one by one. */
#define AC_MAX_EXTRACT_FILE (1 * AC_GIB)
#define AC_MAX_EXTRACT_BYTES (16 * AC_GIB)
#define AC_MAX_EXTRACT_FILES 20000
#define AC_MAX_EXTRACT_RANGES 1000
/* Workers of it that may die: each costs opening the evidence again. */
#define AC_MAX_EXTRACT_DEATHS 20

/* Names that redact replaces, and bytes of one: a machine has some dozen people and places in it. */
#define AC_MAX_REDACT_NAMES 10000
#define AC_MAX_REDACT_NAME 1024
/* One document that it reads whole into memory: the largest are records of a big server. */
#define AC_MAX_REDACT_FILE (1 * AC_GIB)

/* Path depth and length: NTFS allows 32,767 characters. */
#define AC_MAX_PATH_DEPTH 512
#define AC_MAX_PATH_BYTES (128 * 1024)
/* A command line: CreateProcess allows 32,767 characters; interpreters nested in each other. */
#define AC_MAX_COMMAND (128 * 1024)
#define AC_MAX_COMMAND_DEPTH 4
/* Entries of a file tree: 2^31 keeps node numbers in 32 bits with room for flags. */
#define AC_MAX_NODES ((uint32_t)0x7FFFFFFF)
/* An $ATTRIBUTE_LIST: Windows limits it to 256 KiB. */
#define AC_MAX_ATTRIBUTE_LIST (256 * AC_KIB)
/* Records of one $MFT: 64 GiB of it; a server volume with 50 million files is below. */
#define AC_MAX_MFT_RECORDS ((uint64_t)1 << 26)
/* Registry depth: Windows allows 512 levels. */
#define AC_MAX_HIVE_DEPTH 512
/* Damaged places of one hive that are listed one by one: a destroyed hive has one in every cell. */
#define AC_MAX_HIVE_PROBLEMS 1000
/* Deleted values of unknown keys that name a program: shown, but no flood of them. */
#define AC_MAX_LOOSE_VALUES 200
/* Of the steps left after a hive was read, a share for its logs' old entries: at most half. */
#define AC_LOG_REMNANT_SHARE 2
/* Damaged entries of one compatibility cache that are told one by one: Windows keeps 1,024 at most. */
#define AC_MAX_SHIM_PROBLEMS 32
/* Shell items of one list: as many as a path can have folders. */
#define AC_MAX_SHELL_ITEMS AC_MAX_PATH_DEPTH
/* Entries of a list of recently used things that get a place in it: Windows keeps 150 at most. */
#define AC_MAX_RECENT 4096
/* Programs of a MUICache whose two values are put together before they are given out: real ones have
 * hundreds. */
#define AC_MAX_MERGED_PROGRAMS 65536
/* Data of one registry value: in hex it must fit into a frame. Windows advises 1 MiB at most. */
#define AC_MAX_VALUE_DATA (16 * AC_MIB)

/* Of a change journal: Windows keeps 32 MiB, servers up to 512 MiB; entries of interest that are kept. */
#define AC_MAX_JOURNAL (512 * AC_MIB)
#define AC_MAX_CHANGES 50000
/* $LogFile: Windows makes 64 MiB of it; chkdsk can make it larger. */
#define AC_MAX_NTFS_LOG (256 * AC_MIB)

/* Candidates for the way in of which a new one must differ: later ones may say the same twice. */
#define AC_MAX_ENTRY_COMPARED 2000

/* Programs, and files that they read, of one protection log of Windows Defender. */
#define AC_MAX_MPLOG_PROGRAMS 5000

/* A Zone.Identifier stream: a few lines, with addresses at most some KiB; marks read of one volume. */
#define AC_MAX_ZONE_MARK (64 * AC_KIB)
#define AC_MAX_ZONE_MARKS 5000
/* Binary XML of event logs: templates inside of each other; real events have two. */
#define AC_MAX_EVTX_DEPTH 8
/* Elements inside of each other: real events have five. */
#define AC_MAX_EVTX_ELEMENTS 64
/* Tokens of one event: each takes a byte, and a chunk has 65,536. */
#define AC_MAX_EVTX_TOKENS 65536
/* Characters of an element's name: the longest seen has 45. */
#define AC_MAX_EVTX_NAME 1024
/* Templates of one chunk: the shortest would leave room for 1,638. */
#define AC_MAX_EVTX_TEMPLATES 2048
/* Text of one event in bytes: what its chunk could hold, four times. */
#define AC_MAX_EVENT_TEXT (256 * AC_KIB)
/* Damaged places of one event log that are listed one by one. */
#define AC_MAX_EVTX_PROBLEMS 1000
/* Newest events of one number in one log that become records: all are counted. A Security log of 100 MiB
 * that audits every process holds about this many. */
#define AC_MAX_EVENTS_OF_ONE 50000
/* The same for those that Windows writes all the time (logons, states of services). */
#define AC_MAX_FREQUENT_EVENTS 10000
/* Recovered events of one log that become records. */
#define AC_MAX_RECOVERED_EVENTS 10000

/* A list of notified machines: file, rows, columns, bytes of one field. The Japanese programme of 2021
 * notified about 26,000 addresses. */
#define AC_MAX_CASE_FILE (64 * AC_KIB)
#define AC_MAX_NOTICE_FILE (32 * AC_MIB)
#define AC_MAX_NOTICES 50000
#define AC_MAX_NOTICE_COLUMNS 256
#define AC_MAX_NOTICE_FIELD (4 * AC_KIB)
/* Names, addresses or accounts of one installation that each row is compared with: a terminal server
 * has some thousand accounts; without a limit, evidence could choose the time that a long list takes. */
#define AC_MAX_NOTICE_FACTS 4096

/* One record on the wire: a listing of System32 is the largest, about 1 MiB. */
#define AC_MAX_FRAME (64 * AC_MIB)
/* Entries of one `listing` record; more are counted and the record says `capped`. */
#define AC_MAX_LISTING 20000
/* Partitions looked at: GPT itself allows 128 by default. */
#define AC_MAX_VOLUMES 512
/* Segments of a split image: EWF names end at .EZZ..; 14,971 is what libewf enumerates. */
#define AC_MAX_SEGMENTS 15000
/* Ranges of missing bytes remembered per reader before they are merged into one. */
#define AC_MAX_GAPS 4096

/* A file of rules, of digests, or of names: public collections of rules have some MiB. */
#define AC_MAX_RULE_FILE (64 * AC_MIB)
/* Rules of a set: far above what can be looked through by people. */
#define AC_MAX_RULES 20000
/* Bytes that YARA's "matches" sees of a text, its YR_RE_SCAN_LIMIT; longer texts are matched in pieces too. */
#define AC_RULE_WINDOW 4096
/* Bytes that two pieces have in common: what a regular expression matches is shorter, or is missed. */
#define AC_RULE_OVERLAP 1024
/* A text that is longer is matched at its beginning only, and that is a problem. */
#define AC_MAX_RULE_TEXT (1 * AC_MIB)
/* Seconds of one match of all rules with one record: microseconds are usual. */
#define AC_RULE_SECONDS 10
/* Records that could not be matched before matching ends: each is a problem. */
#define AC_MAX_RULE_FAILURES 50
/* Records that say the same which are shown in one finding of a rule: a task that runs every hour. */
#define AC_MOST_RULE_RECORDS 50
/* Bytes of what a record says that go into the sentence of a finding; the record has all of it. */
#define AC_MAX_RULE_QUOTE 400
/* Bytes of a file whose content is looked through, and such files of one Windows. */
#define AC_MAX_SCANNED_FILE (256 * AC_MIB)
#define AC_MAX_SCANNED_FILES 2000000
/* Seconds that all rules may take for the content of one file. */
#define AC_CONTENT_SECONDS 60
/* Entries of a list of digests or names: the known-good lists of whole countries have more than a million. */
#define AC_MAX_LIST_ENTRIES 20000000
/* A name with wildcards. */
#define AC_MAX_LIST_NAME 4096

/* Budget of one artefact: steps are cells, records or entries looked at, not time. */
#define AC_BUDGET_STEPS ((uint64_t)50000000)
/* CPU seconds of one artefact before the worker is stopped and started again past it. */
#define AC_BUDGET_CPU_SECONDS 120
/* No sign of life from the worker for this many seconds: the last resort. */
#define AC_WALL_SECONDS 900
/* Address space of the worker. */
#define AC_WORKER_MEMORY (8 * AC_GIB)
/* Deaths of the worker without progress in between that end a collection. */
#define AC_MAX_IDLE_DEATHS 3

/* Rows of one table of report.html, and panels of users: more than a person reads in a browser; the rest is
 * counted, and stands in findings.csv, autostarts.csv, timeline.csv and records.jsonl. */
#define AC_MAX_HTML_ROWS 500
#define AC_MAX_HTML_PANELS 50

/* Things of one finding that a pattern in stix.json names, and bytes of a registry value that it compares: platforms
 * refuse patterns of many KiB. */
#define AC_MAX_STIX_TERMS 64
#define AC_MAX_STIX_DATA 1024

#endif
