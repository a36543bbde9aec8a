/* Names of the techniques of MITRE ATT&CK (Enterprise) that the rules name. */
#include "report/stix_parts.h"

const char *ac_attack_name(struct ac_str id)
{
    static const char *const names[][2] = {
        {"T1027", "Obfuscated Files or Information"},
        {"T1027.011", "Obfuscated Files or Information: Fileless Storage"},
        {"T1036", "Masquerading"},
        {"T1036.003", "Masquerading: Rename Legitimate Utilities"},
        {"T1036.004", "Masquerading: Masquerade Task or Service"},
        {"T1036.005", "Masquerading: Match Legitimate Resource Name or Location"},
        {"T1053.005", "Scheduled Task/Job: Scheduled Task"},
        {"T1059", "Command and Scripting Interpreter"},
        {"T1059.001", "Command and Scripting Interpreter: PowerShell"},
        {"T1059.005", "Command and Scripting Interpreter: Visual Basic"},
        {"T1059.007", "Command and Scripting Interpreter: JavaScript"},
        {"T1070", "Indicator Removal"},
        {"T1070.001", "Indicator Removal: Clear Windows Event Logs"},
        {"T1070.004", "Indicator Removal: File Deletion"},
        {"T1070.006", "Indicator Removal: Timestomp"},
        {"T1070.009", "Indicator Removal: Clear Persistence"},
        {"T1082", "System Information Discovery"},
        {"T1087", "Account Discovery"},
        {"T1105", "Ingress Tool Transfer"},
        {"T1112", "Modify Registry"},
        {"T1204", "User Execution"},
        {"T1204.002", "User Execution: Malicious File"},
        {"T1218.005", "System Binary Proxy Execution: Mshta"},
        {"T1218.010", "System Binary Proxy Execution: Regsvr32"},
        {"T1218.011", "System Binary Proxy Execution: Rundll32"},
        {"T1543.003", "Create or Modify System Process: Windows Service"},
        {"T1547.001", "Boot or Logon Autostart Execution: Registry Run Keys / Startup Folder"},
        {"T1553.002", "Subvert Trust Controls: Code Signing"},
        {"T1555.003", "Credentials from Password Stores: Credentials from Web Browsers"},
        {"T1562.001", "Impair Defenses: Disable or Modify Tools"},
        {"T1564", "Hide Artifacts"},
        {"T1564.003", "Hide Artifacts: Hidden Window"},
        {"T1565.001", "Data Manipulation: Stored Data Manipulation"},
        {"T1569.002", "System Services: Service Execution"},
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (ac_str_eq(id, ac_str_of(names[i][0])))
            return names[i][1];
    }
    return NULL;
}
