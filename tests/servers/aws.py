"""`coverage pull` against moto: the credential report of IAM and the users of Identity Center. Every request goes through a gate
where botocore, the vendor's own library, signs it a second time: only the same signature passes."""

import http.server
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import urllib.request

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

import scim
from scim import free_port, until_it_listens

scim.COVERAGE, MOTO = sys.argv[1:]
PEOPLE = 12
STORE = "d-1234567890"
KEY, SECRET = "AKIAIOSFODNN7EXAMPLE", "a/secret+key=of the check"
SIGNED = re.compile(
    r"AWS4-HMAC-SHA256 Credential=([^/]+)/\d{8}/([^/]+)/([^/]+)/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$"
)
NO = (
    b'<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>Sender</Type>'
    b"<Code>SignatureDoesNotMatch</Code><Message>no</Message></Error><RequestId>1</RequestId></ErrorResponse>"
)


def gate(moto, passed):
    class Gate(http.server.BaseHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def do_GET(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            url = f"http://{self.headers['Host']}{self.path}"
            if not self.is_signed(url, body):
                return self.reply(403, "text/xml", NO)
            headers = {name: value for name, value in self.headers.items() if name.lower() != "host"}
            request = urllib.request.Request(moto + self.path, body or None, headers, method=self.command)
            with urllib.request.urlopen(request) as answer:
                passed.append(self.path)
                self.reply(answer.status, answer.headers["Content-Type"], answer.read())

        do_POST = do_GET

        def is_signed(self, url, body):
            signed = SIGNED.match(self.headers["Authorization"])
            if not signed or signed[1] != KEY:
                return False
            headers = {name: self.headers[name] for name in signed[4].split(";")}
            again = AWSRequest(self.command, url, headers=headers, data=body)
            again.context["timestamp"] = self.headers["X-Amz-Date"]
            auth = SigV4Auth(Credentials(KEY, SECRET), signed[3], signed[2])
            return auth.signature(auth.string_to_sign(again, auth.canonical_request(again)), again) == signed[5]

        def reply(self, status, kind, body):
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Gate)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def pull(folder, base, secret):
    common = f"    url: {base}\n    without-tls: true\n    user: {KEY}\n    secret: {{env: AWS_SECRET_ACCESS_KEY}}\n"
    with open(f"{folder}/pull.yaml", "w") as f:
        f.write(
            f"pulls:\n  report:\n    list: aws-iam-credential-report\n{common}"
            f"  people:\n    list: aws-iam-identity-center-users\n{common}    with: {{region: us-east-1, identity-store: {STORE}}}\n"
        )
    command = [scim.COVERAGE, "pull", "--workspace", folder]
    done = subprocess.run(command, env={**os.environ, "AWS_SECRET_ACCESS_KEY": secret}, capture_output=True, text=True)
    said = done.stdout + done.stderr
    assert secret not in said, "the secret was shown"
    return done.returncode, said


def check():
    port = free_port()
    moto = subprocess.Popen(
        [MOTO, "-H", "127.0.0.1", "-p", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        until_it_listens(port, moto)
        passed = []
        server = gate(f"http://127.0.0.1:{port}", passed)
        base = f"http://127.0.0.1:{server.server_address[1]}"
        of = {
            "endpoint_url": f"http://127.0.0.1:{port}",
            "region_name": "us-east-1",
            "aws_access_key_id": KEY,
            "aws_secret_access_key": SECRET,
        }
        iam, store = boto3.client("iam", **of), boto3.client("identitystore", **of)
        for n in range(PEOPLE):
            name = f"person{n}@lumen.example"
            iam.create_user(UserName=name)
            iam.create_login_profile(UserName=name, Password="not-a-real-one")
        for n in range(230):
            name = f"person{n}@lumen.example"
            store.create_user(
                IdentityStoreId=STORE,
                UserName=name,
                DisplayName=f"Person {n}",
                Name={"GivenName": "Person", "FamilyName": str(n)},
                Emails=[{"Value": name, "Type": "work", "Primary": True}],
            )
        with tempfile.TemporaryDirectory() as folder:
            scim.write_hr(folder, PEOPLE)
            code, said = pull(folder, base, "another secret")
            assert code == 1 and not passed, said
            assert "does not accept the token: 401 (SignatureDoesNotMatch)" in said, said
            code, said = pull(folder, base, SECRET)
            assert code == 0, said
            assert "people: 230 entries, 3 pages" in said and f"report: {PEOPLE} entries, 1 page" in said, said
            print("ok    moto, by signatures that botocore makes too: " + "; ".join(said.strip().split("\n")))
            report = iam.get_credential_report()["Content"]
            with open(f"{folder}/by-hand.csv", "wb") as f:
                f.write(report)
            with open(f"{folder}/pulled/report.csv", "rb") as f:
                assert f.read() == report, "the report is not kept as it is"
            with open(f"{folder}/pulled/report.pull.json") as f:
                note = json.load(f)
            # moto says so of every report.
            assert note["made"].startswith("2015-02-02T") and note["complete"], note
            at = {"extracted-at": "2026-11-30"}
            of_report = scim.findings(folder, {"file": "pulled/report.csv", **at})
            assert of_report and of_report == scim.findings(folder, {"file": "by-hand.csv", **at}), of_report
            users = [user for page in store.get_paginator("list_users").paginate(IdentityStoreId=STORE) for user in page["Users"]]
            assert len(users) == 230
            with open(f"{folder}/by-hand.json", "w") as f:
                json.dump({"Users": users}, f)
            of_people = scim.findings(folder, {"file": "pulled/people.jsonl", **at})
            assert of_people and of_people == scim.findings(folder, {"file": "by-hand.json", **at}), of_people[:3]
            print(f"ok    the findings of both lists saved by hand: {len(of_report)} and {len(of_people)}")
        server.shutdown()
    finally:
        moto.terminate()
        moto.wait()


check()
