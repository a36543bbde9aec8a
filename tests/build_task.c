#include "build_task.h"

#include <stdio.h>

static void add_escaped(struct ac_buf *b, const char *text)
{
    for (; *text; text++) {
        switch (*text) {
        case '<':
            ac_buf_addz(b, "&lt;");
            break;
        case '>':
            ac_buf_addz(b, "&gt;");
            break;
        case '&':
            ac_buf_addz(b, "&amp;");
            break;
        default:
            ac_buf_addc(b, *text);
        }
    }
}

static void element(struct ac_buf *b, const char *indent, const char *name, const char *value)
{
    if (!value)
        return;
    ac_buf_addf(b, "%s<%s>", indent, name);
    add_escaped(b, value);
    ac_buf_addf(b, "</%s>\r\n", name);
}

const char *fx_task_logon(const char *user)
{
    static struct ac_buf b;

    ac_buf_clear(&b);
    ac_buf_addz(&b, "    <LogonTrigger>\r\n      <Enabled>true</Enabled>\r\n");
    element(&b, "      ", "UserId", user);
    ac_buf_addz(&b, "    </LogonTrigger>\r\n");
    return ac_buf_text(&b);
}

const char *fx_task_time(const char *start, const char *end, const char *interval)
{
    static struct ac_buf b;

    ac_buf_clear(&b);
    ac_buf_addz(&b, "    <TimeTrigger>\r\n");
    if (interval)
        ac_buf_addf(&b,
                    "      <Repetition>\r\n        <Interval>%s</Interval>\r\n"
                    "        <StopAtDurationEnd>false</StopAtDurationEnd>\r\n"
                    "      </Repetition>\r\n",
                    interval);
    element(&b, "      ", "StartBoundary", start);
    element(&b, "      ", "EndBoundary", end);
    ac_buf_addz(&b, "      <Enabled>true</Enabled>\r\n    </TimeTrigger>\r\n");
    return ac_buf_text(&b);
}

static void add_principals(struct ac_buf *b, const struct fx_task *t)
{
    ac_buf_addz(b, "  <Principals>\r\n    <Principal id=\"Author\">\r\n");
    element(b, "      ", "UserId", t->user);
    element(b, "      ", "GroupId", t->group);
    element(b, "      ", "LogonType", t->logon_type);
    element(b, "      ", "RunLevel", t->run_level);
    ac_buf_addz(b, "    </Principal>\r\n  </Principals>\r\n");
}

static void add_settings(struct ac_buf *b, const struct fx_task *t)
{
    ac_buf_addz(b, "  <Settings>\r\n"
                   "    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>\r\n"
                   "    <DisallowStartIfOnBatteries>true</DisallowStartIfOnBatteries>\r\n"
                   "    <StopIfGoingOnBatteries>true</StopIfGoingOnBatteries>\r\n"
                   "    <AllowStartOnDemand>true</AllowStartOnDemand>\r\n");
    element(b, "    ", "Enabled", t->disabled ? "false" : "true");
    element(b, "    ", "Hidden", t->hidden ? "true" : "false");
    element(b, "    ", "DeleteExpiredTaskAfter", t->delete_expired_after);
    ac_buf_addz(b, "    <ExecutionTimeLimit>PT72H</ExecutionTimeLimit>\r\n"
                   "    <Priority>7</Priority>\r\n  </Settings>\r\n");
}

static void add_actions(struct ac_buf *b, const struct fx_task *t)
{
    ac_buf_addz(b, "  <Actions Context=\"Author\">\r\n");
    if (t->command) {
        ac_buf_addz(b, "    <Exec>\r\n");
        element(b, "      ", "Command", t->command);
        element(b, "      ", "Arguments", t->arguments);
        element(b, "      ", "WorkingDirectory", t->working_directory);
        ac_buf_addz(b, "    </Exec>\r\n");
    }
    if (t->class_id) {
        ac_buf_addz(b, "    <ComHandler>\r\n");
        element(b, "      ", "ClassId", t->class_id);
        element(b, "      ", "Data", t->data);
        ac_buf_addz(b, "    </ComHandler>\r\n");
    }
    ac_buf_addz(b, "  </Actions>\r\n");
}

void fx_task_text(struct ac_buf *out, const struct fx_task *t)
{
    ac_buf_addz(out, "<?xml version=\"1.0\" encoding=\"UTF-16\"?>\r\n<Task version=\"1.2\" "
                     "xmlns=\"http://schemas.microsoft.com/windows/2004/02/mit/task\">\r\n"
                     "  <RegistrationInfo>\r\n");
    element(out, "    ", "Date", t->date);
    element(out, "    ", "Author", t->author);
    element(out, "    ", "Description", t->description);
    element(out, "    ", "URI", t->uri);
    ac_buf_addf(out, "  </RegistrationInfo>\r\n  <Triggers>\r\n%s  </Triggers>\r\n",
                t->triggers ? t->triggers : "");
    add_principals(out, t);
    add_settings(out, t);
    add_actions(out, t);
    ac_buf_addz(out, "</Task>");
}

void fx_task_encode(struct ac_buf *out, const char *utf8)
{
    fx_le16(out, 0xFEFF);
    fx_utf16(out, utf8);
}

void fx_task(struct ac_buf *out, const struct fx_task *t)
{
    struct ac_buf text = {0};

    fx_task_text(&text, t);
    fx_task_encode(out, ac_buf_text(&text));
    ac_buf_free(&text);
}
