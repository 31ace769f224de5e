"""`coverage notify` against real servers on this machine: servers.py PROGRAM.

Mail through aiosmtpd (in the open on loopback, STARTTLS, TLS, with and without signing in), a webhook over HTTPS. Every
output and every error is searched for the planted secrets.
"""

import base64
import datetime
import email
import email.policy
import http.server
import ipaddress
import logging
import pathlib
import ssl
import subprocess
import sys
import tempfile
import threading
import warnings

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

PROGRAM = str(pathlib.Path(sys.argv[1]).resolve())
PASSWORD = "P4SSW0RD-0f-the-mailbox"
TOKEN = "T0K3N-0f-the-webhook"
WRONG = "WR0NG-P4SSW0RD"


def sent(password):
    """A password as a mail server gets it."""
    return base64.b64encode(f"\0robot\0{password}".encode()).decode()


PLAIN = sent(PASSWORD)
SECRETS = [TOKEN]
for password in (PASSWORD, WRONG):
    SECRETS += [password, sent(password), base64.b64encode(password.encode()).decode()]
place = tempfile.TemporaryDirectory()
folder = pathlib.Path(place.name)
# What the servers say of connections that are meant to fail.
logging.getLogger("mail.log").setLevel(logging.CRITICAL + 1)
warnings.simplefilter("ignore")
wrong = []


def expect(truth, message):
    print(("ok      " if truth else "!!!     ") + message)
    if not truth:
        wrong.append(message)


def certificate(name):
    """The certificate of an authority of our own, and a context with one for this machine that it vouches for."""
    now = datetime.datetime.now(datetime.timezone.utc)

    def made(subject, issuer, key, issuer_key, is_authority):
        names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
        return (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
            .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=1))
            .add_extension(names, critical=False)
            .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
            .sign(issuer_key, hashes.SHA256())
        )

    authority_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority = made(f"{name} authority", f"{name} authority", authority_key, authority_key, True)
    own = made(name, f"{name} authority", key, authority_key, False)
    pem, chain = folder / f"{name}.authority.pem", folder / f"{name}.pem"
    pem.write_bytes(authority.public_bytes(serialization.Encoding.PEM))
    chain.write_bytes(
        own.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    return pem, context


class Box:
    """Takes mail; says "later" as often as it is told to."""

    def __init__(self, later=0):
        self.mails, self.later = [], later

    async def handle_DATA(self, server, session, envelope):
        if self.later > 0:
            self.later -= 1
            return f"451 try again later {PASSWORD} {PLAIN}"
        self.mails.append((envelope.mail_from, envelope.rcpt_tos, envelope.content, session.ssl is not None))
        return "250 taken"


def sign_in(server, session, envelope, mechanism, data):
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (b"robot", PASSWORD.encode())
    # A server that repeats what it was told.
    password = data.password.decode()
    said = None if right else f"535 no such {password} {sent(password)}"
    return AuthResult(success=right, handled=False, message=said)


class Mail(Controller):
    def __init__(self, box, wrap=None, **settings):
        self.wrap, self.settings = wrap, settings
        super().__init__(box, hostname="127.0.0.1", port=0, ssl_context=wrap)

    def factory(self):
        return SMTP(self.handler, **self.settings)

    def _trigger_server(self):
        # The port is any free one, which the base class would look for at 0.
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


def workspace(notify):
    (folder / "hr.csv").write_text(
        "Employee ID,First name,Last name,Work email,Start date,End date,Status\n"
        "1,Gerda,Geheim,gerda.geheim@nord.example,2020-01-01,2026-09-30,Terminated\n"
    )
    (folder / "slack.csv").write_text(
        "Member ID,Full name,E-mail address,Role,Status\nm1,Gerda Geheim,gerda.geheim@nord.example,Member,Active\n"
    )
    (folder / "coverage.yaml").write_text(
        'as-of: 2026-11-20T12:00:00Z\ncompany: {name: "Nörd\\r\\nBcc: everybody@nord.example", domains: [nord.example]}\n'
        "hr: [{file: hr.csv, extracted-at: 2026-11-20}]\n"
        f"apps: {{slack: {{roster: slack.csv, extracted-at: 2026-11-20}}, notion: {{}}}}\nnotify: {notify}\n"
    )


def run(what, code, trusted=None, **environment):
    environment = {"NO_COLOR": "1", "RUST_LOG": "trace", "RUST_BACKTRACE": "1"} | environment
    if trusted:
        environment["SSL_CERT_FILE"] = str(trusted)
    done = subprocess.run(
        [PROGRAM, "notify", str(folder)], env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    said = done.stdout + done.stderr
    expect(done.returncode == code, f"{what}: exit code {done.returncode}")
    if done.returncode != code:
        print(said)
    for secret in SECRETS:
        expect(secret not in said, f"{what}: no secret is shown")
    return said


def mail(controller, security, user=True):
    sign = ", user: robot, password: {env: PASS}" if user else ""
    workspace(
        f"{{mail: {{host: 127.0.0.1, port: {controller.port}, security: {security}, from: coverage@nord.example, "
        f"to: [it@nord.example, audit@nord.example]{sign}}}}}"
    )


def taken(box, what, encrypted):
    expect(len(box.mails) == 1, f"{what}: one mail is taken")
    if not box.mails:
        return
    sender, to, content, was_encrypted = box.mails[0]
    expect((sender, to) == ("coverage@nord.example", ["it@nord.example", "audit@nord.example"]), f"{what}: its people")
    # A server that is encrypted from the beginning takes nothing else, and its session does not know.
    expect(encrypted is None or was_encrypted == encrypted, f"{what}: encrypted or not")
    read = email.message_from_bytes(content, policy=email.policy.default)
    text = read.get_content()
    expect("Nörd" in read["Subject"] and read["Bcc"] is None, f"{what}: subject {read['Subject']!r}")
    expect("1 of 1 person who left still has access" in text, f"{what}: the numbers are there")
    expect("not evaluated: Notion" in text and "unknown, not a pass" in text, f"{what}: what cannot be decided is said")
    expect("Gerda" not in text and "gerda" not in text, f"{what}: nobody is named")
    expect(all(secret.encode() not in content for secret in SECRETS), f"{what}: no secret is in the mail")


pem, context = certificate("known")
_, stranger = certificate("stranger")
auth = {"authenticator": sign_in, "auth_required": True}

for what, settings, security, user, wrap, encrypted in [
    ("in the open on loopback", {}, "none", False, None, False),
    ("in the open, signed in", auth | {"auth_require_tls": False}, "none", True, None, False),
    ("STARTTLS", {"tls_context": context, "require_starttls": True}, "starttls", False, None, True),
    ("STARTTLS, signed in", auth | {"tls_context": context, "require_starttls": True}, "starttls", True, None, True),
    ("TLS, signed in", auth | {"auth_require_tls": False}, "tls", True, context, None),
]:
    box = Box()
    server = Mail(box, wrap, **settings)
    server.start()
    mail(server, security, user)
    said = run(what, 0, trusted=pem, PASS=PASSWORD)
    expect("Sent by mail to it@nord.example, audit@nord.example" in said, f"{what}: it is said")
    taken(box, what, encrypted)
    server.stop()

box = Box()
server = Mail(box, None, tls_context=context, require_starttls=True, **auth)
server.start()
mail(server, "starttls")
said = run("a wrong password", 1, trusted=pem, PASS=WRONG)
expect("535" in said and not box.mails, "a wrong password: the server's answer is told")
(folder / "password").write_text(PASSWORD + "\n")
(folder / "password").chmod(0o600)
notify = (folder / "coverage.yaml").read_text().replace("password: {env: PASS}", "password: {file: password}")
(folder / "coverage.yaml").write_text(notify)
run("a password in a file", 0, trusted=pem)
expect(len(box.mails) == 1, "a password in a file: taken")
mail(server, "starttls")
said = run("a certificate that nobody vouches for", 1, PASS=PASSWORD)
expect(len(box.mails) == 1 and "certificate" in said.lower(), "a certificate that nobody vouches for: refused")
server.stop()

# A server that takes off the offer to encrypt gets no password.
box = Box()
server = Mail(box, None, **auth, auth_require_tls=False)
server.start()
mail(server, "starttls")
said = run("a server without STARTTLS", 1, trusted=pem, PASS=PASSWORD)
expect(not box.mails, "a server without STARTTLS: nothing is sent")
server.stop()

box = Box(later=2)
server = Mail(box, None, **auth, auth_require_tls=False)
server.start()
mail(server, "none")
run("a server that says later", 0, PASS=PASSWORD)
expect(len(box.mails) == 1, "a server that says later: taken at last")
box.later = 99
said = run("a server that always says later", 1, PASS=PASSWORD)
expect("tried 3 times" in said and box.later == 96, "a server that always says later: three times, not for ever")
server.stop()
said = run("no server", 1, PASS=PASSWORD)

# A webhook over TLS.
asked = []


class Hook(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        asked.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


class Quiet(http.server.ThreadingHTTPServer):
    def handle_error(self, *_):
        pass


for what, server_context, trusted, code in [
    ("a webhook over TLS", context, pem, 0),
    ("a webhook with a stranger's certificate", stranger, pem, 1),
]:
    hook = Quiet(("127.0.0.1", 0), Hook)
    hook.socket = server_context.wrap_socket(hook.socket, server_side=True)
    threading.Thread(target=hook.serve_forever, daemon=True).start()
    workspace("{webhook: {url: {env: HOOK}}}")
    run(what, code, trusted=trusted, HOOK=f"https://localhost:{hook.server_port}/{TOKEN}")
    hook.shutdown()
expect([path for path, _ in asked] == [f"/{TOKEN}"], "the webhook that is trusted, and no other, has got the summary")

sys.exit(bool(wrong))
