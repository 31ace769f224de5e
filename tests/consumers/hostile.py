"""Makes a workspace whose names try everything: hostile.py DIR [LEAVERS]. With LEAVERS, as many more people who have left."""

import csv
import pathlib
import sys

folder = pathlib.Path(sys.argv[1])
more = int(sys.argv[2]) if len(sys.argv) > 2 else 0
names = [
    "=HYPERLINK(\"http://x.example\",\"click\")",
    "+1+1",
    "-2+3",
    "@SUM(A1:A9)",
    "\t=1+1",
    "</td></table><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[click](javascript:alert(1)) ![x](http://x.example/p.png) **bold** `code` ``` | # 1. - @everyone #12",
    "]]> & &amp; &lt; <!-- --> <?xml ?>",
    "{0} {{1}} [2](3) \\ %s ${x} {{7*7}}",
    "\u202egnp.exe\u202c \u2066x\u2069 \ufeff \u200b",
    "\x1b[2J\x07\x08 \u0085 \u2028 \ud7ff \ufffe",
    "long " * 2_000,
    "😀" * 200,
    "{color:red}x{color} [~admin] |a|b| !x.png! h1. {noformat}",
    "'; DROP TABLE x; --",
    "@startuml\n!include /etc/passwd\n@enduml",
    "Ann\r\nBcc: everybody@example.com\r\n\r\nbody",
]
apps = {
    "tool-a": "=cmd|' /C calc'!A0 [a]:*?/\\",
    "tool-b": "A name of an app that is longer than a sheet may be, north",
    "tool-c": "A name of an app that is longer than a sheet may be, south",
    "tool-d": "History",
    "tool-e": "</testsuite><script>",
    "tool-f": "never listed | `x` <b>",
    "tool-g": "'",
}


def table(name, head, rows):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as to:
        csv.writer(to).writerows([head, *rows])


def text(value):
    return "\"" + value.replace("\\", "\\\\").replace("\"", "\\\"") + "\""


leavers = [(f"E{ix}", name, f"p{ix}@nord.example") for ix, name in enumerate(names)]
leavers += [(f"M{ix}", f"Person {ix}", f"m{ix}@nord.example") for ix in range(more)]
table(
    "hr people #1 %41.csv",
    ["Employee ID", "First name", "Last name", "Work email", "Start date", "End date", "Status"],
    [[key, name, "X", mail, "2020-01-01", "2026-09-30", "Terminated"] for key, name, mail in leavers]
    + [["W1", "Wanda", "Works", "wanda@nord.example", "2020-01-01", "", "Active"]],
)
head = ["Member ID", "Full name", "E-mail address", "Role", "Status", "Account type", "Admin", "Last sign-in"]
for ix, app in enumerate(a for a in apps if a != "tool-f"):
    status = "Frozen??" if app == "tool-c" else "Active"
    rows = [
        [f"{name[:300]}{n}", name, mail, names[-1 - n % len(names)], status, "Member", "yes" if n == 0 else "no", "2026-11-01"]
        for n, (_, name, mail) in enumerate(leavers)
        if n < len(names) or n % (len(apps) - 1) == ix
    ]
    rows += [[f"o{n}", name, f"nobody{n}@nord.example", name, "Active", "Member", "no", ""] for n, name in enumerate(names)]
    table(f"rosters/{app} & co#.csv", head, rows)
(folder / "coverage.yaml").write_text(
    "as-of: 2026-11-20T12:00:00Z\n"
    f"company: {{name: {text(names[7])}, domains: [nord.example], zone: Europe/Berlin}}\n"
    'hr: [{file: "hr people #1 %41.csv", extracted-at: 2026-11-20T06:00:00Z}]\n'
    "policy: {fail-on: high, exception-max-accounts: 100, revoke-within: {business-days: 1}}\n"
    "apps:\n"
    + "".join(
        f"  {app}: {{name: {text(name)}, sso: off, "
        + ("" if app == "tool-f" else f'roster: "rosters/{app} & co#.csv", extracted-at: 2026-11-20T06:00:00Z, ')
        + f"owner: {text(names[14] if app == 'tool-a' else 'wanda@nord.example')}}}\n"
        for app, name in apps.items()
    ),
    encoding="utf-8",
)
(folder / "exceptions.yaml").write_text(
    "exceptions:\n  - id: EX-1\n    app: tool-d\n    owner: wanda@nord.example\n    approver: paula@nord.example\n"
    f"    reason: {text(names[5])}\n    opened: 2026-11-01\n    expires: 2026-12-31\n",
    encoding="utf-8",
)
