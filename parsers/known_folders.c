#include "known_folders.h"

#include <stdio.h>
#include <string.h>

struct folder {
    const char *guid, *name;
};

#define MENU "\\Microsoft\\Windows\\Start Menu"
#define COMMON_MENU "%ProgramData%" MENU
#define USER_MENU "%APPDATA%" MENU

/* The two of 32-bit programs are those of 64-bit Windows; on 32-bit Windows they lead to
 * %ProgramFiles% and System32. */
static const struct folder known[] = {
    {"{F38BF404-1D43-42F2-9305-67DE0B28FC23}", "%windir%"},
    {"{1AC14E77-02E7-4E5D-B744-2EB1AE5198B7}", "%windir%\\System32"},
    {"{D65231B0-B2F1-4857-A4CE-A8E7C6EA7D27}", "%windir%\\SysWOW64"},
    {"{FD228CB7-AE11-4AE3-864C-16F3910AB8FE}", "%windir%\\Fonts"},
    {"{8AD10C31-2ADB-4296-A8F7-E4701232C972}", "%windir%\\Resources"},
    {"{905E63B6-C1BF-494E-B29C-65B732D3D21A}", "%ProgramFiles%"},
    {"{6D809377-6AF0-444B-8957-A3773F02200E}", "%ProgramFiles%"},
    {"{7C5A40EF-A0FB-4BFC-874A-C0F2E0B9FA8E}", "%ProgramFiles(x86)%"},
    {"{F7F1ED05-9F6D-47A2-AAAE-29D317C6F066}", "%CommonProgramFiles%"},
    {"{6365D5A7-0F0D-45E5-87F6-0DA56B6A4F7D}", "%CommonProgramFiles%"},
    {"{DE974D24-D9C6-4D3E-BF91-F4455120B917}", "%CommonProgramFiles(x86)%"},
    {"{62AB5D82-FDC1-4DC3-A9DD-070D1D495D97}", "%ProgramData%"},
    {"{A4115719-D62E-491D-AA7C-E74B8BE3B067}", COMMON_MENU},
    {"{0139D44E-6AFE-49F2-8690-3DAFCAE6FFB8}", COMMON_MENU "\\Programs"},
    {"{82A5EA35-D9CD-47C5-9629-E15D2F714E6E}", COMMON_MENU "\\Programs\\StartUp"},
    {"{D0384E7D-BAC3-4797-8F14-CBA229B392B5}", COMMON_MENU "\\Programs\\Administrative Tools"},
    {"{B94237E7-57AC-4347-9151-B08C6C32D1F7}", "%ProgramData%\\Microsoft\\Windows\\Templates"},
    {"{0762D272-C50A-4BB0-A382-697DCD729B80}", "%SystemDrive%\\Users"},
    {"{DFDF76A2-C82A-4D63-906A-5644AC457385}", "%PUBLIC%"},
    {"{C4AA340D-F20F-4863-AFEF-F87EF2E6BA25}", "%PUBLIC%\\Desktop"},
    {"{ED4824AF-DCE4-45A8-81E2-FC7965083634}", "%PUBLIC%\\Documents"},
    {"{3D644C9B-1FB8-4F30-9B45-F670235F79C0}", "%PUBLIC%\\Downloads"},
    {"{3214FAB5-9757-4298-BB61-92A9DEAA44FF}", "%PUBLIC%\\Music"},
    {"{B6EBFB86-6907-413C-9AF7-4FC2ABF07CC5}", "%PUBLIC%\\Pictures"},
    {"{2400183A-6185-49FB-A2D8-4A392A602BA3}", "%PUBLIC%\\Videos"},
    {"{5E6C858F-0E22-4760-9AFE-EA3317B67173}", "%USERPROFILE%"},
    {"{B4BFCC3A-DB2C-424C-B029-7FE99A87C641}", "%USERPROFILE%\\Desktop"},
    {"{FDD39AD0-238F-46AF-ADB4-6C85480369C7}", "%USERPROFILE%\\Documents"},
    {"{374DE290-123F-4565-9164-39C4925E467B}", "%USERPROFILE%\\Downloads"},
    {"{1777F761-68AD-4D8A-87BD-30B759FA33DD}", "%USERPROFILE%\\Favorites"},
    {"{BFB9D5E0-C6A9-404C-B2B2-AE6DB6AF4968}", "%USERPROFILE%\\Links"},
    {"{56784854-C6CB-462B-8169-88E350ACB882}", "%USERPROFILE%\\Contacts"},
    {"{4BD8D571-6D19-48D3-BE97-422220080E43}", "%USERPROFILE%\\Music"},
    {"{33E28130-4E1E-4676-835A-98395C3BC3BB}", "%USERPROFILE%\\Pictures"},
    {"{B7BEDE81-DF94-4682-A7D8-57A52620B86F}", "%USERPROFILE%\\Pictures\\Screenshots"},
    {"{4C5C32FF-BB9D-43B0-B5B4-2D72E54EAAA4}", "%USERPROFILE%\\Saved Games"},
    {"{7D1D3A04-DEBB-4115-95CF-2F29DA2920DA}", "%USERPROFILE%\\Searches"},
    {"{18989B1D-99B5-455B-841C-AB7C74E4DDFC}", "%USERPROFILE%\\Videos"},
    {"{A52BBA46-E9E1-435F-B3D9-28DAA648C0F6}", "%USERPROFILE%\\OneDrive"},
    {"{A520A1A4-1780-4FF6-BD18-167343C5AF16}", "%USERPROFILE%\\AppData\\LocalLow"},
    {"{F1B32785-6FBA-4FCF-9D55-7B8E7F157091}", "%LOCALAPPDATA%"},
    {"{5CD7AEE2-2219-4A67-B85D-6C9CE15660CB}", "%LOCALAPPDATA%\\Programs"},
    {"{BCBD3057-CA5C-4622-B42D-BC56DB0AE516}", "%LOCALAPPDATA%\\Programs\\Common"},
    {"{352481E8-33BE-4251-BA85-6007CAEDCF9D}",
     "%LOCALAPPDATA%\\Microsoft\\Windows\\Temporary Internet Files"},
    {"{A3918781-E5F2-4890-B3D9-A7E54332328C}",
     "%LOCALAPPDATA%\\Microsoft\\Windows\\Application Shortcuts"},
    {"{9E52AB10-F80D-49DF-ACB8-4330F5687855}", "%LOCALAPPDATA%\\Microsoft\\Windows\\Burn\\Burn"},
    {"{D9DC8A3B-B784-432E-A781-5A1130A75963}", "%LOCALAPPDATA%\\Microsoft\\Windows\\History"},
    {"{3EB685DB-65F9-4CF6-A03A-E3EF65729F3D}", "%APPDATA%"},
    {"{625B53C3-AB48-4EC1-BA1F-A1EF4146FC19}", USER_MENU},
    {"{A77F5D77-2E2B-44C3-A6A2-ABA601054A51}", USER_MENU "\\Programs"},
    {"{B97D20BB-F46A-4C97-BA10-5E3608430854}", USER_MENU "\\Programs\\Startup"},
    {"{724EF170-A42D-4FEF-9F26-B60E846FBA4F}", USER_MENU "\\Programs\\Administrative Tools"},
    {"{52A4F021-7B75-48A9-9F6B-4B87A210BC8F}",
     "%APPDATA%\\Microsoft\\Internet Explorer\\Quick Launch"},
    {"{9E3995AB-1F9C-4F13-B827-48B24B6C7174}",
     "%APPDATA%\\Microsoft\\Internet Explorer\\Quick Launch\\User Pinned"},
    {"{BCB5256F-79F6-4CEE-B725-DC34E402FD46}",
     "%APPDATA%\\Microsoft\\Internet Explorer\\Quick Launch\\User Pinned\\ImplicitAppShortcuts"},
    {"{1B3EA5DC-B587-4786-B4EF-BD1DC332AEAE}", "%APPDATA%\\Microsoft\\Windows\\Libraries"},
    {"{C5ABBF53-E17F-4121-8900-86626FC2C973}", "%APPDATA%\\Microsoft\\Windows\\Network Shortcuts"},
    {"{9274BD8D-CFD1-41C3-B35E-B13F55A758F4}", "%APPDATA%\\Microsoft\\Windows\\Printer Shortcuts"},
    {"{AE50C081-EBD2-438A-8655-8A092E34987A}", "%APPDATA%\\Microsoft\\Windows\\Recent"},
    {"{8983036C-27C0-404B-8F08-102D10DCFD74}", "%APPDATA%\\Microsoft\\Windows\\SendTo"},
    {"{A63293E8-664E-48DB-A079-DF759E0509F7}", "%APPDATA%\\Microsoft\\Windows\\Templates"},
};

static const struct folder shell[] = {
    {"{20D04FE0-3AEA-1069-A2D8-08002B30309D}", "[This PC]"},
    {"{208D2C60-3AEA-1069-A2D7-08002B30309D}", "[Network]"},
    {"{F02C1A0D-BE21-4350-88B0-7367FC96EF3C}", "[Network]"},
    {"{645FF040-5081-101B-9F08-00AA002F954E}", "[Recycle Bin]"},
    {"{871C5380-42A0-1069-A2EA-08002B30309D}", "[Internet Explorer]"},
    {"{21EC2020-3AEA-1069-A2DD-08002B30309D}", "[All Control Panel Items]"},
    {"{26EE0668-A00A-44D7-9371-BEB064C98683}", "[Control Panel]"},
    {"{450D8FBA-AD25-11D0-98A8-0800361B1103}", "[Documents of the user]"},
    {"{59031A47-3F72-44A7-89C5-5595FE6B30EE}", "[Profile of the user]"},
    {"{4336A54D-038B-4685-AB02-99BB52D3FB8B}", "[Public]"},
    {"{031E4825-7B94-4DC3-B131-E946B44C8DD5}", "[Libraries]"},
    {"{679F85CB-0220-4080-B29B-5540CC05AAB6}", "[Quick access]"},
    {"{22877A6D-37A1-461A-91B0-DBDA5AAEBC99}", "[Recent Places]"},
    {"{018D5C66-4533-4307-9B53-224DE2ED1FE6}", "[OneDrive]"},
    {"{8E74D236-7F35-4720-B138-1FED0B85EA75}", "[OneDrive]"},
    {"{9343812E-1C37-4A49-A12E-4B2D810D956B}", "[Search Home]"},
    {"{B4FB3F98-C1EA-428D-A78A-D1F5659CBA93}", "[HomeGroup]"},
    /* folders of the user as they stand below This PC in Windows 8.1 and 10 */
    {"{088E3905-0323-4B02-9826-5D99428E115F}", "%USERPROFILE%\\Downloads"},
    {"{374DE290-123F-4565-9164-39C4925E467B}", "%USERPROFILE%\\Downloads"},
    {"{D3162B92-9365-467A-956B-92703ACA08AF}", "%USERPROFILE%\\Documents"},
    {"{A8CDFF1C-4878-43BE-B5FD-F8091C1C60D0}", "%USERPROFILE%\\Documents"},
    {"{24AD3AD4-A569-4530-98E1-AB02F9417AA8}", "%USERPROFILE%\\Pictures"},
    {"{3ADD1653-EB32-4CB0-BBD7-DFA0ABB5ACCA}", "%USERPROFILE%\\Pictures"},
    {"{3DFDF296-DBEC-4FB4-81D1-6A3438BCF4DE}", "%USERPROFILE%\\Music"},
    {"{1CF1260C-4DD0-4EBB-811F-33C572699FDE}", "%USERPROFILE%\\Music"},
    {"{F86FA3AB-70D2-4FC7-9C99-FCBF05467F3A}", "%USERPROFILE%\\Videos"},
    {"{A0953C92-50DC-43BF-BE83-3742FED03C9C}", "%USERPROFILE%\\Videos"},
};

static const char *find(const struct folder *list, size_t n, struct ac_str guid)
{
    for (size_t i = 0; i < n; i++) {
        if (ac_str_ieq(guid, ac_str_of(list[i].guid)))
            return list[i].name;
    }
    return NULL;
}

const char *ac_known_folder(struct ac_str guid)
{
    return find(known, sizeof(known) / sizeof(known[0]), guid);
}

const char *ac_shell_folder(struct ac_str guid)
{
    const char *name = find(shell, sizeof(shell) / sizeof(shell[0]), guid);

    return name ? name : ac_known_folder(guid);
}

void ac_guid_text(const uint8_t *p, char ret[AC_GUID_TEXT + 1])
{
    snprintf(ret, AC_GUID_TEXT + 1, "{%08X-%04X-%04X-%02X%02X-%02X%02X%02X%02X%02X%02X}",
             ac_le32(p), (unsigned)ac_le16(p + 4), (unsigned)ac_le16(p + 6), p[8], p[9], p[10],
             p[11], p[12], p[13], p[14], p[15]);
}
