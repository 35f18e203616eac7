"""PyJWT against Sambung's tokens, in both directions."""

import base64
import hashlib
import hmac
import json
import os
import pathlib
import subprocess
import tempfile
import time
import unittest
import uuid

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

TOOL = os.environ["SAMBUNG_JWT_TOOL"]
SECRET = b"a shared secret of more than 32 bytes"
HEADERS = {"typ": "at+jwt", "kid": "k1"}


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Tokens(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        pair = Ed25519PrivateKey.generate()
        self.private = pair.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        self.public = pair.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        self.ids = {"sub": str(uuid.uuid4()), "tenant": str(uuid.uuid4()), "sid": str(uuid.uuid4())}

    def run_tool(self, verb, algorithm, key, *arguments, token=""):
        file = self.folder / "key"
        file.write_bytes(key)
        return subprocess.run(
            [TOOL, verb, algorithm, str(file), *arguments], input=token, capture_output=True, text=True, timeout=60, check=False
        )

    def signed_by_us(self, algorithm, key):
        done = self.run_tool("sign", algorithm, key, *self.ids.values())
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.strip()

    def claims(self, **changes):
        now = int(time.time())
        usual = {"iss": "sambung", "aud": "sambung", "jti": "token-2", "iat": now, "exp": now + 900}
        return {**usual, **self.ids, **changes}

    def refused_by_us(self, algorithm, key, token):
        done = self.run_tool("verify", algorithm, key, token=token)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (1, "", "the token is not valid\n"))

    def check_ours(self, algorithm, sign_with, verify_with):
        token = self.signed_by_us(algorithm, sign_with)
        required = ["iss", "aud", "sub", "jti", "iat", "exp"]
        found = jwt.decode(
            token, verify_with, algorithms=[algorithm], audience="sambung", issuer="sambung", options={"require": required}
        )
        self.assertEqual({name: found[name] for name in self.ids}, self.ids)
        self.assertEqual(found["exp"] - found["iat"], 900)
        self.assertEqual(jwt.get_unverified_header(token), {"alg": algorithm, **HEADERS})

    def check_theirs(self, algorithm, sign_with, verify_with):
        claims = self.claims()
        done = self.run_tool("verify", algorithm, verify_with, token=jwt.encode(claims, sign_with, algorithm, HEADERS))
        self.assertEqual(done.returncode, 0, done.stderr)
        found = json.loads(done.stdout)
        self.assertEqual(found, {name: claims[name] for name in found})
        self.assertEqual(len(found), 6)

    def test_pyjwt_verifies_our_hs256(self):
        self.check_ours("HS256", SECRET, SECRET)

    def test_pyjwt_verifies_our_eddsa(self):
        self.check_ours("EdDSA", self.private, self.public)

    def test_we_verify_pyjwts_hs256(self):
        self.check_theirs("HS256", SECRET, SECRET)

    def test_we_verify_pyjwts_eddsa(self):
        self.check_theirs("EdDSA", self.private, self.public)

    def test_both_refuse_the_other_ones_key(self):
        stranger = Ed25519PrivateKey.generate()
        theirs = stranger.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        self.refused_by_us("EdDSA", self.public, jwt.encode(self.claims(), theirs, "EdDSA", HEADERS))
        with self.assertRaises(jwt.InvalidSignatureError):
            jwt.decode(self.signed_by_us("EdDSA", theirs), self.public, algorithms=["EdDSA"], audience="sambung")

    def test_we_refuse_what_pyjwt_signs_otherwise(self):
        self.refused_by_us("HS256", SECRET, jwt.encode(self.claims(), None, "none", HEADERS))
        self.refused_by_us("HS256", SECRET * 2, jwt.encode(self.claims(), SECRET * 2, "HS512", HEADERS))
        self.refused_by_us("HS256", SECRET, jwt.encode(self.claims(), SECRET, "HS256", {**HEADERS, "typ": "JWT"}))
        self.refused_by_us("HS256", SECRET, jwt.encode(self.claims(aud="other"), SECRET, "HS256", HEADERS))
        past = self.claims(iat=int(time.time()) - 2_000, exp=int(time.time()) - 1_000)
        self.refused_by_us("HS256", SECRET, jwt.encode(past, SECRET, "HS256", HEADERS))

    def test_we_refuse_a_public_key_as_a_secret(self):
        header = base64url(json.dumps({"alg": "HS256", **HEADERS}).encode())
        text = header + "." + base64url(json.dumps(self.claims()).encode())
        signature = hmac.new(self.public, text.encode(), hashlib.sha256).digest()
        self.refused_by_us("EdDSA", self.public, text + "." + base64url(signature))


if __name__ == "__main__":
    unittest.main()
