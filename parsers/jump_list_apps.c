/*
 * Well-known AppIDs. An AppID is the CRC-64 (polynomial 0x92C64265D32139A4) of the application
 * user model ID in upper case, or, for a program that has none, of its path with the folder's
 * known folder identifier (libyal/dtformats, "Jump lists format"; hexacorn, "Jumplists file names
 * and AppID calculator"). The test computes every one of them again from its text. The texts of
 * programs with an ID of their own are those whose AppID published lists of observed jump lists
 * give to that program (the lists go back to 4n6k, "Jump list forensics: AppIDs"); that of Photos
 * is derived from its package only.
 */
#include "jump_list_parts.h"

#define SYSTEM "{1AC14E77-02E7-4E5D-B744-2EB1AE5198B7}\\"
#define SYSTEM_X86 "{D65231B0-B2F1-4857-A4CE-A8E7C6EA7D27}\\"
#define WINDOWS "{F38BF404-1D43-42F2-9305-67DE0B28FC23}\\"
#define PROGRAMS "{6D809377-6AF0-444B-8957-A3773F02200E}\\"
#define PROGRAMS_X86 "{7C5A40EF-A0FB-4BFC-874A-C0F2E0B9FA8E}\\"

const struct ac_jump_list_app ac_jump_list_apps[] = {
    {"1b4dd67f29cb1962", WINDOWS "explorer.exe", "Windows Explorer"},
    {"f01b4d95cf55d32a", "Microsoft.Windows.Explorer", "Windows Explorer (8.1 and later)"},
    {"7e4dca80246863e3", "Microsoft.Windows.ControlPanel", "Control Panel"},
    {"1bc392b8e104a00e", "Microsoft.Windows.RemoteDesktop", "Remote Desktop Connection"},
    {"28c8b86deab549a1", "Microsoft.InternetExplorer.Default", "Internet Explorer"},
    {"9d1f905ce5044aee", "Microsoft.MicrosoftEdge_8wekyb3d8bbwe!MicrosoftEdge",
     "Microsoft Edge (before Chromium)"},
    {"5d696d521de238c3", "Chrome", "Google Chrome"},
    {"5c450709f7ae4396", PROGRAMS_X86 "Mozilla Firefox\\firefox.exe", "Firefox (32-bit)"},
    {"74d7f43c1561fc1e", "Microsoft.Windows.MediaPlayer32", "Windows Media Player (32-bit)"},
    {"fb3b0dbfee58fac8", "Microsoft.Office.WINWORD.EXE.15", "Microsoft Word"},
    {"b8ab77100df80ab2", "Microsoft.Office.EXCEL.EXE.15", "Microsoft Excel"},
    {"d00655d2aa12ff6d", "Microsoft.Office.POWERPNT.EXE.15", "Microsoft PowerPoint"},
    {"6d2bac8f1edf6668", "Microsoft.Office.OUTLOOK.EXE.15", "Microsoft Outlook"},
    {"44a3621b32122d64", PROGRAMS "Microsoft Office\\Office14\\WINWORD.EXE",
     "Microsoft Word 2010 (64-bit)"},
    {"a7bd71699cd38d1c", PROGRAMS_X86 "Microsoft Office\\Office14\\WINWORD.EXE",
     "Microsoft Word 2010 (32-bit)"},
    {"9b9cdc69c1c24e2b", SYSTEM "notepad.exe", "Notepad (64-bit)"},
    {"918e0ecb43d17e23", SYSTEM_X86 "notepad.exe", "Notepad (32-bit)"},
    {"47592b67dd97a119", WINDOWS "notepad.exe", "Notepad (Windows folder)"},
    {"469e4a7982cea4d4", PROGRAMS "Windows NT\\Accessories\\wordpad.exe", "WordPad"},
    {"12dc1ea8e34b5a6", SYSTEM "mspaint.exe", "Paint"},
    {"6728dd69a3088f97", SYSTEM "cmd.exe", "cmd.exe (64-bit)"},
    {"bc0c37e84e063727", SYSTEM_X86 "cmd.exe", "cmd.exe (32-bit)"},
    {"590aee7bdd69b59b", SYSTEM "WindowsPowerShell\\v1.0\\powershell.exe", "PowerShell (64-bit)"},
    {"d93f411851d7c929", SYSTEM_X86 "WindowsPowerShell\\v1.0\\powershell.exe",
     "PowerShell (32-bit)"},
    {"9f5c7755804b850a", SYSTEM "wscript.exe", "wscript.exe (64-bit)"},
    {"954ea5f70258b502", SYSTEM_X86 "wscript.exe", "wscript.exe (32-bit)"},
    {"fa3801b9c2f0793a", SYSTEM "rundll32.exe", "rundll32.exe (64-bit)"},
    {"6642ee36ab1c2fda", SYSTEM "mmc.exe", "Management Console"},
    {"766c6474ef2adc83", WINDOWS "regedit.exe", "Registry Editor"},
    {"5bb830f67194431a", PROGRAMS "7-Zip\\7zFM.exe", "7-Zip (64-bit)"},
    {"4975d6798a8bdf66", PROGRAMS_X86 "7-Zip\\7zFM.exe", "7-Zip (32-bit)"},
    {"46f433176bc0b3d2", PROGRAMS "WinRAR\\WinRAR.exe", "WinRAR (64-bit)"},
    {"baacb5294867b833", PROGRAMS "Notepad++\\notepad++.exe", "Notepad++ (64-bit)"},
    {"e70d383b15687e37", PROGRAMS_X86 "Notepad++\\notepad++.exe", "Notepad++ (32-bit)"},
    {"faef7def55a1d4b", PROGRAMS "VideoLAN\\VLC\\vlc.exe", "VLC (64-bit)"},
    {"9fda41b86ddcf1db", PROGRAMS_X86 "VideoLAN\\VLC\\vlc.exe", "VLC (32-bit)"},
    {"a52b0784bd667468", "Microsoft.Windows.Photos_8wekyb3d8bbwe!App", "Photos"},
    {NULL, NULL, NULL},
};

const char *ac_jump_list_app(struct ac_str id)
{
    for (const struct ac_jump_list_app *a = ac_jump_list_apps; a->id; a++) {
        if (ac_str_ieq(id, ac_str_of(a->id)))
            return a->program;
    }
    return NULL;
}
