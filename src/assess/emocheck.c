#include "assess/emocheck.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* K is EmoCheck's own list; the others belong to Emotet of 2018 and 2019 and the same routine. */
const struct ac_word_list ac_word_lists[] = {
    {"K",
     "duck,mfidl,targets,ptr,khmer,purge,metrics,acc,inet,msra,symbol,driver,sidebar,"
     "restore,msg,volume,cards,shext,query,roam,etw,mexico,basic,url,createa,blb,pal,cors,"
     "send,devices,radio,bid,format,thrd,taskmgr,timeout,vmd,ctl,bta,shlp,avi,exce,dbt,"
     "pfx,rtp,edge,mult,clr,wmistr,ellipse,vol,cyan,ses,guid,wce,wmp,dvb,elem,channel,"
     "space,digital,pdeft,violet,thunk",
     true},
    {"L375",
     "engine,finish,magnify,resapi,query,skip,wubi,svcs,router,crypto,backup,hans,xcl,con,"
     "edition,wide,loada,themes,syc,pink,tran,khmer,chx,excel,foot,wce,allow,play,publish,"
     "fwdr,prep,mspterm,nop,define,chore,shlp,maker,proc,cap,top,tablet,sizes,without,pen,"
     "dasmrc,move,cmp,rebrand,pixel,after,sms,minimum,umx,cpls,tangent,resw,class,colors,"
     "generic,license,mferror,kds,keydef,cable",
     true},
    {"L368",
     "not,ripple,svcs,serv,wab,shader,single,without,wcs,define,eap,culture,slide,zip,"
     "tmpl,mini,polic,panes,earcon,menus,detect,form,uuidgen,pnp,admin,tuip,avatar,"
     "started,dasmrc,alaska,guids,wfp,adam,wgx,lime,indexer,repl,dev,mapi,resw,daf,diag,"
     "iss,vsc,turned,neutral,sat,source,enroll,mfidl,idl,based,right,cbs,radar,avg,"
     "wordpad,metagen,mouse,iprop,mdmmcd,jersey,thunk,subs",
     true},
    {"L376",
     "rel,tables,glue,impl,texture,related,key,nis,langs,iprop,exec,wrap,matrix,dump,"
     "phoenix,ribbon,sorting,pinned,lics,bit,unpack,adt,rep,jobs,acl,title,sound,events,"
     "targets,scrn,mheg,lines,prompt,adjust,xian,ser,cycle,redist,its,boxes,dma,small,"
     "cloud,flow,guiddef,whole,parent,bears,random,bulk,idebug,viewer,starta,comment,sel,"
     "source,hotspot,pnf,portal,sitka,iell,slide,typ,sonic",
     true},
    {"L2017",
     "agent,app,audio,bio,bits,cache,card,cart,cert,com,crypt,dcom,defrag,device,dhcp,dns,event,"
     "evt,flt,gdi,group,help,home,host,info,iso,launch,log,logon,lookup,man,math,mgmt,msi,ncb,net,"
     "nv,nvidia,proc,prop,prov,provider,reg,rpc,screen,search",
     false},
    {NULL, NULL, false},
};

/*
 * The word at index p: back to the comma before it, then up to the next one. An index on a comma gives
 * the word to its right. EmoCheck's loop ends at index 1 and takes p for the start if it met no comma, so
 * that indices 1 to 3 cut the first word ("uck"); Emotet itself goes on to the start of the string.
 */
static struct ac_str pick(const char *words, size_t p, bool emocheck)
{
    size_t i = p, end;

    while (i > 0 && words[i] != ',')
        i--;
    if (words[i] == ',')
        i++;
    else if (emocheck)
        i = p;
    for (end = i; words[end] && words[end] != ',';)
        end++;
    return (struct ac_str){words + i, end - i};
}

void ac_v1_name(const struct ac_word_list *list, uint32_t serial, bool emocheck,
                char ret[AC_V1_NAME])
{
    uint32_t n = (uint32_t)strlen(list->words);
    uint32_t q = serial / n;
    struct ac_str a = pick(list->words, serial % n, emocheck);
    struct ac_str b = pick(list->words, (UINT32_MAX - q) % n, emocheck);

    snprintf(ret, AC_V1_NAME, "%.*s%.*s.exe", (int)a.n, a.p, (int)b.n, b.p);
}

static bool is_word(const char *words, struct ac_str text)
{
    for (const char *p = words; *p;) {
        const char *comma = strchr(p, ',');
        size_t n = comma ? (size_t)(comma - p) : strlen(p);

        if (ac_str_eq((struct ac_str){p, n}, text))
            return true;
        p += n + (comma != NULL);
    }
    return false;
}

bool ac_v1_is_word_pair(const struct ac_word_list *list, struct ac_str text)
{
    for (size_t i = 1; i < text.n; i++) {
        if (is_word(list->words, (struct ac_str){text.p, i}) &&
            is_word(list->words, (struct ac_str){text.p + i, text.n - i}))
            return true;
    }
    return false;
}

bool ac_v2_is_serial(struct ac_str value_name, uint32_t serial)
{
    char plain[9], padded[9];

    snprintf(plain, sizeof(plain), "%x", serial);
    snprintf(padded, sizeof(padded), "%08x", serial);
    return ac_str_ieq(value_name, ac_str_of(plain)) || ac_str_ieq(value_name, ac_str_of(padded));
}

static bool is_name_char(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '.' || c == '-';
}

static bool is_one_character(struct ac_str s)
{
    for (size_t i = 1; i < s.n; i++) {
        if (s.p[i] != s.p[0])
            return false;
    }
    return s.n > 2;
}

enum ac_v2_kind ac_v2_decode(struct ac_view data, uint32_t serial, struct ac_buf *out)
{
    size_t before = out->n, zeros = 0;
    struct ac_str text;

    for (size_t i = 0; i < data.n; i++) {
        uint8_t c = data.p[i] ^ (uint8_t)(serial >> (8 * (i % 4)));

        zeros += data.p[i] == 0;
        if (c > 0x20 && c < 0x7E) /* what EmoCheck keeps: NULs, spaces and '~' vanish */
            ac_buf_addc(out, (char)c);
    }
    text = (struct ac_str){ac_buf_text(out) + before, out->n - before};
    if (text.n == 0 || zeros == data.n || text.n > 40 || is_one_character(text))
        return AC_V2_VACCINE;
    if (text.n < 2 || text.n > 30)
        return AC_V2_NOISE;
    for (size_t i = 0; i < text.n; i++) {
        if (!is_name_char(text.p[i]))
            return AC_V2_NOISE;
    }
    return AC_V2_NAME;
}

bool ac_v3_accepts(uint64_t size, bool same_size)
{
    return size >= AC_V3_LEAST_SIZE && !same_size;
}

/* The name before its only dot and the three letters after it; false if there is no such dot. */
static bool split(struct ac_str file, struct ac_str *base, struct ac_str *ext)
{
    if (file.n < 5 || file.p[file.n - 4] != '.')
        return false;
    *base = (struct ac_str){file.p, file.n - 4};
    *ext = (struct ac_str){file.p + file.n - 3, 3};
    return true;
}

bool ac_v4_is_folder(struct ac_str name)
{
    return ac_str_is(name, 4, 16, isalpha);
}

bool ac_v4_is_file(struct ac_str name)
{
    struct ac_str base, ext;

    return split(name, &base, &ext) && ac_str_is(base, 3, 15, isalpha) &&
           ac_str_is(ext, 3, 3, isalpha) && !ac_str_eq(ext, AC_STR("exe")) &&
           !ac_str_eq(ext, AC_STR("dll"));
}

/* Three patterns in EmoCheck; the third, any four letters behind a comma, includes the other two. */
bool ac_v4_is_command(struct ac_str command)
{
    long at = ac_str_ifind(command, AC_STR("rundll32.exe"));
    size_t i, run = 0;
    bool comma = false;

    if (at < 0)
        return false;
    for (i = (size_t)at + 12; i < command.n; i++) {
        if (command.p[i] == ',') {
            comma = true;
            run = 0;
        } else {
            run = isalpha((unsigned char)command.p[i]) ? run + 1 : 0;
        }
        if (comma && run >= 4)
            return true;
    }
    return false;
}

bool ac_v4_is_value_name(struct ac_str name, struct ac_str file)
{
    return ac_str_eq(name, file) || ac_str_is(name, 7, 16, isalpha);
}

bool ac_v4_is_tight(struct ac_str folder, struct ac_str file)
{
    struct ac_str base, ext;

    return folder.n >= 5 && isupper((unsigned char)folder.p[0]) &&
           ac_str_is((struct ac_str){folder.p + 1, folder.n - 1}, 3, 18, islower) &&
           split(file, &base, &ext) && ac_str_is(base, 4, 15, islower) &&
           ac_str_is(ext, 3, 3, islower) && !ac_str_eq(ext, AC_STR("exe")) &&
           !ac_str_eq(ext, AC_STR("dll"));
}

/* Capitals behind the first letter, at least two of them, and not of a camel-case word alone. */
static unsigned inner_capitals(struct ac_str s)
{
    unsigned n = 0;

    for (size_t i = 1; i < s.n; i++)
        n += isupper((unsigned char)s.p[i]) != 0;
    return n;
}

bool ac_e5_is_mixed(struct ac_str folder, struct ac_str file)
{
    struct ac_str base, ext;

    return split(file, &base, &ext) && ac_str_eq(ext, AC_STR("dll")) &&
           ac_str_is(folder, 5, 16, isalpha) && ac_str_is(base, 4, 15, isalpha) &&
           inner_capitals(folder) >= 2 && inner_capitals(base) >= 2;
}

bool ac_v5_is_week(struct ac_filetime folder, struct ac_filetime file)
{
    int64_t gap = (int64_t)(folder.ticks - file.ticks);

    /* EmoCheck divides by 1,000,000 and compares with 6047997 and 6048002 */
    return gap >= INT64_C(6047997000000) && gap <= INT64_C(6048002999999);
}
