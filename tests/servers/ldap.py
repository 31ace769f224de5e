"""`coverage pull` against OpenLDAP's slapd with 1,200 people, as docs/pull-ldap.md says: ldap.py COVERAGE."""

import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

from authority import Authority

COVERAGE = os.path.abspath(sys.argv[1])
GUIDE = (pathlib.Path(__file__).parents[2] / "docs/pull-ldap.md").read_text()
PASSWORD = "P4SSW0RD-of-the-reader"
ROOT = "P4SSW0RD-of-the-root"
PEOPLE = 1200
BASE = "ou=people,dc=nordwind,dc=example"
READER = "cn=coverage,ou=services,dc=nordwind,dc=example"
SLAPD = shutil.which("slapd") or "/usr/sbin/slapd"
SLAPADD = shutil.which("slapadd") or "/usr/sbin/slapadd"
place = tempfile.TemporaryDirectory()
folder = pathlib.Path(place.name)


def block(kind, n=0):
    return re.findall(rf"```{kind}\n(.*?)```", GUIDE, re.S)[n]


def seed():
    entries = [
        "dn: dc=nordwind,dc=example\nobjectClass: dcObject\nobjectClass: organization\no: Nordwind\ndc: nordwind\n",
        "dn: ou=people,dc=nordwind,dc=example\nobjectClass: organizationalUnit\nou: people\n",
        "dn: ou=services,dc=nordwind,dc=example\nobjectClass: organizationalUnit\nou: services\n",
        block("ldif").replace("{SSHA}…", PASSWORD),
    ]
    for n in range(PEOPLE):
        locked = "pwdAccountLockedTime: 000001010000Z\n" if n % 7 == 0 else ""
        name = f"Zoë Person {n}" if n % 100 == 0 else f"Person {n}"
        entries.append(
            f"dn: uid=p{n},{BASE}\nobjectClass: inetOrgPerson\nuid: p{n}\ncn: {name}\nsn: Person\n"
            f"mail: p{n}@nordwind.example\nmail: person.{n}@nordwind.example\nemployeeNumber: {n}\ndescription: {'long ' * 30}\n{locked}"
        )
    (folder / "seed.ldif").write_text("\n".join(entries))


def conf(rules, database):
    (folder / "slapd.conf").write_text(
        "modulepath /usr/lib/ldap\nmoduleload back_mdb\nmoduleload ppolicy\n"
        "include /etc/ldap/schema/core.schema\ninclude /etc/ldap/schema/cosine.schema\n"
        "include /etc/ldap/schema/inetorgperson.schema\n"
        f"pidfile {folder}/slapd.pid\nTLSCACertificateFile {folder}/our-ca.pem\n"
        f"TLSCertificateFile {folder}/server.pem\nTLSCertificateKeyFile {folder}/server.key\n"
        f"database mdb\nmaxsize 100000000\nsuffix dc=nordwind,dc=example\nrootdn cn=root,dc=nordwind,dc=example\nrootpw {ROOT}\n"
        f"directory {database}\noverlay ppolicy\n{rules}\n"
    )


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


running = []


def serve(rules):
    """A server with these rules; the ports of ldap: and ldaps:."""
    database = folder / "database"
    first = not database.exists()
    database.mkdir(exist_ok=True)
    stop()
    conf(rules, database)
    if first:
        subprocess.run([SLAPADD, "-q", "-f", folder / "slapd.conf", "-l", folder / "seed.ldif"], check=True)
    plain, tls = free_port(), free_port()
    urls = f"ldap://127.0.0.1:{plain}/ ldaps://127.0.0.1:{tls}/"
    server = subprocess.Popen([SLAPD, "-f", folder / "slapd.conf", "-h", urls, "-d", "0"], stderr=subprocess.DEVNULL)
    running.append(server)
    for _ in range(400):
        try:
            socket.create_connection(("127.0.0.1", tls)).close()
            return plain, tls
        except OSError:
            assert server.poll() is None, "slapd does not start"
            time.sleep(0.02)
    raise AssertionError("slapd does not answer")


def stop():
    while running:
        server = running.pop()
        server.terminate()
        server.wait()


def run(*arguments, code=0, password=PASSWORD, **environment):
    env = {"PATH": os.environ["PATH"], "LDAP_PASSWORD": password, "NO_COLOR": "1"} | environment
    done = subprocess.run([COVERAGE, *arguments], cwd=folder, env=env, capture_output=True, text=True, timeout=55)
    said = done.stdout + done.stderr
    assert PASSWORD not in said, "the password is shown"
    assert done.returncode == code, f"{arguments}: {done.returncode}\n{said}"
    return said


def pull_yaml(tls, **changes):
    text = block("yaml").replace("ldaps://ldap.nordwind.example", f"ldaps://localhost:{tls}")
    for old, new in changes.items():
        text = re.sub(rf"^( *){old}: .*\n", rf"\1{new}\n" if new else "", text, flags=re.M)
    (folder / "pull.yaml").write_text(text)


def refused(what, said, words):
    assert words in said, f"{what}: {said}"
    assert not (folder / "idp/directory.ldif").exists(), f"{what}: there is a list"
    print(f"ok    {what}: {said.splitlines()[0]}")


def findings(file):
    (folder / "hr.csv").write_text(
        "Employee Number,Full Name,Work Email,Hire Date,Termination Date\n"
        + "".join(f"{n},Person {n},p{n}@nordwind.example,2020-01-01,{'2026-10-01' if n % 3 == 0 else ''}\n" for n in range(PEOPLE))
    )
    (folder / "coverage.yaml").write_text(
        "company: {domains: [nordwind.example]}\nas-of: 2026-12-01\nhr: [{file: hr.csv, extracted-at: 2026-11-30}]\n" + file
    )
    run("report", "--quiet", "--format", "json", "--out", "out", ".")
    report = json.loads((folder / "out/findings.json").read_text())
    # Where each was read is another file and another line.
    return sorted((f["rule"], f["id"], json.dumps(f.get("person"))) for f in report["findings"])


def main():
    Authority(folder).server("server")
    seed()
    rules = block("text")

    # As the guide says.
    plain, tls = serve(rules)
    pull_yaml(tls)
    for line in block("sh").splitlines():
        said = run(*line.split()[1:])
        print(f"ok    {line}: {said.strip().splitlines()[-1]}")
    note = json.loads((folder / "idp/directory.pull.json").read_text())
    assert note["complete"] and note["entries"] == note["total"] == PEOPLE and note["pages"] == 3, note
    assert PASSWORD not in json.dumps(note)
    pulled = findings("idp: [{file: idp/directory.ldif}]\n")
    manifest = json.loads((folder / "out/manifest.json").read_text())
    assert f"search of {BASE} at ldaps://localhost:{tls}, 3 pages" in json.dumps(manifest), "its note is not in the manifest"

    # ldapsearch's LDIF of the same server.
    by_hand = subprocess.run(
        ["ldapsearch", "-LLL", "-H", f"ldap://127.0.0.1:{plain}", "-D", READER, "-w", PASSWORD, "-b", BASE, "-E", "pr=200/noprompt"]
        + ["(objectClass=inetOrgPerson)", "*", "+"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    (folder / "by-hand.ldif").write_text(by_hand)
    hand = findings("idp: [{file: by-hand.ldif, extracted-at: 2026-11-30}]\n")
    assert len(pulled) > 300 and any(rule == "idp-active-after-end" for rule, *_ in pulled), len(pulled)
    assert pulled == hand, "other findings than of ldapsearch's LDIF"
    print(f"ok    pull + report gives the {len(pulled)} findings of ldapsearch's LDIF")

    shutil.rmtree(folder / "idp")
    # Encrypted by StartTLS, and in the open on this machine.
    pull_yaml(tls, url=f"url: ldap://localhost:{plain}\n    starttls: true")
    assert "1200 entries" in run("pull")
    shutil.rmtree(folder / "idp")
    pull_yaml(tls, url=f"url: ldap://127.0.0.1:{plain}\n    without-tls: true")
    assert "1200 entries" in run("pull")
    shutil.rmtree(folder / "idp")
    print("ok    StartTLS, and in the open on this machine")

    # What goes wrong before the first entry.
    pull_yaml(tls)
    refused("a wrong password", run("pull", code=1, password="wrong"), "does not know `cn=coverage")
    pull_yaml(tls, certificates="")
    refused("an authority that nobody knows", run("pull", code=1), "UnknownIssuer")
    pull_yaml(tls, base="base: ou=nobody,dc=nordwind,dc=example")
    refused("a base that is not there", run("pull", code=1), "there is no `ou=nobody")
    pull_yaml(free_port())
    before = time.monotonic()
    refused("nobody listens", run("pull", code=1), "no connection")
    assert time.monotonic() - before < 30

    # Limits. Without pages 500 entries come and then "size limit exceeded"; they are no population.
    paged = 'limits dn.exact="' + READER + '" '
    plain, tls = serve(re.sub(r"limits .*", paged + "size.soft=500 size.hard=500 size.prtotal=disabled", rules))
    pull_yaml(tls)
    refused("a server that does not page, and a limit", run("pull", code=1), "stops at its limit after 500 entries")
    assert (folder / "idp/directory.incomplete.ldif").exists()
    plain, tls = serve(re.sub(r"limits .*", paged + "size.pr=500 size.prtotal=700", rules))
    pull_yaml(tls)
    refused("pages, and a limit over all of them", run("pull", code=1), "stops at its limit")
    plain, tls = serve(re.sub(r"limits .*", paged + "size.soft=unlimited size.hard=unlimited size.prtotal=disabled", rules))
    pull_yaml(tls)
    assert "1200 entries" in run("pull")
    assert not (folder / "idp/directory.incomplete.ldif").exists(), "the whole list takes the part's place"
    print("ok    a server that does not page, without a limit")
    shutil.rmtree(folder / "idp")
    # Entries whose surname may not be seen.
    hidden = rules.replace("access to dn.subtree", "access to attrs=sn by * none\naccess to dn.subtree", 1)
    plain, tls = serve(hidden)
    pull_yaml(tls)
    refused("an attribute that may not be seen", run("pull", code=1), "lacks `sn`")
    # The server dies under way.
    plain, tls = serve(rules)
    pull_yaml(tls)
    running[0].send_signal(signal.SIGSTOP)
    doomed = subprocess.Popen([COVERAGE, "pull"], cwd=folder, env={"LDAP_PASSWORD": PASSWORD}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(0.3)
    running[0].kill()
    running.pop().wait()
    assert doomed.wait(timeout=40) == 1 and not (folder / "idp/directory.ldif").exists()
    print("ok    a server that dies")
    for file in folder.rglob("*"):
        if file.is_file() and "database" not in file.parts and file.name not in ("seed.ldif", "slapd.conf"):
            assert PASSWORD.encode() not in file.read_bytes(), f"the password is in {file.name}"


for program in (SLAPD, SLAPADD, shutil.which("ldapsearch") or "ldapsearch"):
    assert os.path.exists(program), f"{program} is not here"
try:
    main()
finally:
    stop()
    place.cleanup()
