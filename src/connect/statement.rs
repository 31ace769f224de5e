//! Statements that a private key signs (JSON Web Signature, RFC 7515), for servers that give tokens for them (RFC 7523).

use crate::host::{Secret, now};
use crate::model::RsaSigns;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaKeyPair,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

/// So many seconds a statement may be used. The shortest limits that servers have are longer.
const GOOD_FOR: i64 = 300;

/// A key that signs, and what goes with it. It shows nothing of itself.
pub struct Key {
    pair: Pair,
    /// Whose it is, where its file says so.
    pub owner: Option<String>,
    header: Map<String, Value>,
}

enum Pair {
    Rsa(RsaKeyPair, RsaSigns),
    P256(EcdsaKeyPair),
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(…)")
    }
}

/// The file of a service account. What else stands in it, an address for tokens above all, is not believed.
#[derive(serde::Deserialize)]
struct KeyFile {
    private_key: String,
    #[serde(default)]
    private_key_id: Option<String>,
    #[serde(default)]
    client_email: Option<String>,
}

impl Key {
    /// Reads a key: PEM, or JSON that holds it. `kid` is its id at the server.
    ///
    /// # Errors
    /// What is wrong with it. The words hold nothing of it.
    pub fn read(secret: &Secret, rsa: RsaSigns, names_certificate: bool, kid: Option<&str>) -> Result<Self, String> {
        let text = secret.reveal();
        if text.trim_start().starts_with('{') {
            // What the JSON reader says of a fault may quote the text.
            let file: KeyFile = serde_json::from_str(text)
                .map_err(|e| format!("the key file is no JSON with `private_key` (line {})", e.line()))?;
            let mut key = Self::of_pem(&Secret::new(file.private_key), rsa, names_certificate)?;
            key.owner = file.client_email;
            if let Some(id) = kid.or(file.private_key_id.as_deref()) {
                key.header.insert("kid".to_owned(), json!(id));
            }
            return Ok(key);
        }
        let mut key = Self::of_pem(secret, rsa, names_certificate)?;
        if let Some(id) = kid {
            key.header.insert("kid".to_owned(), json!(id));
        }
        Ok(key)
    }

    fn of_pem(secret: &Secret, rsa: RsaSigns, names_certificate: bool) -> Result<Self, String> {
        let pem = secret.reveal().as_bytes();
        if secret.reveal().contains("BEGIN ENCRYPTED PRIVATE KEY") || secret.reveal().contains("Proc-Type: 4,ENCRYPTED")
        {
            return Err(
                "the private key is locked with a passphrase; give it unlocked, from where your secrets are kept \
                        (`secret: {command: […]}`)"
                    .to_owned(),
            );
        }
        let der = PrivateKeyDer::from_pem_slice(pem)
            .map_err(|_| "the secret is no private key in PEM (`-----BEGIN PRIVATE KEY-----`)".to_owned())?;
        let p256 = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let pair = match &der {
            PrivateKeyDer::Pkcs1(der) => RsaKeyPair::from_der(der.secret_pkcs1_der()).ok().map(|k| Pair::Rsa(k, rsa)),
            PrivateKeyDer::Sec1(der) => {
                EcdsaKeyPair::from_private_key_der(p256, der.secret_sec1_der()).ok().map(Pair::P256)
            }
            PrivateKeyDer::Pkcs8(der) => {
                let der = der.secret_pkcs8_der();
                let rsa = RsaKeyPair::from_pkcs8(der).ok().map(|k| Pair::Rsa(k, rsa));
                rsa.or_else(|| EcdsaKeyPair::from_pkcs8(p256, der).ok().map(Pair::P256))
            }
            _ => None,
        };
        let pair = pair.ok_or("the private key is neither RSA with 2048 bits or more nor P-256")?;
        let mut header = Map::new();
        header.insert("typ".to_owned(), json!("JWT"));
        let algorithm = match &pair {
            Pair::Rsa(_, RsaSigns::Rs256) => "RS256",
            Pair::Rsa(_, RsaSigns::Ps256) => "PS256",
            Pair::P256(_) => "ES256",
        };
        header.insert("alg".to_owned(), json!(algorithm));
        if names_certificate {
            let certificate = CertificateDer::from_pem_slice(pem).map_err(|_| {
                "the file with the key holds no certificate; put it behind the key (`-----BEGIN CERTIFICATE-----`)"
                    .to_owned()
            })?;
            if !certificate.windows(public(&pair).len()).any(|part| part == public(&pair)) {
                return Err("the certificate in the file is not that of the private key".to_owned());
            }
            header.insert("x5t#S256".to_owned(), json!(URL_SAFE_NO_PAD.encode(Sha256::digest(&*certificate))));
        }
        Ok(Self { pair, owner: None, header })
    }

    /// A signed statement. Each is another one: servers refuse one that comes twice.
    ///
    /// # Errors
    /// It cannot be signed.
    pub fn statement(&self, claims: &[(&str, &str)]) -> Result<Secret, String> {
        let mut id = [0; 16];
        getrandom::fill(&mut id).map_err(|e| format!("the system gives no random numbers: {e}"))?;
        let made = now().as_second();
        let mut all: Map<String, Value> =
            claims.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
        all.insert("iat".to_owned(), json!(made));
        all.insert("nbf".to_owned(), json!(made));
        all.insert("exp".to_owned(), json!(made + GOOD_FOR));
        all.insert("jti".to_owned(), json!(URL_SAFE_NO_PAD.encode(id)));
        let part = |map: &Map<String, Value>| URL_SAFE_NO_PAD.encode(Value::Object(map.clone()).to_string());
        let text = format!("{}.{}", part(&self.header), part(&all));
        let signed = self.sign(text.as_bytes()).ok_or("the statement cannot be signed")?;
        Ok(Secret::new(format!("{text}.{}", URL_SAFE_NO_PAD.encode(signed))))
    }

    fn sign(&self, text: &[u8]) -> Option<Vec<u8>> {
        let random = SystemRandom::new();
        match &self.pair {
            Pair::Rsa(pair, way) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                let way = match way {
                    RsaSigns::Rs256 => &RSA_PKCS1_SHA256,
                    RsaSigns::Ps256 => &RSA_PSS_SHA256,
                };
                pair.sign(way, &random, text, &mut signature).ok()?;
                Some(signature)
            }
            Pair::P256(pair) => pair.sign(&random, text).ok().map(|signature| signature.as_ref().to_vec()),
        }
    }
}

fn public(pair: &Pair) -> &[u8] {
    match pair {
        Pair::Rsa(pair, _) => pair.public_key().as_ref(),
        Pair::P256(pair) => pair.public_key().as_ref(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::signature::{
        ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256, UnparsedPublicKey,
        VerificationAlgorithm,
    };

    fn pem(label: &str, der: &[u8]) -> String {
        let body = base64::engine::general_purpose::STANDARD.encode(der);
        let lines: Vec<&str> = body.as_bytes().chunks(64).map(|l| std::str::from_utf8(l).unwrap()).collect();
        format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
    }

    fn rsa() -> (RsaKeyPair, String) {
        use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
        let pair = RsaKeyPair::generate(aws_lc_rs::rsa::KeySize::Rsa2048).unwrap();
        let der: Pkcs8V1Der<'_> = pair.as_der().unwrap();
        let text = pem("PRIVATE KEY", der.as_ref());
        (pair, text)
    }

    fn verified(statement: &Secret, algorithm: &'static dyn VerificationAlgorithm, public: &[u8]) -> (Value, Value) {
        let parts: Vec<&str> = statement.reveal().split('.').collect();
        let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
        let signed = format!("{}.{}", parts[0], parts[1]);
        UnparsedPublicKey::new(algorithm, public).verify(signed.as_bytes(), &bytes(parts[2])).unwrap();
        (serde_json::from_slice(&bytes(parts[0])).unwrap(), serde_json::from_slice(&bytes(parts[1])).unwrap())
    }

    #[test]
    fn each_statement_is_signed_and_another_one() {
        let (pair, text) = rsa();
        let secret = Secret::new(text);
        for (way, name, algorithm) in [
            (RsaSigns::Rs256, "RS256", &RSA_PKCS1_2048_8192_SHA256 as &'static dyn VerificationAlgorithm),
            (RsaSigns::Ps256, "PS256", &RSA_PSS_2048_8192_SHA256),
        ] {
            let key = Key::read(&secret, way, false, Some("k1")).unwrap();
            let (one, two) = (key.statement(&[("iss", "me")]).unwrap(), key.statement(&[("iss", "me")]).unwrap());
            let (header, claims) = verified(&one, algorithm, pair.public_key().as_ref());
            assert_eq!(header, json!({"typ": "JWT", "alg": name, "kid": "k1"}));
            assert_eq!(claims["iss"], "me");
            assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), GOOD_FOR);
            assert_ne!(claims["jti"], verified(&two, algorithm, pair.public_key().as_ref()).1["jti"]);
        }
    }

    #[test]
    fn a_p256_key_signs_too() {
        let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).unwrap();
        let public = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, made.as_ref()).unwrap();
        let secret = Secret::new(pem("PRIVATE KEY", made.as_ref()));
        let key = Key::read(&secret, RsaSigns::Rs256, false, None).unwrap();
        let statement = key.statement(&[]).unwrap();
        let (header, _) = verified(&statement, &ECDSA_P256_SHA256_FIXED, public.public_key().as_ref());
        assert_eq!(header["alg"], "ES256");
    }

    #[test]
    fn a_file_of_a_service_account_says_whose_key_it_is_and_its_address_is_not_believed() {
        let (_, text) = rsa();
        let file = json!({"type": "service_account", "private_key": text, "private_key_id": "abc",
            "client_email": "reader@project.example", "token_uri": "https://evil.example/token"});
        let key = Key::read(&Secret::new(file.to_string()), RsaSigns::Rs256, false, None).unwrap();
        assert_eq!((key.owner.as_deref(), &key.header["kid"]), (Some("reader@project.example"), &json!("abc")));
    }

    #[test]
    fn a_certificate_is_named_by_its_hash_and_must_be_that_of_the_key() {
        let (pair, text) = rsa();
        // Only that the key stands in it is looked at; the server judges the rest.
        let certificate = [b"head".as_slice(), pair.public_key().as_ref(), b"tail"].concat();
        let both = format!("{text}{}", pem("CERTIFICATE", &certificate));
        let key = Key::read(&Secret::new(both), RsaSigns::Ps256, true, None).unwrap();
        assert_eq!(key.header["x5t#S256"], json!(URL_SAFE_NO_PAD.encode(Sha256::digest(&certificate))));
        let other = format!("{text}{}", pem("CERTIFICATE", b"of somebody else"));
        let why = |text: String| Key::read(&Secret::new(text), RsaSigns::Ps256, true, None).unwrap_err();
        assert!(why(other).contains("is not that of the private key"));
        assert!(why(text).contains("holds no certificate"));
    }

    #[test]
    fn what_is_wrong_with_a_key_is_told_without_it() {
        let (_, good) = rsa();
        let body: String = good.lines().nth(3).unwrap().to_owned();
        let locked =
            good.replace("BEGIN PRIVATE", "BEGIN ENCRYPTED PRIVATE").replace("END PRIVATE", "END ENCRYPTED PRIVATE");
        let cut: String = good.lines().take(8).map(|l| format!("{l}\n")).collect();
        for (text, what) in [
            (locked, "locked with a passphrase"),
            (cut, "no private key in PEM"),
            (format!("{{\"private_key\": \"{body}\"}}"), "no private key in PEM"),
            (format!("{{\"key\": \"{body}\"}}"), "no JSON with `private_key`"),
            (pem("PRIVATE KEY", body.as_bytes()), "neither RSA"),
        ] {
            let why = Key::read(&Secret::new(text), RsaSigns::Rs256, false, None).unwrap_err();
            assert!(why.contains(what) && !why.contains(&body), "{why}");
        }
    }
}
