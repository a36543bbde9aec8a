#include "records/schema.h"

#include <string.h>

#define TEXT(n, d)                                                                                 \
    {                                                                                              \
        n, AC_FIELD_TEXT, d                                                                        \
    }
#define INT(n, d)                                                                                  \
    {                                                                                              \
        n, AC_FIELD_INT, d                                                                         \
    }
#define BOOL(n, d)                                                                                 \
    {                                                                                              \
        n, AC_FIELD_BOOL, d                                                                        \
    }
#define TIME(n, d)                                                                                 \
    {                                                                                              \
        n, AC_FIELD_TIME, d                                                                        \
    }
#define TEXTS(n, d)                                                                                \
    {                                                                                              \
        n, AC_FIELD_TEXTS, d                                                                       \
    }
#define TIMES(n, d)                                                                                \
    {                                                                                              \
        n, AC_FIELD_TIMES, d                                                                       \
    }
#define OBJECTS(n, d)                                                                              \
    {                                                                                              \
        n, AC_FIELD_OBJECTS, d                                                                     \
    }
#define OBJECT(n, d)                                                                               \
    {                                                                                              \
        n, AC_FIELD_OBJECT, d                                                                      \
    }
#define END                                                                                        \
    {                                                                                              \
        NULL, AC_FIELD_TEXT, NULL                                                                  \
    }

static const struct ac_field system_fields[] = {
    TEXT("computer_name", "name in Control\\ComputerName\\ComputerName"),
    TEXT("hostname", "TCP/IP host name"),
    TEXT("domain", "TCP/IP domain"),
    TEXT("product", "ProductName"),
    TEXT("edition", "EditionID"),
    TEXT("version", "CurrentVersion, or DisplayVersion/ReleaseId where present"),
    TEXT("build", "CurrentBuild with UBR"),
    TIME("installed", "InstallTime, else InstallDate"),
    TEXT("owner", "RegisteredOwner"),
    TEXT("organization", "RegisteredOrganization"),
    TEXT("system_root", "PathName or SystemRoot as stored"),
    TEXT("time_zone", "TimeZoneKeyName, else StandardName"),
    INT("time_zone_bias", "minutes to add to local time for UTC, standard time (Bias)"),
    INT("active_time_bias", "minutes to add to local time for UTC when the hive was last written"),
    TIME("last_shutdown", "Control\\Windows ShutdownTime"),
    TEXT("control_set", "current control set"),
    TEXTS("control_sets", "all control sets of the hive"),
    OBJECTS("volume_serials",
            "serial (8 hex digits), full (16 hex digits or null), source, volume_offset"),
    TEXT("file_system", "file system of the volume (records of a volume)"),
    TEXT("former_computer_name", "computer name that is not the current one: of another control "
                                 "set, or ActiveComputerName"),
    TIME("renamed", "former_computer_name: when an event log says that it was changed"),
    OBJECT("former", "an earlier Windows of the machine, before an upgrade: product, edition, "
                     "version, build, installed, replaced (as the key's name says)"),
    OBJECT("zone_rules", "bias, standard_bias, daylight_bias (minutes), standard_start, "
                         "daylight_start (month, day_of_week, week, hour, minute; or year, month, "
                         "day), dynamic_disabled"),
    TEXT("interface", "network interface: its GUID"),
    TEXT("interface_name", "network interface: name of the connection"),
    BOOL("dhcp", "network interface: its address is obtained by DHCP"),
    TEXTS("addresses", "IP addresses"),
    TEXTS("gateways", "addresses of gateways"),
    TEXTS("name_servers", "addresses of DNS servers"),
    TEXT("dhcp_server", "address of the DHCP server"),
    TEXT("dhcp_domain", "domain that the DHCP server gave"),
    TIME("lease_obtained", "DHCP: LeaseObtainedTime"),
    TIME("lease_expires", "DHCP: LeaseTerminatesTime"),
    TEXT("network", "network profile: its name"),
    TEXT("network_category", "network profile: public, private, domain"),
    TEXT("network_type", "network profile: wired, wireless, broadband ..."),
    TEXT("network_gateway_mac", "network profile: hardware address of the gateway"),
    TEXT("network_dns_suffix", "network profile: DNS suffix"),
    TEXT("first_connected_local", "network profile: DateCreated, the machine's local time"),
    TEXT("last_connected_local", "network profile: DateLastConnected, the machine's local time"),
    TEXT("last_user", "user who logged on last (LastLoggedOnSAMUser, LastLoggedOnUser, "
                      "DefaultUserName)"),
    TEXT("label", "volume label"),
    END,
};

static const struct ac_field account_fields[] = {
    TEXT("name", "account name: last component of the profile path, or from SAM"),
    TEXT("sid", "security identifier"),
    INT("rid", "SAM: relative identifier, the SID's last number"),
    TEXT("profile", "ProfileImagePath as stored"),
    TIME("profile_loaded", "LocalProfileLoadTime"),
    TIME("profile_unloaded", "LocalProfileUnloadTime"),
    TIME("last_logon", "SAM: last logon of the account on this machine"),
    TIME("password_set", "SAM: last change of the password"),
    TIME("failed_logon", "SAM: last failed logon"),
    INT("logon_count", "SAM: number of logons; stops at 65535"),
    BOOL("disabled", "SAM: the account is disabled"),
    TEXT("full_name", "SAM: full name"),
    TEXT("comment", "SAM: comment"),
    END,
};

static const struct ac_field autostart_fields[] = {
    TEXT("location", "full key path with HKLM\\ or HKU\\<user or SID>\\, or folder path"),
    TEXT("name", "value name, service name or file name"),
    TEXT("command", "command as stored, not expanded"),
    INT("value_type", "registry type number of the value"),
    TEXT("user", "whose autostart it is; empty for the machine"),
    TEXT("mechanism", "what starts it: run, run-once, service, driver, startup-folder, winlogon, "
                      "ifeo-debugger ..."),
    INT("start", "service: start type as stored (0 boot .. 4 disabled)"),
    INT("service_type", "service: type bits as stored"),
    TEXT("account", "service: ObjectName"),
    TEXT("display_name", "service: DisplayName"),
    BOOL("enabled", "startup-approved: the entry of that name is enabled"),
    TIME("disabled_at", "startup-approved: when it was disabled"),
    TEXT("service_dll", "service: Parameters\\ServiceDll as stored"),
    TEXT("change", "hive with replayed logs: added, changed, removed, unchanged by the replay"),
    TEXT("before", "hive with replayed logs: command before replay, empty if there was none"),
    BOOL("incomplete", "recovered: other cells have taken a part of its data"),
    TEXT("target",
         "path on the image that the command starts or loads; empty if it could not be told"),
    TEXT("target_argument", "entry point or export after the target, if any"),
    TEXT("target_state", "exists, deleted, absent, not resolved, not collected"),
    TEXT("target_file", "id of the file record of the target"),
    BOOL("user_writable", "the target lies where an ordinary user may write"),
    BOOL("long", "text was longer than rules look at"),
    TEXT("control_set", "services and settings of SYSTEM: the control set, where it is not the "
                        "current one"),
    TEXT("trigger", "WMI: query of the filter that the consumer is bound to"),
    TEXT("script", "WMI: text of a script consumer"),
    OBJECTS("transfers", "BITS job: remote, local, temporary, size, transferred of each file"),
    TEXT("job_id", "BITS job: its GUID"),
    TIME("created", "BITS job: created"),
    TIME("modified", "BITS job: modified"),
    TEXT("executable", "WMI, BITS job: the program, where it stands apart from its command line"),
    TEXT("arguments", "BITS job: parameters of the program as stored"),
    TEXT("working_directory", "WMI: working directory as stored"),
    TEXT("script_language", "WMI: scripting engine as stored"),
    TEXT("consumer_class", "WMI: class of the consumer; empty for a filter or binding of which no "
                           "consumer was found (mechanisms wmi-filter, wmi-binding)"),
    BOOL("bound", "WMI: a binding connects the consumer to a filter; without one it never runs"),
    TEXT("filter", "WMI: name of the filter, or its path in the binding where it was not found"),
    TEXT("event_namespace", "WMI: namespace whose events the filter asks for"),
    TEXT("creator", "WMI: SID of the account that created it"),
    INT("filter_offset", "WMI: byte in the artefact where the filter begins"),
    INT("binding_offset", "WMI: byte in the artefact where the binding begins"),
    TIMES("object_times", "WMI: the two times stored with the object; no document tells what they "
                          "stand for"),
    BOOL("windows_default",
         "WMI: name, command and query are those that Windows itself comes with"),
    TEXT("description", "BITS job: description as stored"),
    TEXT("job_type", "BITS job: download, upload, upload-reply"),
    TEXT("job_state", "BITS job: queued, connecting, transferring, suspended, error, "
                      "transient-error, transferred, acknowledged, cancelled"),
    TEXT("priority", "BITS job: foreground, high, normal, low"),
    INT("notify_flags", "BITS job: when the command runs, as stored (1 transferred, 2 error, 4 "
                        "disabled)"),
    END,
};

static const struct ac_field task_fields[] = {
    TEXT("path", "task name with folders, \\Name"),
    TEXT("store", "xml: file in System32\\Tasks; cache: registry, TaskCache; job: .job file"),
    OBJECTS("actions", "type (exec, com), command, arguments, working_directory, class_id, data, "
                       "target, target_argument, target_state, target_file, user_writable"),
    OBJECTS("triggers",
            "type, enabled, start, end, interval, duration, delay, user, schedule, ..."),
    OBJECT("principal", "user, group, run_level, logon_type"),
    TEXT("author", "RegistrationInfo Author"),
    TEXT("date", "RegistrationInfo Date as stored (local time without zone unless it says so)"),
    TEXT("description", "RegistrationInfo Description"),
    TEXT("source", "RegistrationInfo Source"),
    TEXT("uri", "RegistrationInfo URI"),
    TEXT("version", "schema version of the Task element"),
    BOOL("hidden", "Settings Hidden"),
    BOOL("enabled", "Settings Enabled (true if absent)"),
    TEXT("delete_expired_after", "Settings DeleteExpiredTaskAfter"),
    BOOL("document_type", "the XML has a document type declaration, which Windows never writes"),
    TEXT("id", "cache: GUID of the task; job: its UUID"),
    BOOL("in_tree", "cache: an entry below TaskCache\\Tree names the task"),
    BOOL("in_tasks", "cache: there is an entry of its id below TaskCache\\Tasks"),
    BOOL("has_security_descriptor", "cache: the entry below Tree has a value SD"),
    INT("index", "cache: Index of the entry below Tree"),
    TIME("tree_written", "cache: last written time of the key below Tree"),
    TEXT("tasks_path", "cache: Path of the entry below Tasks where it is not that of the tree"),
    TEXT("xml_hash", "cache: Hash as stored, hex; xml: SHA-256 of the file without its byte order "
                     "mark, which is what Windows puts into Hash"),
    TIME("created", "cache: first time in DynamicInfo: when it was registered"),
    TIME("last_run", "cache: second time in DynamicInfo: when it was last started"),
    TIME("last_success", "cache: last time in DynamicInfo: when it last ended well"),
    INT("last_error", "cache: error code in DynamicInfo; job: error of the most recent start"),
    TEXTS("groups", "cache: lists of TaskCache that have its id: Boot, Logon, Plain, Maintenance"),
    TEXT("security_descriptor", "cache: SecurityDescriptor as stored"),
    TEXT("data", "cache: Data as stored; job: user data in hex"),
    TEXT("last_run_local", "job: when it was last started, the machine's local time"),
    INT("exit_code", "job: exit code of the last run"),
    OBJECT("settings", "job: flags, flag_names, priority, status, product, limit_milliseconds, "
                       "retry_count, retry_interval, idle_wait, idle_deadline, "
                       "running_instances, signature; cache: flags, crc32, version of the "
                       "triggers, priority, limit, idle_duration, idle_wait"),
    BOOL("incomplete", "a part of it could not be read, or other cells have taken it"),
    END,
};

static const struct ac_field execution_fields[] = {
    TEXT("artefact", "prefetch, prefetch-load, layout-ini, shimcache, amcache, amcache-driver, "
                     "amcache-application, "
                     "recent-file-cache, bam, dam, userassist, muicache, compatibility-store, "
                     "compatibility-layer, mplog-impact (its file accesses were scanned), "
                     "mplog-query (Windows Defender asked about the file)"),
    TEXT("program", "executable name as stored"),
    TEXT("program_path",
         "full path among the files that ends in the program's name, with the volume's device"),
    INT("run_count", "how often it was started"),
    TIMES("run_times", "start times, newest first, only those set"),
    TEXTS("files", "files loaded in the first seconds, as stored"),
    OBJECTS("volumes", "device, serial (8 hex digits), created"),
    TEXT("hash", "path hash as stored, 8 hex digits"),
    INT("format_version", "prefetch format version"),
    BOOL("compressed", "the file was MAM-compressed"),
    BOOL("hash_fits", "prefetch: the path hash is that of program_path; of programs that host "
                      "others it covers the command line too"),
    TEXT("target", "prefetch: the program on the image; prefetch-load: the file that it loaded"),
    TEXT("target_state", "exists, replaced (made after the last run), deleted, absent, not "
                         "collected"),
    TEXT("target_file", "id of the file record of the target"),
    BOOL("user_writable", "the target lies where an ordinary user may write"),
    TEXT("user", "whose entry it is: profile owner or SID; empty for the machine"),
    TEXT("stored_name", "userassist: the value's name, decoded, before the identifier of a known "
                        "folder was resolved"),
    TIME("last_run", "userassist, bam: when it was last started, as recorded"),
    INT("focus_count", "userassist: how often it had the focus"),
    INT("focus_time", "userassist: milliseconds in which it had the focus"),
    INT("position", "shimcache: place in the list, 0 is the newest"),
    TIME("file_modified", "shimcache, amcache: last write of the file when it was recorded"),
    INT("file_size", "shimcache, amcache: bytes of the file when it was recorded"),
    BOOL("executed_flag", "shimcache of Windows Vista to 8.1: the flag that is set by execution"),
    TEXT("sha1", "amcache: SHA-1 of the file (of its first 31,457,280 bytes) as recorded; "
                 "mplog-query: as recorded"),
    TEXT("sha256", "mplog-query: as recorded"),
    TEXT("file", "mplog-impact: file of a user that the program read, as stored; absent: of such "
                 "files none is named"),
    TIME("first_seen", "mplog: time of the first line that says so"),
    TIME("last_seen", "mplog: time of the last line"),
    INT("lines", "mplog-impact: lines that were put together here"),
    TIME("link_time", "amcache: time stamp in the program's header as recorded"),
    TEXT("publisher", "amcache, muicache: publisher as recorded"),
    TEXT("product", "amcache: product name as recorded"),
    TEXT("version", "amcache: version as recorded"),
    TEXT("description", "muicache: description as recorded"),
    TEXT("flags", "compatibility-layer: the layers"),
    INT("entry_offset", "shimcache, recent-file-cache: byte in the value's data, or in the file, "
                        "where the entry begins"),
    TIME("entry_updated", "shimcache of Windows XP: when the entry was last updated"),
    TEXT("package", "shimcache of Windows 8.1: package of a Windows app"),
    TIME("file_created", "amcache: creation of the file when it was recorded"),
    TEXT("original_name", "amcache: name in the program's version resource, as recorded"),
    BOOL("signed", "amcache-driver: recorded as signed"),
    TEXT("install_date", "amcache-application: date of installation as recorded; the zone is "
                         "not known"),
    END,
};

static const struct ac_field activity_fields[] = {
    TEXT("artefact", "run-mru, typed-paths, recent-docs, open-save-mru, last-visited-mru, "
                     "word-wheel, typed-urls, recycle-bin, jump-list"),
    TEXT("user", "whose entry it is: profile owner"),
    TEXT("text", "what was typed, opened, searched or deleted, as stored"),
    TEXT("program", "last-visited-mru: program in whose dialog it was; jump-list: program whose "
                    "list it is, where its AppID is well known"),
    TEXT("list", "list it belongs to: file extension, or empty; jump-list: AppID of the program"),
    INT("position", "place in the list, 0 is the newest; absent when the order is not known"),
    TIME("time", "when; only for the newest entry of a list: last written time of its key; "
                 "typed-urls: as stored for the entry, where there is such a time"),
    TEXT("time_source", "what `time` is: stored with the entry, last written time of the key"),
    INT("size", "recycle-bin: bytes of the deleted file"),
    INT("entry", "jump-list: number of the entry; the shortcut of the same list has it too"),
    BOOL("pinned", "jump-list: a user has pinned the entry"),
    INT("access_count", "jump-list of Windows 10 and later: how often it was opened; no vendor "
                        "document tells"),
    TEXT("machine", "jump-list: name of the computer on which it lay, as stored"),
    END,
};

static const struct ac_field delivery_fields[] = {
    TEXT("artefact", "trust-record, zone-mark"),
    TEXT("user", "whose entry it is: profile owner"),
    TEXT("application", "Office program and version"),
    TEXT("document", "document as stored"),
    TIME("time", "when the document was trusted, as stored (minutes)"),
    TIME("document_created", "when the document file was created, as stored"),
    BOOL("macros_enabled", "its macros were enabled (flags FFFFFF7F); false: only editing was "
                           "(01000000); absent: other flags"),
    TEXT("flags", "last four bytes as stored, hex"),
    INT("zone",
        "mark of the web: 0 this machine, 1 local network, 2 trusted, 3 Internet, 4 restricted"),
    TEXT("referrer", "mark of the web: ReferrerUrl"),
    TEXT("host", "mark of the web: HostUrl"),
    END,
};

static const struct ac_field detection_fields[] = {
    TEXT("artefact", "defender-history, mplog"),
    TEXT("threat", "name that the security software gave"),
    TEXT("resource_type", "file, process, regkey, taskscheduler, startup ...; mplog also: "
                          "blocked-file, command-line, process-memory"),
    TEXT("path", "where it was, as stored"),
    TIME("time", "when it was detected first"),
    TIME("changed", "last change of its state"),
    TEXT("user", "account, as stored"),
    TEXT("process", "program that had to do with it, as stored"),
    TEXT("command", "mplog: command line that was reported"),
    TEXT("md5", "of the content, as recorded"),
    TEXT("sha1", "of the content, as recorded"),
    TEXT("sha256", "of the content, as recorded"),
    END,
};

static const struct ac_field usage_fields[] = {
    TEXT("artefact", "network-usage, resource-usage, network-connectivity (SRUM)"),
    TEXT("program",
         "program, service or package as stored; absent: none, or its number (program_id) "
         "is not in the map"),
    TEXT("name", "last component of the program's path, or the name in what is stored"),
    TEXT("program_type", "program, service, package"),
    INT("program_id", "number of the program in the database (AppId)"),
    TEXT("user", "SID of the account, or of a logon session (S-1-5-5-...)"),
    INT("user_id", "number of the account in the database (UserId)"),
    TIME("from", "when the first of the entries was written, to the microsecond"),
    TIME("to", "when the last of the entries was written, to the microsecond"),
    INT("rows", "entries of one day (UTC), or of one connection, that were added up here"),
    INT("bytes_sent", "network-usage: bytes sent, sum of the entries"),
    INT("bytes_received", "network-usage: bytes received, sum"),
    INT("interface_number", "LUID of the network interface"),
    TEXT("interface_type", "wired, wireless, mobile, ppp, tunnel: as the LUID says"),
    INT("profile_id", "number of the network profile (L2ProfileId)"),
    INT("profile_flags", "its flags as stored (L2ProfileFlags)"),
    TIME("connected", "network-connectivity: when the connection began"),
    INT("connected_seconds", "network-connectivity: longest duration among the entries of the "
                             "connection, seconds"),
    INT("foreground_cycles", "resource-usage: processor cycles in the foreground, sum"),
    INT("background_cycles", "resource-usage: processor cycles in the background, sum"),
    INT("face_time", "resource-usage: FaceTime as stored, sum; its unit is not documented"),
    INT("foreground_bytes_read", "resource-usage: bytes read in the foreground, sum"),
    INT("foreground_bytes_written", "resource-usage: bytes written in the foreground, sum"),
    INT("background_bytes_read", "resource-usage: bytes read in the background, sum"),
    INT("background_bytes_written", "resource-usage: bytes written in the background, sum"),
    END,
};

static const struct ac_field change_fields[] = {
    TEXT("name", "name of the file as the journal has it"),
    TEXT("path",
         "path: the folder as it is today, with the name; absent when the folder is not known"),
    TIME("time", "when it happened; $LogFile tells none"),
    TEXTS("reasons", "what happened: file-create, file-delete, rename-old-name, rename-new-name, "
                     "data-extend ... close; of $LogFile: index-entry-added, index-entry-removed, "
                     "mft-entry-written"),
    BOOL("directory", "it is a folder"),
    TEXT("file", "MFT entry-sequence of the file"),
    TEXT("parent", "MFT entry-sequence of its folder"),
    INT("usn", "number of the entry: its place in the journal"),
    INT("lsn", "$LogFile: log sequence number, by which entries are in order; they have no time"),
    TIME("fn_created", "$LogFile: creation time that the $FILE_NAME in the entry has"),
    TIME("fn_modified", "the same: last write"),
    TIME("fn_changed", "the same: MFT change"),
    TIME("fn_accessed", "the same: last access"),
    END,
};

static const struct ac_field shortcut_fields[] = {
    TEXT("target", "local path, or path with environment variables"),
    TEXT("network_path", "share that it points to"),
    TEXT("relative_path", "relative path as stored"),
    TEXT("arguments", "command line arguments as stored"),
    TEXT("working_directory", "working directory as stored"),
    TEXT("description", "description as stored"),
    TEXT("icon", "icon location as stored"),
    TIME("target_created", "creation time of the target when the shortcut was last written"),
    TIME("target_accessed", "access time of the target, likewise"),
    TIME("target_modified", "write time of the target, likewise"),
    INT("target_size", "low 32 bits of the target's size, likewise"),
    TEXT("drive_type", "fixed, removable, remote, CD ..."),
    TEXT("volume_serial", "serial number of the target's volume, 8 hex digits"),
    TEXT("volume_label", "label of the target's volume"),
    TEXT("machine", "NetBIOS name of the computer that made it"),
    TEXT("list", "of a jump list: AppID of the program whose list it is"),
    INT("entry", "of a jump list: number of the entry; in a list that the program made, its place"),
    TEXT("category", "of a list that the program made: name of the category; tasks, frequent, "
                     "recent"),
    END,
};

static const struct ac_field file_fields[] = {
    TEXT("path", "path on the volume, / between components"),
    TEXT("name", "last component"),
    INT("size", "bytes"),
    BOOL("deleted", "the MFT entry is not in use"),
    BOOL("directory", "it is a folder"),
    TIME("created", "$STANDARD_INFORMATION creation"),
    TIME("modified", "$STANDARD_INFORMATION last write"),
    TIME("changed", "$STANDARD_INFORMATION MFT change"),
    TIME("accessed", "$STANDARD_INFORMATION last access"),
    TIME("fn_created", "$FILE_NAME creation"),
    TIME("fn_modified", "$FILE_NAME last write"),
    TIME("fn_changed", "$FILE_NAME MFT change"),
    TIME("fn_accessed", "$FILE_NAME last access"),
    TIME("parent_modified", "$STANDARD_INFORMATION last write of the parent folder"),
    TIME("parent_index_modified",
         "last write of the parent folder as its own parent's $I30 index has it"),
    TEXT("md5", "hex"),
    TEXT("sha1", "hex"),
    TEXT("sha256", "hex"),
    TEXT("magic", "first two bytes, hex"),
    OBJECT("pe", "machine, dll, timestamp, export_name, exports, export_count, "
                 "signature_directory, subsystem, sections, entry_point"),
    BOOL("folder_known",
         "a folder named like the parent also stands below Roaming AppData or Program Files"),
    TEXTS("why", "what made it a candidate: target, named, name-shape, system-name, seven-days, "
                 "prefetch, index-slack (left in the folder's index, its fn_ times from there)"),
    INT("zone",
        "mark of the web: 0 this machine, 1 local network, 2 trusted, 3 Internet, 4 restricted"),
    TEXT("referrer", "mark of the web: ReferrerUrl"),
    TEXT("host", "mark of the web: HostUrl"),
    END,
};

static const struct ac_field match_fields[] = {
    TEXT("rule", "id of the rule for contents"),
    TEXT("family", "family that the rule names"),
    TEXT("rule_set", "SHA-256 of the rules with which contents were looked through"),
    TEXT("path", "the file, on the volume"),
    TEXT("string", "the first string of the rule that was found: its identifier"),
    INT("offset", "byte in the file where it begins"),
    INT("length", "its bytes"),
    OBJECTS("strings", "string, offset, length: the first of all that were found"),
    INT("count", "how many were found in all"),
    END,
};

static const struct ac_field listing_fields[] = {
    TEXT("path", "the folder"),
    TEXT("role", "system32, syswow64, local-appdata, local-appdata-child, roaming-appdata, "
                 "roaming-appdata-child, parts, program-files ..."),
    TEXT("user", "profile owner, if any"),
    OBJECTS("entries", "name, directory, size, created, modified, mft"),
    INT("count", "entries the folder has"),
    BOOL("capped", "not all entries are listed"),
    END,
};

static const struct ac_field source_fields[] = {
    TEXT("source", "what was to be examined: hive, prefetch, tasks, mft, volume ..."),
    TEXT("name", "which one: path or description"),
    BOOL("present", "it is there"),
    TEXT("read", "complete, partial, no"),
    TEXT("reason", "why it was not read completely"),
    INT("size", "bytes"),
    TEXT("sha256", "of the artefact's content"),
    INT("entries", "what was read: keys, files, records"),
    TEXT("user", "profile owner, if any"),
    BOOL("dirty", "hive: the two sequence numbers differ, changes may stand in its logs; event "
                  "log: it was not closed, its header may be older than its chunks"),
    TEXT("parser", "name of the parser that read it"),
    INT("mft_entry_size", "mft: bytes of an entry, when the evidence is a $MFT without its volume"),
    TEXT("rule_set", "contents of files: SHA-256 of the rules with which they were looked through"),
    OBJECT("event_ids", "event log: id to count"),
    OBJECT("recovered_ids", "event log: the same of recovered events; unknown: their template is "
                            "overwritten"),
    OBJECT("not_listed", "event log: oldest events, by provider and id, that are counted and have "
                         "no record, because there are very many of them"),
    TIME("first_time", "event log: time of the oldest event in it"),
    TIME("last_time", "event log: time of the newest event in it"),
    END,
};

static const struct ac_field problem_fields[] = {
    TEXT("where", "place, ending in the file or folder concerned"),
    TEXT("what", "what is wrong"),
    TEXT("effect", "what this means for the result"),
    TEXT("class", "corrupt, truncated, unsupported, limit, unreadable, crash ..."),
    INT("offset", "byte in the artefact or image, where known"),
    END,
};

static const struct ac_field integrity_fields[] = {
    TEXT("format", "container format"),
    INT("media_size", "bytes of the medium"),
    INT("sector_size", "bytes"),
    OBJECTS("segments", "name, size, state"),
    TEXT("segment_state", "complete, incomplete: ..., not applicable"),
    TEXT("chunk_state", "all checksums correct, n of m failed, NOT COMPUTED, not applicable"),
    OBJECTS("hashes",
            "algorithm, stored, computed, result (MATCH, MISMATCH, NOT STORED, NOT COMPUTED)"),
    OBJECTS("expected", "algorithm, expected, computed, result (MATCH, MISMATCH, NOT COMPUTED): "
                        "digests recorded elsewhere that were given with --expect-hash"),
    INT("bytes_hashed", "bytes that went into the digests"),
    OBJECTS("header", "name, value: statements found in the container"),
    OBJECTS("unreadable", "offset, length: byte ranges of the medium that could not be read"),
    END,
};

static const struct ac_field key_fields[] = {
    TEXT("path", "key path without the root's name"),
    TIME("last_written", "last written time of the key"),
    END,
};

static const struct ac_field value_fields[] = {
    TEXT("path", "key path without the root's name"),
    TEXT("name", "value name, empty for the default value"),
    INT("type", "type number as stored"),
    TEXT("data", "bytes in hex"),
    TEXT("slack", "bytes in hex that stand behind the data in its cell, when they are not zero"),
    BOOL("incomplete", "recovered: other cells have taken a part of its data"),
    BOOL("remnant", "bytes of a free cell that belong to no key or value; no name, no type"),
    END,
};

static const struct ac_field event_fields[] = {
    TEXT("log", "channel: Security, System, Microsoft-Windows-TaskScheduler/Operational ..."),
    TEXT("provider", "program or part of Windows that wrote it"),
    INT("event_id", "its number; with the provider it tells the meaning"),
    INT("record_number", "number of the record in the log"),
    TIME("time", "when it was written, by the clock of the computer"),
    TEXT("computer", "name of the computer as stored"),
    TEXT("user", "security identifier of the account under which it was written"),
    OBJECTS("data", "name (absent where the event has none), value: its data as stored, in order"),
    TEXT("command", "command line that was started or is to be started"),
    TEXT("program", "program, as the event names it"),
    TEXT("service", "name of the service"),
    TEXT("task", "path of the scheduled task"),
    TEXT("account", "account that did it, or that it is about, as Windows recorded it"),
    TEXT("address", "network address"),
    INT("logon_type", "type of logon: 3 network, 10 remote desktop"),
    TIME("old_time", "change of the clock: time before"),
    TIME("new_time", "change of the clock: time after"),
    TEXT("threat", "name of what security software found"),
    TEXT("path", "file, registry value or setting concerned"),
    TEXT("script", "text of a script, pipeline, WMI query or consumer"),
    TEXT("url", "address of a transfer"),
    TEXT("cleared_log", "log that was cleared"),
    TEXT("target", "what was started, or is to be: path on the image, / between components"),
    TEXT("target_argument", "export or script that the target was started with"),
    TEXT("target_state", "exists, deleted, absent, not collected, not resolved"),
    TEXT("target_file", "id of the file record of the target, where an ordinary user may write"),
    BOOL("user_writable", "the target lies where an ordinary user may write"),
    OBJECTS("actions", "of the task definition in the event: type, command, arguments, "
                       "working_directory, class_id, data"),
    BOOL("recovered", "found behind the last event, or in a chunk that is damaged or not in use"),
    BOOL("incomplete", "recovered: parts that it needs are overwritten; data may have lost their "
                       "names"),
    END,
};

static const struct ac_field credential_store_fields[] = {
    TEXT("program", "program that keeps the store"),
    TEXT("user", "whose store it is: profile owner; empty for the machine"),
    TEXT("group",
         "mail, browser, access (remote access, VPN, file transfer), manager (of passwords), "
         "windows"),
    TEXT("content", "passwords, accounts, cookies, cards, form-entries, mail-bodies, network-keys, "
                    "key (protects other entries), connections (without a password)"),
    TEXT("store", "file or registry key that it is, as stored"),
    TEXT("profile", "profile of the program, where it has several"),
    INT("saved", "entries that hold a secret; absent: not known. Never the secret itself"),
    INT("accounts", "entries of accounts, sites or hosts, with or without a secret; absent: not "
                    "known"),
    TEXTS("protection", "dpapi, app-bound, primary-password-unknown, master-password, "
                        "master-key-file, passphrase, obfuscated, plain, unknown"),
    OBJECT("prefixes", "entries by how their secret begins: v10, v11, v20, dpapi, other"),
    TIME("first_created", "earliest time of creation of an entry, as stored"),
    TIME("last_created", "latest time of creation of an entry, as stored"),
    TIME("last_used", "latest time of use of an entry, as stored"),
    TIME("last_changed", "latest change of a password, as stored"),
    INT("size", "bytes of the file, of all files where several are one store"),
    TIME("modified", "last modification of the file, by the file system"),
    TEXT("unreadable", "why its entries could not be counted, or not all"),
    OBJECTS("origins", "origin (site, server, network), account: only when asked for "
                       "(--list-accounts)"),
    END,
};

static const struct ac_field provenance_fields[] = {
    TEXT("evidence", "evidence id"),
    TEXT("system", "which Windows of the evidence"),
    INT("volume_offset", "first byte of the volume in the image"),
    TEXT("snapshot", "volume shadow copy, or backup of hives (RegBack, repair), or null"),
    TEXT("path", "path as stored"),
    TEXT("mft", "MFT entry-sequence"),
    INT("artefact_offset", "byte in the image where the artefact's content begins"),
    TEXT("sha256", "of the artefact"),
    TEXT("key", "registry key path"),
    TEXT("value", "registry value name"),
    INT("cell_offset", "byte in the hive file of the cell"),
    TIME("key_last_written", "last written time of the key; values have no own time"),
    TEXT("state", "live, from-log, deleted, unlinked, snapshot"),
    INT("offset", "byte in the artefact, where there is one"),
    TEXT("log", "state from-log: transaction log that the cell came from"),
    INT("log_entry", "state from-log: sequence number of the log entry"),
    END,
};

static const struct ac_schema schemas[AC_KINDS] = {
    [AC_KIND_SYSTEM] = {"system", system_fields},
    [AC_KIND_ACCOUNT] = {"account", account_fields},
    [AC_KIND_AUTOSTART] = {"autostart", autostart_fields},
    [AC_KIND_TASK] = {"task", task_fields},
    [AC_KIND_EXECUTION] = {"execution", execution_fields},
    [AC_KIND_SHORTCUT] = {"shortcut", shortcut_fields},
    [AC_KIND_ACTIVITY] = {"activity", activity_fields},
    [AC_KIND_DELIVERY] = {"delivery", delivery_fields},
    [AC_KIND_DETECTION] = {"detection", detection_fields},
    [AC_KIND_USAGE] = {"usage", usage_fields},
    [AC_KIND_CHANGE] = {"change", change_fields},
    [AC_KIND_FILE] = {"file", file_fields},
    [AC_KIND_LISTING] = {"listing", listing_fields},
    [AC_KIND_MATCH] = {"match", match_fields},
    [AC_KIND_SOURCE] = {"source", source_fields},
    [AC_KIND_PROBLEM] = {"problem", problem_fields},
    [AC_KIND_INTEGRITY] = {"integrity", integrity_fields},
    [AC_KIND_KEY] = {"key", key_fields},
    [AC_KIND_VALUE] = {"value", value_fields},
    [AC_KIND_EVENT] = {"event", event_fields},
    [AC_KIND_CREDENTIAL_STORE] = {"credential-store", credential_store_fields},
};

static const struct ac_schema provenance = {"provenance", provenance_fields};

const struct ac_schema *ac_schema_of(enum ac_kind kind)
{
    return &schemas[kind];
}

const struct ac_schema *ac_schema_provenance(void)
{
    return &provenance;
}

const struct ac_field *ac_schema_field(const struct ac_schema *s, const char *name)
{
    for (const struct ac_field *f = s->fields; f->name; f++) {
        if (strcmp(f->name, name) == 0)
            return f;
    }
    return NULL;
}

enum ac_kind ac_kind_of(const char *name)
{
    int k = 0;

    while (k < AC_KINDS && strcmp(schemas[k].name, name) != 0)
        k++;
    return (enum ac_kind)k;
}

const char *ac_field_type_name(enum ac_field_type type)
{
    static const char *const names[] = {"text",  "integer", "boolean", "time",
                                        "texts", "times",   "objects", "object"};

    return names[type];
}
