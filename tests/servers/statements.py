"""Signed statements of `coverage pull`, judged by another implementation (PyPI cryptography): RSA keys in both PEM forms, P-256 keys,
a real certificate, and the key file of a service account. The lists behind them are empty on purpose."""

import base64
import datetime
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.x509.oid import NameOID

COVERAGE = sys.argv[1]
TOKEN = "token-of-the-check"
seen = set()
expected = {}


def unpacked(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def judged(statement):
    """The header and claims of a statement, if its signature is right and it never came before."""
    head, claims, signature = statement.split(".")
    signed, signature, key = f"{head}.{claims}".encode(), unpacked(signature), expected["key"]
    header, claims = json.loads(unpacked(head)), json.loads(unpacked(claims))
    if header["alg"] == "RS256":
        key.verify(signature, signed, padding.PKCS1v15(), hashes.SHA256())
    elif header["alg"] == "PS256":
        key.verify(signature, signed, padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())
    else:
        assert header["alg"] == "ES256" and len(signature) == 64, header
        halves = [int.from_bytes(signature[:32]), int.from_bytes(signature[32:])]
        key.verify(encode_dss_signature(*halves), signed, ec.ECDSA(hashes.SHA256()))
    now = datetime.datetime.now().timestamp()
    assert claims["iat"] <= now + 5 and now < claims["exp"] <= claims["iat"] + 600, claims
    assert claims["jti"] not in seen, "a statement came twice"
    seen.add(claims["jti"])
    return header, claims


class Server(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def say(self, status, body):
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def do_POST(self):
        text = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = dict(urllib.parse.parse_qsl(text))
        try:
            header, claims = judged(form.get("client_assertion") or form["assertion"])
            assert claims["aud"] == f"http://{self.headers['Host']}/token", claims
            for name, value in expected["header"].items():
                assert header[name] == value, header
            for name, value in expected["claims"].items():
                assert claims[name] == value, claims
        except Exception as problem:
            print(f"the statement is refused: {problem!r}")
            # It says what it was sent: nothing of it may show.
            return self.say(401, {"error": "invalid_client", "error_description": text})
        self.say(200, {"access_token": TOKEN, "token_type": "Bearer", "expires_in": 3600})

    def do_GET(self):
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            return self.say(401, {"errorSummary": "no token"})
        self.say(200, [] if self.path.startswith("/api/") else {"value": [], "users": []})


def pem(key, form):
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()


def certificate(key):
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "coverage of Lumen")])
    today = datetime.datetime(2026, 1, 1)
    built = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    built = built.serial_number(7).not_valid_before(today).not_valid_after(today + datetime.timedelta(days=3650))
    made = built.sign(key, hashes.SHA256())
    der = made.public_bytes(serialization.Encoding.DER)
    thumb = base64.urlsafe_b64encode(hashlib.sha256(der).digest()).decode().rstrip("=")
    return made.public_bytes(serialization.Encoding.PEM).decode(), thumb


def check(what, base, lines, secret, code=0):
    with tempfile.TemporaryDirectory() as folder:
        with open(os.open(f"{folder}/key", os.O_CREAT | os.O_WRONLY, 0o600), "w") as f:
            f.write(secret)
        with open(f"{folder}/pull.yaml", "w") as f:
            f.write("pulls:\n  one:\n" + "".join(f"    {line}\n" for line in lines))
            f.write(f"    url: {base}\n    token-url: {base}/token\n    without-tls: true\n    secret: {{file: key}}\n")
        done = subprocess.run([COVERAGE, "pull", "--workspace", folder], capture_output=True, text=True)
        said = (done.stdout + done.stderr).strip()
        assert done.returncode == code, f"{what}: {said}"
        bodies = [line for line in secret.splitlines() if len(line) >= 60 and "PRIVATE" not in line]
        texts = [said]
        for root, _, files in os.walk(folder):
            texts += [open(os.path.join(root, name)).read() for name in files if name != "key"]
        assert not any(body in text for body in bodies for text in texts), f"{what}: the key is told"
        assert not any("eyJ" in text or TOKEN in text for text in texts), f"{what}: a statement or a token is told"
        print(f"ok    statements, {what}: {said.splitlines()[0][:110]}")


server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
threading.Thread(target=server.serve_forever, daemon=True).start()
try:
    base = f"http://127.0.0.1:{server.server_port}"
    pkcs8, older = serialization.PrivateFormat.PKCS8, serialization.PrivateFormat.TraditionalOpenSSL
    okta = ["list: okta-users", "credentials: key", "user: 0oaclient", "with: {key-id: k1}"]
    client = {"iss": "0oaclient", "sub": "0oaclient"}
    rsa_key, ec_key = rsa.generate_private_key(65537, 2048), ec.generate_private_key(ec.SECP256R1())
    for key, alg in [(rsa_key, "RS256"), (ec_key, "ES256")]:
        expected.update(key=key.public_key(), header={"alg": alg, "kid": "k1"}, claims=client)
        for written, form in [("PKCS 8", pkcs8), ("the older form", older)]:
            check(f"{alg}, {written}", base, okta, pem(key, form))

    text, thumb = certificate(rsa_key)
    expected.update(key=rsa_key.public_key(), header={"alg": "PS256", "x5t#S256": thumb}, claims={"iss": "app", "sub": "app"})
    entra = ["list: microsoft-entra-id-users", "credentials: certificate", "user: app", "with: {tenant: t1}"]
    check("a certificate", base, entra, pem(rsa_key, pkcs8) + text)

    google = ["list: google-workspace-users", "with: {admin: admin@lumen.example}"]
    scope = "https://www.googleapis.com/auth/admin.directory.user.readonly"
    expected.update(
        header={"alg": "RS256", "kid": "k2"},
        claims={"iss": "reader@lumen.example", "sub": "admin@lumen.example", "scope": scope},
    )
    file = {"client_email": "reader@lumen.example", "private_key_id": "k2", "private_key": pem(rsa_key, pkcs8)}
    check("the file of a service account", base, google, json.dumps(file, indent=2))

    expected.update(key=rsa.generate_private_key(65537, 2048).public_key(), header={}, claims={})
    check("a key that the server does not know", base, okta, pem(rsa_key, pkcs8), code=1)
finally:
    server.shutdown()
