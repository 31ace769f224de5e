#!/usr/bin/env python3
"""Writes a company of any size: hr.csv, idp.csv, rosters/app_NNN.csv and coverage.yaml.

    python3 generate.py --identities 100000 --apps 100 --rows 2000000 --out DIR

The same seed and sizes give the same bytes, whatever --jobs is: every roster has a generator of its own. Names and
addresses are invented; all domains end in .example. What is mixed in, and how often, stands in the tables below.
"""

import argparse
import multiprocessing
import os
import random
import shutil
import sys
import unicodedata
from datetime import date, timedelta

TODAY = date(2026, 11, 22)
AS_OF = "2026-11-22T09:00:00Z"
PEOPLE_EXTRACTED = "2026-11-22T06:00:00Z"
ROSTERS_EXTRACTED = "2026-11-20T08:00:00Z"
ROSTER_DAY = 2  # the rosters are two days older than the lists of people

DOMAIN, SECOND_DOMAIN, FORMER_DOMAIN = "acme.example", "acme-labs.example", "acme-old.example"

# Shares of the people.
LEAVERS = 0.08
NOTICE = 0.01  # an end date in the future
PRE_HIRE = 0.005
CONTRACTORS_OUTSIDE_HR = 0.03
FORMER_NAME = 0.03  # half of them with the former address as second e-mail
REHIRED = 0.005  # two HR rows under one employee id
RECYCLED = 0.001  # has the address of a leaver who is gone from the identity provider
NO_NUMBER_IN_IDP = 0.01
NO_ADDRESS_IN_HR = 0.005
OWN_LOGIN = 0.25  # signs in with something else than the e-mail
SECOND_EMAIL = 0.55
SHARED_SECOND_EMAIL = 0.002

# Shares of the roster rows, as running sums. What is left over is the plain address.
ROWS = {
    "unknown": 0.012,  # looks like a colleague, is nobody
    "service": 0.008,
    "external": 0.020,  # another organisation
    "repeat": 0.010,  # the row before once more, with another id
}
WRITING = {
    "case": 0.080,
    "domain alias": 0.030,
    "login": 0.030,
    "plus tag": 0.015,
    "spaces": 0.010,
    "private, known": 0.010,
    "private, unknown": 0.006,
    "typo": 0.003,
    "mailto": 0.001,
}
FORMER_ADDRESS_USED = 0.60  # of the rows of people with a former name

FIRST = """Adam Agnes Ahmed Aisha Alan Alice Amara Ana Anders Andrea Anna Anton Ben Bianca Björn Carla Carlos Chen Chloé
Clara Daniel Daria David Deniz Diana Diego Dora Edith Elena Elif Emil Emma Erik Esra Eva Farid Fatima Felix Fiona
François Freya Gabriel Gita Gloria Goran Grace Greta Hana Hannah Hassan Helen Henrik Hugo Ida Igor Ines Ingrid Irina Ivan
Ivy Jakob James Jana Jan Jasmin Javier Joan Johan José Jules Julia Jürgen Kai Karen Karim Katherine Kenji Kim Klara Lara
Lars Laura Lea Leila Leo Liam Lin Linda Lise Lucas Lucía Łukasz Maja Malik Marco Maria Marta Martin Mateo Mei Mia Michael
Mila Milan Mina Mohamed Nadia Nele Nia Nicolas Nina Noah Nora Olga Oliver Omar Oscar Paul Paula Pedro Petra Priya Rachel
Rafael Ravi René Robert Rosa Ruth Samuel Sana Sara Selma Siri Sofia Søren Stefan Susan Tariq Thomas Tina Tomás Uma Ursula
Vera Victor Wei William Yara Yusuf Zoe""".split()
SHORT = {"Katherine": "Kate", "Michael": "Mike", "William": "Bill", "Robert": "Bob", "Samuel": "Sam", "Daniel": "Dan",
         "Thomas": "Tom", "Susan": "Sue", "Nicolas": "Nick", "Gabriel": "Gabe", "Oliver": "Olli", "James": "Jim"}
HEAD = """Ab Al Am Ar Bal Bar Ber Bo Bran Cal Car Col Dal Dan Del Dor El Er Fal Far Fen Gal Gar Gor Hal Har Hol Jan Jor
Kal Kar Kol Lam Lar Lin Lor Mal Mar Mel Mor Nel Nor Ol Pal Par Per Ral Ran Rom Sal Sam Ser Tal Tar Tor Val Ver Wal
Wel Zan""".split()
TAIL = """ado aker ander ano ard aro bach bacher berg bert dale den der dez din dorf ek elli en er es eva gard ger
hall ham holm ic ides ini ino iska ke ken ko land ler ley low man mann mer mond more ner nov oglu ov owski per quist
rath ron sen sky son stad stein strom sson ton vall ville well wood ström müller né""".split()
NOBODY = [h + t for h in ("Quill", "Xan", "Yor", "Zeph", "Ux") for t in ("abar", "ebol", "idun", "omir", "ulax", "yvek")]
PARTNERS = ["northwind.example", "fabrik.example", "consult-co.example", "agency-nine.example", "audit-house.example"]
PRIVATE = ["mailbox.example", "homemail.example", "inbox.example"]
SERVICES = ["svc-ci", "svc-backup", "noreply", "admin", "integration", "support-team", "billing", "api-bot", "reports"]
TAGS = ["test", "admin", "trial", "work", "2"]
ROLES = ["Member"] * 216 + ["Viewer"] * 20 + ["Guest"] * 8 + ["Admin"] * 11 + ["Owner"]
ACTIVE, INVITED, SUSPENDED, DEACTIVATED = 0, 1, 2, 3
STATUS = ["Active", "Invited", "Suspended", "Deactivated"]
STATUS_LOWER = [s.lower() for s in STATUS]
NOTES = ['"Moved teams.\nAsk before removal."', '"Seat paid by ""Projects"", until renewal"', '"Line one,\nline two,\nline three"']

DAYS = 1500
ISO = [(TODAY - timedelta(days=d)).isoformat() for d in range(DAYS + 400)]  # ISO[0] is today
DAY = ISO + [""]  # DAY[-1] is never


def ascii_of(name):
    name = name.translate(str.maketrans({"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "ß": "ss"}))
    return "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))


# A roster style is: byte order mark, line end, header, and a function from an account to its line. `n` is (first, last),
# `seen` and `made` are days ago; seen -1 is never.
def plain(u, n, mail, role, st, seen, made):
    return f"{mail},{n[0]} {n[1]},{role},{STATUS[st]},{DAY[seen]},usr_{u:08x}"


def semicolons(u, n, mail, role, st, seen, made):
    return f"{n[0]} {n[1]};{mail};{role};{STATUS[st]};{DAY[seen]}"


def marked(u, n, mail, role, st, seen, made):
    return f"{u},{n[0]} {n[1]},{mail},{role},{STATUS[st]},{DAY[seen]}"


def two_names(u, n, mail, role, st, seen, made):
    return f"{mail},{n[0]},{n[1]},{role},{STATUS[st]},{ISO[made]},{DAY[seen]},U{u:07d}"


def quoted(u, n, mail, role, st, seen, made):
    note = NOTES[u % 3] if u % 50 < 3 else ""
    return f'"{n[1]}, {n[0]}",{mail},{role},{STATUS[st]},{DAY[seen]},{note},{u}'


def no_status(u, n, mail, role, st, seen, made):
    return f"{mail};{n[0]} {n[1]};{role};A-{u}"


def lower_case(u, n, mail, role, st, seen, made):
    at = f"{ISO[seen]}T{u % 24:02d}:{u % 60:02d}:00Z" if seen >= 0 else "never"
    return f"{mail},{n[0]} {n[1]},{role.lower()},{STATUS_LOWER[st]},{at},{u:x}"


STYLES = [
    ("", "\n", "Email,Name,Role,Status,Last active,ID", plain),
    ("", "\n", "Name;Email;Role;Status;Last active", semicolons),
    ("\ufeff", "\n", "ID,Name,Email,Role,Status,Last active", marked),
    ("", "\r\n", "Email,First name,Last name,Role,Status,Created,Last active,ID", two_names),
    ("", "\n", "Name,Email,Role,Status,Last active,Notes,ID", quoted),
    ("", "\n", "Email;Name;Role;ID", no_status),
    ("", "\n", "email,name,role,status,last_active,id", lower_case),
]


class World:
    """Everyone, as the rosters need them, and the lines of hr.csv and idp.csv."""

    def __init__(self, identities, seed):
        rng = random.Random(f"{seed}/people")
        rnd = rng.random
        surnames = [h + t for h in HEAD for t in TAIL]
        rng.shuffle(surnames)
        plain_of = {n: ascii_of(n) for n in FIRST + surnames}
        low_of = {n: p.lower() for n, p in plain_of.items()}
        taken = {}

        def address(first, last, domain):
            local = f"{low_of[first]}.{low_of[last]}"
            count = taken[local] = taken.get(local, 0) + 1
            return f"{local}{count}@{domain}" if count > 1 else f"{local}@{domain}"

        # (first, last), the same in ASCII, e-mail, login, second e-mail, former address, former (first, last), start and
        # left: days ago, left 0 for who is here
        self.people = people = []
        self.hr = hr = []
        self.idp = idp = []
        gone = []  # leavers without identity, whose address may be given out again
        private_before = ""
        for i in range(identities):
            first = FIRST[int(len(FIRST) * rnd() ** 1.6)]
            last = surnames[int(len(surnames) * rnd() ** 2)]
            number = f"E{100000 + i}"
            r = rnd()
            leaver, notice, pre_hire = r < LEAVERS, LEAVERS <= r < LEAVERS + NOTICE, r > 1 - PRE_HIRE
            start = int(30 + rnd() * (DAYS + 300))
            left = 0
            if leaver:
                left = 1 + int(rnd() * 700)
                start = left + int(30 + rnd() * 1000)
            elif pre_hire:
                start = -1 - int(rnd() * 40)
            outside_hr = not pre_hire and rnd() < CONTRACTORS_OUTSIDE_HR
            recycled = bool(gone) and not leaver and not outside_hr and not pre_hire and rnd() < RECYCLED
            former, former_name, listed = "", None, False
            if recycled:
                first, last, email, left_then = gone.pop()
                start = max(ROSTER_DAY + 1, int(left_then * rnd()))
            else:
                email = address(first, last, DOMAIN if rnd() < 0.95 else SECOND_DOMAIN)
                if rnd() < FORMER_NAME:
                    former_last = surnames[int(len(surnames) * rnd())]
                    former, former_name = address(first, former_last, email.partition("@")[2]), (first, former_last)
                    listed = rnd() < 0.5
            login = email
            if rnd() < OWN_LOGIN and not recycled:
                login = f"{low_of[first][0]}{low_of[last]}{i}@{email.partition('@')[2]}"
            second = ""
            if listed:
                second = former
            elif rnd() < SECOND_EMAIL:
                second = f"{low_of[first]}.{low_of[last]}.{i}@{PRIVATE[i % 3]}"
                if private_before and rnd() < SHARED_SECOND_EMAIL:
                    second = private_before
                private_before = second

            start_day = ISO[start] if start >= 0 else (TODAY + timedelta(days=-start)).isoformat()
            in_idp = True
            if outside_hr:
                state = "DEPROVISIONED" if leaver else "ACTIVE"
                number_in_idp = ""
            else:
                kind = "Employee" if (k := rnd()) < 0.88 else "Contractor" if k < 0.96 else "Intern"
                hr_address = email
                number_in_idp = number
                r = rnd()
                if former and r < 0.2:
                    hr_address = former  # HR still has the old one
                elif r > 1 - NO_ADDRESS_IN_HR:
                    hr_address = ""
                elif not recycled and not former and r < 0.2 + NO_NUMBER_IN_IDP and r >= 0.2:
                    number_in_idp = ""
                end, state_in_hr, state = "", "Active", "ACTIVE"
                if leaver:
                    end, state_in_hr = ISO[left], "Terminated"
                    r = rnd()
                    state = "DEPROVISIONED" if r < 0.80 else "ACTIVE" if r < 0.84 else "SUSPENDED"
                    in_idp = r < 0.88
                elif notice:
                    end = (TODAY + timedelta(days=int(rnd() * 90))).isoformat()
                elif pre_hire:
                    state = "STAGED"
                else:
                    r = rnd()
                    if r < 0.01:
                        state_in_hr, state = "On leave", "SUSPENDED"
                    elif r < 0.05:
                        state = ("PASSWORD_EXPIRED", "LOCKED_OUT", "RECOVERY", "PROVISIONED")[int(r * 100) - 1]
                    if rnd() < REHIRED and not recycled:
                        before = start + 60 + int(rnd() * 300)
                        hr.append(f"{number},{first},{last},{hr_address},{ISO[min(before + 400, len(ISO) - 1)]},"
                                  f"{ISO[min(before, len(ISO) - 1)]},Terminated,{kind}")
                hr.append(f"{number},{first},{last},{hr_address},{start_day},{end},{state_in_hr},{kind}")
            if in_idp:
                created = start_day if start >= 0 else ISO[30]
                change = ISO[max(left - int(rnd() * 4), 1)] if leaver and state != "ACTIVE" else created
                seen = ISO[left + int(rnd() * 20)] if leaver else ISO[int(rnd() * 30)]
                seen = "" if pre_hire else f"{seen}T{i % 24:02d}:{i % 60:02d}:00.000Z"
                idp.append(f"{email},{login},{second},{first},{last},{number_in_idp},{state},{created}T05:00:00.000Z,"
                           f"{change}T05:30:00.000Z,{seen}")
            elif not former and left > 2:
                gone.append((first, last, email, left))
            people.append(((first, last), (plain_of[first], plain_of[last]), email, login if in_idp else email,
                           second if in_idp else "", former, former_name, start if start > 0 else 20, left))
        rng.shuffle(hr)
        rng.shuffle(idp)


def sizes(apps, rows, identities):
    """Long-tailed, and no app larger than the company unless there is no other way."""
    weights = [(i + 1) ** -0.7 for i in range(apps)]
    cap = identities - identities // 13
    if cap * apps < rows:
        cap = rows
    out, left, total = [], rows, sum(weights)
    for w in weights:
        n = min(cap, round(left * w / total))
        out.append(n)
        left -= n
        total -= w
    for i in range(apps):  # what rounding and the cap have left over
        more = min(cap - out[i], left)
        out[i] += more
        left -= more
    return out


def running(shares):
    total, out = 0.0, []
    for share in shares.values():
        total += share
        out.append(total)
    return out


def write_roster(world, app, size, seed, path):
    rng = random.Random(f"{seed}/app/{app}")
    rnd, bits = rng.random, rng.getrandbits
    mark, end, header, line = STYLES[app % len(STYLES)]
    has_status = line is not no_status
    people = world.people
    unknown, service, external, repeat = running(ROWS)
    case, alias, login_used, plus, spaces, private, stranger, typo, wrapped = running(WRITING)
    queue = []
    buffer, done, last_row = [], 0, None
    with open(path, "w", encoding="utf-8", newline="") as f:
        f.write(mark + header + end)
        while done < size:
            b = bits(40)
            role = ROLES[b & 255]
            uid = app * 10_000_000 + done
            status = INVITED if (b >> 13) & 63 == 0 else ACTIVE
            never = status == INVITED or (b >> 8) & 31 == 0
            r = rnd()
            if r < repeat:
                first = FIRST[(b >> 20) % len(FIRST)]
                seen, made = -1 if never else ROSTER_DAY + int(rnd() ** 3 * 400), 500 + (b & 1023)
                if r < unknown:
                    name = (first, NOBODY[(b >> 30) % len(NOBODY)])
                    mail = f"{ascii_of(first).lower()}.{name[1].lower()}{(b >> 14) & 255}@{DOMAIN}"
                elif r < service:
                    word = SERVICES[(b >> 30) % len(SERVICES)]
                    name, mail = (word, f"{app:03d}"), f"{word}-{(b >> 24) & 63}@{DOMAIN}"
                elif r < external or last_row is None:
                    name = (first, surname_at(b >> 28))
                    mail = f"{ascii_of(first).lower()}.{ascii_of(name[1]).lower()}@{PARTNERS[(b >> 22) % len(PARTNERS)]}"
                else:
                    name, mail, status, seen, made = last_row
                    if b >> 39:
                        mail = mail.upper()
            else:
                if not queue:
                    queue = rng.sample(range(len(people)), min(len(people), size - done + 8))
                name, ascii_name, email, login, second, former, former_name, start, left = people[queue.pop()]
                if left:
                    s = (b >> 14) & 255
                    status = DEACTIVATED if s < 166 else SUSPENDED if s < 179 else status
                    if status >= SUSPENDED and not has_status:
                        continue  # such a roster lists only who has access
                    if never:
                        seen = -1
                    elif (b >> 22) & 63 == 0 and left > ROSTER_DAY:
                        seen = ROSTER_DAY + int(rnd() * (left - ROSTER_DAY))
                    else:
                        seen = max(left, ROSTER_DAY) + int(rnd() * min(60, start - left))
                elif has_status and (b >> 14) & 127 == 0:
                    status = DEACTIVATED if (b >> 21) & 1 else SUSPENDED
                if not left:
                    seen = -1 if never else ROSTER_DAY + int(rnd() ** 3 * min(400, start - ROSTER_DAY))
                made = seen + (start - seen) * (b & 255) // 256 if seen >= 0 else start
                mail = email
                if former and rnd() < FORMER_ADDRESS_USED:
                    mail, name = former, former_name
                elif (b >> 22) & 7 == 0:
                    name = ascii_name
                elif (b >> 22) & 31 == 1:
                    name = (SHORT.get(name[0], name[0]), name[1])
                w = rnd()
                if w < wrapped:
                    if w < case:
                        mail = mail.upper() if (b >> 28) & 3 == 0 else mail.title()
                    elif w < alias:
                        mail = mail.replace("@" + DOMAIN, "@" + FORMER_DOMAIN)
                    elif w < login_used:
                        mail = login
                    elif w < plus:
                        mail = mail.replace("@", f"+{TAGS[(b >> 28) % len(TAGS)]}@")
                    elif w < spaces:
                        mail = f" {mail}" if b >> 39 else f"{mail} "
                    elif w < private:
                        mail = second or mail
                    elif w < stranger:
                        mail = f"{mail.partition('@')[0]}.{(b >> 28) & 1023}@{PRIVATE[b % 3]}"
                    elif w < typo:
                        at = 1 + (b >> 28) % 3
                        mail = mail[:at] + mail[at + 1:]
                    else:
                        mail = f"mailto:{mail}"
                last_row = (name, mail, status, seen, made)
            buffer.append(line(uid, name, mail, role, status, seen, made))
            done += 1
            if len(buffer) == 20_000:
                f.write(end.join(buffer) + end)
                buffer.clear()
        if buffer:
            f.write(end.join(buffer) + end)


def surname_at(n):
    return HEAD[n % len(HEAD)] + TAIL[n // len(HEAD) % len(TAIL)]


WORLD = None


def prepare(identities, seed):
    global WORLD
    if WORLD is None:  # already there where processes are forked
        WORLD = World(identities, seed)


def roster_job(job):
    write_roster(WORLD, *job)


def write_people(world, folder):
    for name, header, lines in (
        ("hr.csv", "Employee ID,First name,Last name,Work email,Start date,End date,Status,Type", world.hr),
        ("idp.csv", "user.email,user.login,user.secondEmail,user.firstName,user.lastName,user.employeeNumber,user.status,"
                    "user.created,user.statusChange,user.lastLogin", world.idp),
    ):
        with open(os.path.join(folder, name), "w", encoding="utf-8", newline="") as f:
            f.write(header + "\n")
            f.writelines(line + "\n" for line in lines)
        lines.clear()


def workspace(made_by, company, apps):
    """The coverage.yaml. An app's roster is called like its id, with `_` for `-`."""
    out = [
        f"# {made_by}",
        "company:",
        f"  name: {company}",
        f"  domains: [{DOMAIN}, {SECOND_DOMAIN}]",
        "  domain-aliases:",
        f"    {FORMER_DOMAIN}: {DOMAIN}",
        f"  plus-tags: [{DOMAIN}, {SECOND_DOMAIN}]",
        f'as-of: "{AS_OF}"',
        "hr:",
        f'  - {{ file: hr.csv, id: hr, extracted-at: "{PEOPLE_EXTRACTED}" }}',
        "idp:",
        f'  - {{ file: idp.csv, id: okta, extracted-at: "{PEOPLE_EXTRACTED}" }}',
        "apps:",
    ]
    for number, app in enumerate(apps):
        out += [
            f"  {app}:",
            f"    name: {app.replace('-', ' ').capitalize()}",
            f"    roster: rosters/{app.replace('-', '_')}.csv",
            f'    extracted-at: "{ROSTERS_EXTRACTED}"',
            f"    sso: {'enforced' if number % 4 == 1 else 'optional'}",
        ]
    return "\n".join(out) + "\n"


def main():
    global WORLD
    p = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    p.add_argument("--identities", type=int, required=True)
    p.add_argument("--apps", type=int, required=True)
    p.add_argument("--rows", type=int, required=True, help="rows of all rosters together")
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--half", action="store_true", help="the last app holds half of all rows")
    p.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1), help="processes; the bytes are the same")
    p.add_argument("--out", required=True)
    args = p.parse_args()
    if min(args.identities, args.apps, args.rows, args.jobs) < 1:
        p.error("all sizes must be 1 or more")

    rosters = os.path.join(args.out, "rosters")
    marker = os.path.join(args.out, "coverage.yaml")  # written last: where it stands, the data is whole
    if os.path.exists(marker):
        os.remove(marker)
    if os.path.isdir(rosters):
        shutil.rmtree(rosters)
    os.makedirs(rosters)
    prepare(args.identities, args.seed)
    write_people(WORLD, args.out)
    if args.half and args.apps > 1:
        counts = sizes(args.apps - 1, args.rows - args.rows // 2, args.identities) + [args.rows // 2]
    else:
        counts = sizes(args.apps, args.rows, args.identities)
    jobs = [(app, n, args.seed, os.path.join(rosters, f"app_{app:03d}.csv")) for app, n in enumerate(counts)]
    if args.jobs == 1:
        for job in jobs:
            roster_job(job)
    else:
        with multiprocessing.Pool(args.jobs, prepare, (args.identities, args.seed)) as pool:
            for _ in pool.imap_unordered(roster_job, jobs):  # largest first already
                pass
    with open(marker, "w", encoding="utf-8", newline="") as f:
        made_by = f"generate.py --identities {args.identities} --apps {args.apps} --rows {args.rows} --seed {args.seed}" + " --half" * args.half
        f.write(workspace(made_by, "Acme", [f"app-{app:03d}" for app in range(len(counts))]))
    print(f"{sum(counts)} rows in {len(counts)} rosters, largest {max(counts)}", file=sys.stderr)


if __name__ == "__main__":
    main()
