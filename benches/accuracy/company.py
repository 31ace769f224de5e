#!/usr/bin/env python3
"""Writes a company whose truth is known: HR, two identity providers, twelve rosters, coverage.yaml, people.csv and truth.csv.

    python3 company.py --identities 10000 --seed 1 --out DIR

The same seed and size give the same bytes. Everything is invented; all domains end in .example. It shares no code with the
program. Whose account each row is, and what was done to it, stands in truth.csv (file, line, person, address, name, state,
and what the row shows); who the people are, in people.csv. How often each kind of noise occurs stands in the tables below and is an assumption.
"""

import argparse
import csv
import io
import json
import os
import random
import shutil
from datetime import date, timedelta

import names as N

TODAY = date(2026, 11, 22)
AS_OF = "2026-11-22T09:00:00Z"
PEOPLE_AT = "2026-11-22T06:00:00Z"
ROSTERS_AT = "2026-11-20T08:00:00Z"
ROSTER_DAY = 2

MAIN, LABS = "meridian.example", "meridian-labs.example"
ALIAS = "meridian-old.example"  # declared as another name of MAIN
BOUGHT = "tallgrass.example"  # a company that was bought; nobody has declared anything about its addresses
PARTNERS = ["northwind.example", "fabrik.example", "consult-co.example", "agency-nine.example", "audit-house.example"]
PRIVATE = ["mailbox.example", "homemail.example", "inbox.example", "post-office.example"]

# Shares of the people.
LEAVERS = 0.12
OUTSIDE_HR = 0.03  # contractors whom only the identity provider knows
FORMER_NAME = 0.03
FORMER_LISTED = 0.5  # of these: an identity provider still has the former address
RECYCLED = 0.001  # has the address of a leaver who is gone from the identity providers
NO_NUMBER = 0.01
NO_HR_ADDRESS = 0.01
OWN_LOGIN = 0.25
HOME_IN_HR = 0.6
IN_M365 = 0.35
FROM_BOUGHT = 0.02  # came with the bought company

# Shares of the rows that stand for a person: what was done to the address. The rest has it plain.
ADDRESS = {
    "case": 0.080,
    "domain alias": 0.030,
    "login": 0.030,
    "plus tag": 0.015,
    "spaces": 0.010,
    "private, known": 0.010,
    "private, unknown": 0.006,
    "undeclared domain": 0.003,
    "typo": 0.003,
    "plus tag, undeclared": 0.002,
    "mailto": 0.001,
}
FORMER_USED = 0.25  # of the rows of people with a former name: the address is the former one
FORMER_SHOWN = 0.5  # of these: so is the name; elsewhere single sign-on has brought the new one
# What was done to the name. The rest has it as HR has it.
NAME = {
    "no diacritics": 0.120,
    "written out": 0.020,
    "nickname": 0.050,
    "last, first": 0.030,
    "first only": 0.015,
    "initial": 0.015,
    "typo": 0.008,
    "reversed": 0.006,
    "one family name": 0.030,
}
# Rows that stand for nobody of the company, as shares of all rows.
NOBODY = {"orphan": 0.008, "service": 0.008, "external": 0.020}
DUPLICATE = 0.010

DEPARTMENTS = ["Engineering"] * 24 + ["Sales"] * 16 + ["Customer Support"] * 12 + ["Operations"] * 10 + ["Marketing"] * 8 + ["Finance"] * 7 + \
    ["Product"] * 6 + ["People"] * 4 + ["IT"] * 4 + ["Legal"] * 2 + ["Research"] * 4 + ["Logistics"] * 6 + ["Quality"] * 3 + ["Facilities"] * 2
TITLES = ["Manager", "Specialist", "Senior Specialist", "Analyst", "Lead", "Associate", "Coordinator", "Director", "Assistant", "Consultant"]
SERVICES = ["svc-ci", "svc-backup", "noreply", "admin", "integration", "support-team", "billing", "api-bot", "reports", "webmaster"]
WORDS = "dragon pixel river coffee night ghost cloud sunny turbo panda rusty lazy cosmic byte honey maple storm tiny iron velvet echo zebra".split()
TAGS = ["test", "admin", "trial", "work", "2"]
DAYS = [(TODAY - timedelta(days=d)).isoformat() for d in range(4000)]


def low(name):
    return N.plain(name).lower().replace(" ", "").replace("-", "")


class Person:
    __slots__ = ("id", "first", "last", "email", "login", "private", "private_known", "former", "former_last", "former_listed", "number",
                 "number_in_idp", "department", "title", "start", "left", "in_hr", "in_idp", "in_m365", "okta_id", "recycled", "bought")


class Company:
    def __init__(self, size, seed):
        self.rng = rng = random.Random(f"accuracy/{seed}/people")
        self.names = names = N.Names(rng)
        self.taken = {}
        self.people = []
        gone = []
        for i in range(size):
            p = Person()
            c = names.culture()
            p.id, p.first, p.last = i, names.given_name(c), names.family_name(c)
            p.left = 3 + int(rng.random() * 700) if rng.random() < LEAVERS else 0
            p.start = p.left + 30 + int(rng.random() * 2500)
            p.in_hr = rng.random() >= OUTSIDE_HR
            p.department, p.title = rng.choice(DEPARTMENTS), rng.choice(TITLES)
            p.recycled, p.former, p.former_last, p.former_listed = False, "", "", False
            p.bought = f"{low(p.first)[0]}{low(p.last)}@{BOUGHT}" if rng.random() < FROM_BOUGHT else ""
            if gone and not p.left and p.in_hr and rng.random() < RECYCLED:
                # Another given name: HR rows of one address and one name are one person who came back.
                before = gone.pop()
                p.email, p.recycled, before.recycled = before.email, True, True
                p.start = max(ROSTER_DAY + 1, int(before.left * rng.random()))
                p.last = before.last
                while p.first == before.first:
                    p.first = names.given_name(names.culture())
            else:
                p.email = self.address(p.first, p.last, MAIN if rng.random() < 0.93 else LABS)
                if rng.random() < FORMER_NAME:
                    p.former_last = names.family_name(c)
                    p.former = self.address(p.first, p.former_last, p.email.partition("@")[2])
                    p.former_listed = rng.random() < FORMER_LISTED
            p.login = p.email
            if not p.recycled and rng.random() < OWN_LOGIN:
                p.login = f"{low(p.first)[0]}{low(p.last)}{i}@{p.email.partition('@')[2]}"
            r = rng.random()
            if r < 0.7:
                p.private = f"{low(p.first)}.{low(p.last)}.{i}@{PRIVATE[i % 4]}"
            elif r < 0.85:
                p.private = f"{low(p.first)}{1950 + rng.randrange(56)}x{i}@{PRIVATE[i % 4]}"
            else:
                p.private = f"{rng.choice(WORDS)}{rng.choice(WORDS)}{i}@{PRIVATE[i % 4]}"
            p.private_known = rng.random() < HOME_IN_HR
            p.number = f"{100 + i * 7 % (size * 8):07d}"
            p.number_in_idp = p.number if rng.random() >= NO_NUMBER else ""
            p.okta_id = f"00u{i:08x}mrdn{rng.randrange(1 << 20):05x}"
            p.in_idp = not (p.left and p.in_hr and rng.random() < 0.12)
            p.in_m365 = p.in_hr and p.in_idp and rng.random() < IN_M365
            if not p.in_idp and not p.former and not p.recycled:
                gone.append(p)
            self.people.append(p)

    def address(self, first, last, domain):
        local = f"{low(first)}.{low(last)}"
        n = self.taken[local] = self.taken.get(local, 0) + 1
        return f"{local}{n}@{domain}" if n > 1 else f"{local}@{domain}"

    def write_people(self, out):
        rng = random.Random(self.rng.random())
        hr, okta, m365 = [], [], []
        for p in self.people:
            email = "" if rng.random() < NO_HR_ADDRESS and p.in_idp and p.number_in_idp else p.email
            end = DAYS[p.left] if p.left else "0000-00-00"
            if p.in_hr:
                hr.append([p.number, p.first, p.last, email, p.private if p.private_known else "", DAYS[p.start], end,
                           "Inactive" if p.left else "Active", "Terminated" if p.left else "Full-Time", p.department, p.title, ""])
            second = p.former if p.former_listed and not p.in_m365 else p.private if p.private_known and not p.in_hr else ""
            if p.in_idp:
                gone = p.left and (not p.in_hr or rng.random() < 0.9)
                change = DAYS[max(p.left - rng.randrange(4), 1)] if gone else DAYS[p.start]
                okta.append([p.okta_id, p.email, p.login, second, p.first, p.last, p.number_in_idp if p.in_hr else "",
                             "DEPROVISIONED" if gone else "ACTIVE", f"{DAYS[p.start]}T05:00:00.000Z", f"{change}T05:30:00.000Z",
                             f"{DAYS[max(p.left, ROSTER_DAY) + rng.randrange(20)]}T08:00:00.000Z"])
            if p.in_m365:
                proxies = [f"SMTP:{p.email}"] + ([f"smtp:{p.former}"] if p.former_listed else [])
                name = f"{p.first} {p.last}"
                m365.append([name, "False", p.email, f"00000000-0000-4000-8000-{p.id:012x}", p.first, p.last, f"{DAYS[p.start]} 08:00:00Z", "",
                             p.title, p.department, "", "", "", "", "", "DE", "", "True" if p.left else "False", "Office 365 E3", "False",
                             f"{DAYS[p.start]} 08:00:00Z", "", "", "", "", "", "", "+".join(proxies)])
        for rows in (hr, okta, m365):
            rng.shuffle(rows)
        table(out, "hr/bamboohr.csv", ["Employee #", "First Name", "Last Name", "Work Email", "Home Email", "Hire Date", "Termination Date", "Status",
                                       "Employment Status", "Department", "Job Title", "Reporting to"], hr)
        table(out, "idp/okta.csv", ["user.id", "user.email", "user.login", "user.secondEmail", "user.firstName", "user.lastName", "user.employeeNumber",
                                    "user.status", "user.created", "user.statusChange", "user.lastLogin"], okta)
        table(out, "idp/m365.csv", ["Display name", "DirSyncEnabled", "User principal name", "Object Id", "First name", "Last name", "When created",
                                    "Soft deletion time stamp", "Title", "Department", "Preferred data location", "City", "CountryOrRegion", "Office",
                                    "StateOrProvince", "Usage location", "Last dirsync time", "Block credential", "Licenses", "Password never expires",
                                    "Last password change time stamp", "Mobile Phone", "Phone number", "Postal code", "Preferred language",
                                    "Street address", "Fax", "Proxy addresses"], m365)
        table(out, "people.csv", ["person", "name", "email", "login", "private", "former", "number", "external", "department", "title",
                                   "bought", "left", "recycled"],
              [[p.id, f"{p.first} {p.last}", p.email, p.login, p.private, p.former, p.number, p.okta_id, p.department, p.title, p.bought,
                DAYS[p.left] if p.left else "", int(p.recycled)] for p in self.people])


def table(out, name, header, rows, delimiter=",", bom="", end="\n"):
    with open(os.path.join(out, name), "w", encoding="utf-8", newline="") as f:
        f.write(bom)
        w = csv.writer(f, delimiter=delimiter, lineterminator=end)
        w.writerow(header)
        w.writerows(rows)


class Account:
    __slots__ = ("person", "first", "last", "full", "email", "address", "name", "state", "seen", "made", "department", "title", "number", "external", "handle")


# How much an app is used, and what its list shows. `status` False: the list has no status, so that who is closed is not in it.
APPS = [
    ("slack", dict(share=0.95)),
    ("zoom", dict(share=0.85, department=True, made=True)),
    ("lms", dict(share=0.75, number=True, department=True)),
    ("atlassian", dict(share=0.50, made=True)),
    ("figma", dict(share=0.30, number=True, department=True)),
    ("crm", dict(share=0.25, title=True, made=True)),
    ("gitlab", dict(share=0.20)),
    ("wiki", dict(share=0.20)),
    ("clickup", dict(share=0.15, made=True)),
    ("adobe", dict(share=0.12, status=False)),
    ("github", dict(share=0.12, handles=True, status=False)),
    ("aws", dict(share=0.04, handles=True, nameless=True, made=True)),
]
HANDLES_SHOWN = {"slack", "gitlab", "github", "aws"}


class Roster:
    def __init__(self, company, app, options, seed):
        self.rng = random.Random(f"accuracy/{seed}/{app}")
        self.company, self.app, self.o = company, app, options
        self.accounts = []
        rng = self.rng
        members = [p for p in company.people if rng.random() < options["share"]]
        rng.shuffle(members)
        address, nobody = N.running(ADDRESS.values()), N.running(NOBODY.values())
        for p in members:
            a = self.of(p, address)
            if a is None:
                continue
            self.accounts.append(a)
            r = rng.random()
            if r < DUPLICATE:
                again = self.of(p, address)
                if again:
                    again.address = "duplicate" if again.address == "plain" else f"duplicate, {again.address}"
                    self.accounts.append(again)
            r = rng.random()
            if r < nobody[-1]:
                self.accounts.append(self.stranger("orphan" if r < nobody[0] else "service" if r < nobody[1] else "external"))
        rng.shuffle(self.accounts)

    def of(self, p, shares):
        rng, o = self.rng, self.o
        a = Account()
        a.person, a.first, a.last = p.id, p.first, p.last
        a.department, a.title, a.number, a.external = p.department, p.title, p.number, p.okta_id if p.in_idp else ""
        a.state = "invited" if rng.random() < 0.015 else "active"
        if p.left:
            r = rng.random()
            a.state = "closed" if r < 0.65 else "suspended" if r < 0.70 else a.state
        elif rng.random() < 0.008:
            a.state = "closed"
        if not o.get("status", True) and a.state != "active":
            if a.state != "invited":
                return None
            a.state = "active"
        low_day = max(p.left, ROSTER_DAY)
        a.made = p.start - rng.randrange(8) if rng.random() < 0.5 else low_day + int((p.start - low_day) * rng.random())
        a.made = max(a.made, low_day)
        a.seen = low_day + int(rng.random() ** 3 * (a.made - low_day))
        a.email, a.address, a.name = p.email, "plain", "plain"
        if p.recycled:
            a.address = "recycled"
        elif p.former and rng.random() < FORMER_USED and a.made > (p.start - low_day) * 0.3 + low_day:
            a.email, a.address = p.former, "former, listed" if p.former_listed else "former, unlisted"
            if rng.random() < FORMER_SHOWN:
                a.last, a.name = p.former_last, "former"
        else:
            self.change_address(a, p, shares)
        if a.name == "plain":
            self.change_name(a, p)
        else:
            a.full = f"{a.first} {a.last}"
        a.handle = self.handle(a.first if a.name == "former" else p.first, a.last if a.name == "former" else p.last)
        if o.get("handles"):
            known = rng.random() < (0.5 if o.get("nameless") else 0.2) and a.address == "plain"
            if not known:
                a.email, a.address = "", "handle"
            if not o.get("nameless") and rng.random() < 0.3:
                a.full, a.name = "", "no name"
        if o.get("nameless"):
            a.full, a.name = "", "no name"
        if self.app == "lms" and rng.random() < 0.3:
            if a.address in ("plain", "case", "login") and rng.random() < 0.98:
                a.address, a.email = "number only", ""
            else:
                a.number = ""
        elif not o.get("number") or rng.random() < 0.5:
            a.number = ""
        if self.app != "figma" or rng.random() < 0.5:
            a.external = ""
        if a.address in ("private, unknown", "typo", "former, unlisted", "undeclared domain", "plus tag, undeclared"):
            a.number = a.external = ""  # nothing else helps: that is the noise
        return a

    def change_address(self, a, p, shares):
        rng = self.rng
        r = rng.random()
        if r >= shares[-1]:
            return
        kind = next(k for k, s in zip(ADDRESS, shares) if r < s)
        local, _, domain = p.email.partition("@")
        if kind == "case":
            a.email = p.email.upper() if rng.random() < 0.3 else p.email.title()
        elif kind == "domain alias":
            if domain != MAIN:
                return
            a.email = f"{local}@{ALIAS}"
        elif kind == "login":
            if p.login == p.email or not p.in_idp:
                return
            a.email = p.login
        elif kind == "plus tag":
            a.email = f"{local}+{rng.choice(TAGS)}@{domain}"
        elif kind == "plus tag, undeclared":
            at, _, home = p.private.partition("@")
            a.email = f"{at}+{rng.choice(TAGS)}@{home}"
        elif kind == "spaces":
            a.email = f" {p.email}" if rng.random() < 0.5 else f"{p.email} "
        elif kind == "private, known":
            if not p.private_known or not (p.in_hr or p.in_idp and not (p.former_listed and not p.in_m365)):
                return
            a.email = p.private
        elif kind == "private, unknown":
            if p.private_known:
                other = f"{low(p.first)}{rng.randrange(100, 9999)}" if rng.random() < 0.5 else f"{low(p.first)[0]}.{low(p.last)}{rng.randrange(1000)}"
                a.email = f"{other}.{p.id}@{rng.choice(PRIVATE)}"
            else:
                a.email = p.private
        elif kind == "undeclared domain":
            a.email = p.bought or f"{low(p.first)[0]}{low(p.last)}@{BOUGHT}"
        elif kind == "typo":
            a.email = f"{typo(rng, local)}@{domain}"
        elif kind == "mailto":
            a.email = f"mailto:{p.email}"
        a.address = kind

    def change_name(self, a, p):
        rng = self.rng
        kind = rng.choices(list(NAME) + ["plain"], list(NAME.values()) + [1 - sum(NAME.values())])[0]
        first, last = p.first, p.last
        full = f"{first} {last}"
        if kind == "no diacritics":
            first, last = N.plain(first), N.plain(last)
        elif kind == "written out":
            first, last = N.written_out(first), N.written_out(last)
        elif kind == "nickname":
            short = N.SHORT.get(first)
            first = rng.choice(short) if short else first
            kind = kind if short else "plain"
        elif kind == "last, first":
            full = f"{last}, {first}"
        elif kind == "first only":
            full, last = first, ""
        elif kind == "initial":
            first = f"{first[0]}."
        elif kind == "typo":
            if rng.random() < 0.6:
                last = typo(rng, last)
            else:
                first = typo(rng, first)
        elif kind == "reversed":
            full, first, last = f"{last} {first}", last, first
        elif kind == "one family name":
            parts = last.split(" ")
            if len(parts) == 2 and parts[0][0].isupper() and len(parts[0]) > 3:
                last = parts[0] if rng.random() < 0.8 else parts[1]
            else:
                kind = "plain"
        changed = full if kind in ("last, first", "first only", "reversed") else f"{first} {last}"
        if kind in ("no diacritics", "written out") and changed == full:
            kind = "plain"
        a.first, a.last, a.full, a.name = first, last, changed, kind

    def handle(self, first, last):
        rng = self.rng
        first, last = low(first), low(last)
        r = rng.random()
        if r < 0.25:
            return f"{first[0]}{last}"
        if r < 0.40:
            return f"{first}-{last}"
        if r < 0.50:
            return f"{first}{last[0]}"
        if r < 0.60:
            return f"{last}{first[0]}"
        if r < 0.70:
            return f"{first}{last}{rng.randrange(100)}"
        if r < 0.80:
            return f"{first}{rng.randrange(1000)}"
        return f"{rng.choice(WORDS)}{rng.choice(WORDS)}{rng.randrange(1000)}"

    def stranger(self, kind):
        rng, c = self.rng, self.company
        a = Account()
        culture = c.names.culture()
        a.person, a.address, a.name = "", kind, "plain"
        a.first, a.last = c.names.given_name(culture), c.names.family_name(culture)
        a.full = f"{a.first} {a.last}"
        a.state, a.made, a.seen = "active", ROSTER_DAY + 10 + rng.randrange(1500), ROSTER_DAY + rng.randrange(10)
        a.department = rng.choice(DEPARTMENTS) if kind == "orphan" and rng.random() < 0.8 else ""
        a.title = rng.choice(TITLES) if kind == "orphan" and rng.random() < 0.8 else ""
        a.number = a.external = ""
        first, last = low(a.first), low(a.last)
        a.handle = f"{first[0]}{last}{rng.randrange(10)}"
        if kind == "service":
            word = rng.choice(SERVICES)
            a.first, a.last, a.full, a.email, a.handle = word, "", word, f"{word}-{rng.randrange(40)}@{MAIN}", f"{word}-{rng.randrange(1000)}"
        elif kind == "external":
            a.email = f"{first}.{last}@{rng.choice(PARTNERS)}"
        elif rng.random() < 0.85:
            # Has left before the lists of people begin, or never was on one. Nobody else has this address.
            a.email = c.address(a.first, a.last, MAIN)
        else:
            a.email = f"{first}.{last}.{rng.randrange(10_000)}@{rng.choice(PRIVATE)}"
        if self.o.get("handles"):
            a.email = ""
        if self.o.get("nameless"):
            a.full, a.name = "", "no name"
        return a

    def write(self, out, truth):
        rows, header, kw, lines = getattr(self, f"as_{self.app}")()
        name = f"rosters/{self.app}.{'json' if header is None else 'csv'}"
        if header is None:
            with open(os.path.join(out, name), "w", encoding="utf-8", newline="") as f:
                f.write(rows)
        else:
            table(out, name, header, rows, **kw)
        for line, a in zip(lines, self.accounts):
            shown = self.o
            truth.append([name, line, a.person, a.address, a.name, a.state, a.email, a.full, a.handle if self.app in HANDLES_SHOWN else "",
                          a.number if shown.get("number") else "", a.external, a.department if shown.get("department") else "",
                          a.title if shown.get("title") or self.app == "zoom" else ""])
        return name

    def lines(self, first=2):
        return range(first, first + len(self.accounts))

    def roster(self, of, header, **kw):
        return [of(n, a) for n, a in enumerate(self.accounts)], header, kw, self.lines()

    def as_slack(self):
        word = {"active": "Member", "invited": "Invited", "suspended": "Deactivated", "closed": "Deactivated"}
        for a in self.accounts:
            a.state = "closed" if a.state == "suspended" else a.state
        return self.roster(lambda n, a: [a.handle, a.email, word[a.state], "1", "1", "0", f"U{n:08X}", a.full, a.first.lower(), ""],
                           ["username", "email", "status", "billing-active", "has-2fa", "has-sso", "userid", "fullname", "displayname", "expiration-timestamp"])

    def as_zoom(self):
        word = {"active": "Active", "invited": "Pending", "suspended": "Inactive", "closed": "Inactive"}
        for a in self.accounts:
            a.state = "closed" if a.state == "suspended" else a.state
        return self.roster(lambda n, a: [a.email, a.first, a.last, a.department, "", "", f"{DAYS[a.seen]} 07:41:05", "6.2.11.43613", DAYS[a.made], "Member",
                                         "Licensed", "Work Email", word[a.state], f"{5550000000 + n}", a.title, ""],
                           ["Email", "First Name", "Last Name", "Department", "User Group", "IM Group", "Last Login(UTC)", "Last Client Version",
                            "Creation Date", "Role", "User Type", "Login Type", "User Status", "PMI", "Job Title", "Location"], bom="\ufeff")

    def as_lms(self):
        # A spreadsheet has been here: numbers have lost their zeros.
        return self.roster(lambda n, a: [a.number.lstrip("0"), f"{a.last}, {a.first}" if a.last and a.name != "reversed" else a.full, a.email,
                                         STATUS[a.state], a.department, DAYS[a.seen]],
                           ["Employee number", "Full name", "Email", "Status", "Department", "Last login"], delimiter=";")

    def as_atlassian(self):
        word = {"active": "Active", "invited": "Invited", "suspended": "Suspended", "closed": "Deactivated"}
        day = lambda d: f"{int(DAYS[d][8:])} {'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split()[int(DAYS[d][5:7]) - 1]} {DAYS[d][:4]}"
        return self.roster(lambda n, a: [f"712020:{n:012x}", a.full, a.email, word[a.state], day(a.made), "", day(a.seen), "Never accessed"],
                           ["User id", "User name", "email", "User status", "Added to org", "Org role", "Last seen in Jira - meridian",
                            "Last seen in Confluence - meridian"])

    def as_figma(self):
        out = io.StringIO()
        out.write(f'{{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":{len(self.accounts)},"Resources":[\n')
        for n, a in enumerate(self.accounts):
            user = {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "id": f"fig{n:07x}", "userName": a.email or a.handle,
                    "name": {"givenName": a.first, "familyName": a.last}, "displayName": a.full, "active": a.state in ("active", "invited"),
                    "emails": [{"value": a.email, "primary": True}] if a.email else [],
                    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"employeeNumber": a.number.lstrip("0"), "department": a.department}}
            if a.external:
                user["externalId"] = a.external
            out.write(json.dumps(user, ensure_ascii=False) + (",\n" if n + 1 < len(self.accounts) else "\n"))
        out.write("]}\n")
        for a in self.accounts:
            a.state = {"invited": "active", "suspended": "closed"}.get(a.state, a.state)
        return out.getvalue(), None, {}, self.lines()

    def as_crm(self):
        return self.roster(lambda n, a: [f"crm-{n:06d}", a.email, a.first, a.last, a.title, STATUS[a.state], DAYS[a.made], DAYS[a.seen]],
                           ["User ID", "Email", "First name", "Last name", "Job title", "Status", "Created", "Last active"], end="\r\n")

    def as_gitlab(self):
        # A deactivated user of GitLab is back as soon as the person signs in.
        word = {"active": "active", "invited": "active", "suspended": "blocked", "closed": "deactivated"}
        for a in self.accounts:
            a.state = {"invited": "active", "closed": "suspended"}.get(a.state, a.state)
        return self.roster(lambda n, a: [1_000_000 + n, a.full, a.handle, a.email, word[a.state]], ["Id", "Name", "Username", "Email", "State"])

    def as_wiki(self):
        return self.roster(lambda n, a: [a.email, a.full, "Editor", STATUS[a.state], DAYS[a.seen]], ["Username", "Display name", "Access level", "Status", "Last login"],
                           delimiter="\t")

    def as_clickup(self):
        for a in self.accounts:
            a.state = "active"
        return self.roster(lambda n, a: [a.full, a.email, a.full[:1], "", "member", "", "", "", "Europe/Berlin", f"{DAYS[a.made]}T09:00:00Z", "", "", "0", "1",
                                         f"{DAYS[a.seen]}T07:20:00Z", "", "", "", "", ""],
                           ["Name", "Email", "Initials", "Description", "Role", "Role Subtype", "Custom Role", "Custom Role name", "Timezone", "Date joined",
                            "Invited By", "Date Invited", "SMS 2fa Enabled", "TOTP 2fa Enabled", "Last Active", "Country ISO", "Country", "Teams",
                            "Lists (Full)", "Lists (Edit)"])

    def as_adobe(self):
        return self.roster(lambda n, a: ["Federated ID", a.email, a.email.partition("@")[2], a.email, a.first, a.last, "DE", "Creative Cloud All Apps", "", "",
                                         "Everyone", "", "", "", ""],
                           ["Identity Type", "Username", "Domain", "Email", "First Name", "Last Name", "Country Code", "Product Configurations", "Admin Roles",
                            "Product Configurations Administered", "User Groups", "User Groups Administered", "Products Administered", "Developer Access",
                            "Auto Assigned Products"])

    def as_github(self):
        return self.roster(lambda n, a: [f"{a.handle}", a.full, f"https://github.com/{a.handle}", "TRUE", "FALSE", a.email, "Enterprise: User", "FALSE", "TRUE", "1"],
                           ["GitHub com login", "GitHub com name", "GitHub com profile", "GitHub com two-factor auth", "GitHub com enterprise managed user",
                            "Visual Studio subscription email", "License type", "meridian owner", "meridian member", "Total user accounts"])

    def as_aws(self):
        def row(n, a):
            user = a.email or a.handle
            closed = a.state in ("closed", "suspended")
            made = f"{DAYS[a.made]}T10:00:00+00:00"
            return [user, f"arn:aws:iam::123456789012:user/{user}", made, "false" if closed else "true", "N/A" if closed else f"{DAYS[a.seen]}T08:15:30+00:00",
                    "N/A" if closed else made, "N/A", "true", "false", "N/A", "N/A", "N/A", "N/A", "false", "N/A", "N/A", "N/A", "N/A", "false", "N/A", "false", "N/A"]
        for a in self.accounts:  # without a password the user and the keys are still there
            a.state = {"invited": "active", "closed": "suspended"}.get(a.state, a.state)
        return self.roster(row, ["user", "arn", "user_creation_time", "password_enabled", "password_last_used", "password_last_changed", "password_next_rotation",
                                 "mfa_active", "access_key_1_active", "access_key_1_last_rotated", "access_key_1_last_used_date", "access_key_1_last_used_region",
                                 "access_key_1_last_used_service", "access_key_2_active", "access_key_2_last_rotated", "access_key_2_last_used_date",
                                 "access_key_2_last_used_region", "access_key_2_last_used_service", "cert_1_active", "cert_1_last_rotated", "cert_2_active",
                                 "cert_2_last_rotated"])


STATUS = {"active": "Active", "invited": "Invited", "suspended": "Suspended", "closed": "Deactivated"}


def typo(rng, text):
    at = 1 + rng.randrange(max(len(text) - 1, 1))
    r = rng.random()
    if r < 0.35 and len(text) > 3:
        return text[:at] + text[at + 1:]
    if r < 0.55:
        return text[:at] + text[at - 1] + text[at:]
    if r < 0.8 and at + 1 < len(text):
        return text[:at] + text[at + 1] + text[at] + text[at + 2:]
    return text[:at] + rng.choice("abcdefghijklmnopqrstuvwxyz") + text[at + 1:]


def workspace(identities, seed, files):
    product = {"aws": "aws-iam", "lms": None, "crm": None, "wiki": None}
    out = [
        f"# company.py --identities {identities} --seed {seed}",
        "company:",
        "  name: Meridian",
        f"  domains: [{MAIN}, {LABS}]",
        f"  domain-aliases: {{{ALIAS}: {MAIN}}}",
        f"  plus-tags: [{MAIN}, {LABS}]",
        f'as-of: "{AS_OF}"',
        f'hr: [{{file: hr/bamboohr.csv, extracted-at: "{PEOPLE_AT}"}}]',
        "idp:",
        f'  - {{file: idp/okta.csv, extracted-at: "{PEOPLE_AT}"}}',
        f'  - {{file: idp/m365.csv, extracted-at: "{PEOPLE_AT}"}}',
        "apps:",
    ]
    for app, file in files:
        known = product.get(app, app)
        out += [f"  {app}:", f"    roster: {file}", f'    extracted-at: "{ROSTERS_AT}"', "    sso: optional"]
        if app == "figma":
            out.append("    plan: Enterprise")
        if known and known != app:
            out.append(f"    product: {known}")
    return "\n".join(out) + "\n"


def write(identities, seed, out):
    for folder in ("hr", "idp", "rosters"):
        shutil.rmtree(os.path.join(out, folder), ignore_errors=True)
        os.makedirs(os.path.join(out, folder))
    company = Company(identities, seed)
    company.write_people(out)
    truth, files = [], []
    for app, options in APPS:
        files.append((app, Roster(company, app, options, seed).write(out, truth)))
    table(out, "truth.csv", ["file", "line", "person", "address", "name", "state", "email", "full", "handle", "number", "external",
                              "department", "title"], truth)
    with open(os.path.join(out, "coverage.yaml"), "w", encoding="utf-8") as f:
        f.write(workspace(identities, seed, files))
    return len(truth)


def main():
    p = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    p.add_argument("--identities", type=int, default=10_000)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--out", required=True)
    args = p.parse_args()
    if args.identities < 1:
        p.error("--identities must be 1 or more")
    print(f"{write(args.identities, args.seed, args.out)} rows")


if __name__ == "__main__":
    main()
