# Turns the output of `aftercheck show --schema` into the tables of aftercheck-records(5), that of
# `aftercheck rules --variables` into those of aftercheck-rules(5).
/^[a-z]/ { printf ".SS %s\n", $1; next }
{
    name = $1; type = $2
    $1 = $2 = ""; sub(/^ +/, "")
    gsub(/\\/, "\\e")
    printf ".TP\n.BR %s \" (%s)\"\n%s\n", name, type, $0
}
