//! Signs requests for AWS: Signature Version 4. The secret key itself is never sent.

use crate::host::Secret;
use hmac::digest::KeyInit as _;
use hmac::{Hmac, Mac as _};
use jiff::Timestamp;
use reqwest::header::{CONTENT_TYPE, HOST, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Request, Url};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use zeroize::Zeroizing;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
const DATE: HeaderName = HeaderName::from_static("x-amz-date");
const TOKEN: HeaderName = HeaderName::from_static("x-amz-security-token");

/// Who signs, and for what.
#[derive(Debug)]
pub(super) struct Key {
    id: String,
    secret: Secret,
    /// Goes with keys that end by themselves.
    session: Option<Secret>,
    service: String,
    region: String,
}

impl Key {
    /// A key: its id and the secret, or what `aws configure export-credentials` prints.
    ///
    /// # Errors
    /// What does not fit, in words without the secret.
    pub(super) fn new(user: Option<&str>, secret: &Secret, service: &str, region: &str) -> Result<Self, String> {
        #[derive(serde::Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Exported {
            access_key_id: String,
            secret_access_key: String,
            session_token: Option<String>,
        }
        let (id, secret, session) = if secret.reveal().starts_with('{') {
            let of: Exported = serde_json::from_str(secret.reveal())
                .map_err(|_| "the secret is JSON without `AccessKeyId` and `SecretAccessKey`")?;
            (of.access_key_id, Secret::new(of.secret_access_key), of.session_token.map(Secret::new))
        } else {
            let id = user.ok_or("`user` is missing: the id of the access key")?;
            (id.to_owned(), secret.clone(), None)
        };
        Ok(Self { id, secret, session, service: service.to_owned(), region: region.to_owned() })
    }

    /// What is sent of the secret with every request, if anything is.
    pub(super) fn session(&self) -> Option<&str> {
        self.session.as_ref().map(Secret::reveal)
    }

    /// Adds the signature. The address is written as it is signed.
    pub(super) fn sign(&self, request: &mut Request, now: Timestamp) -> Result<(), String> {
        let query = query(request.url());
        request.url_mut().set_query((!query.is_empty()).then_some(&query));
        let time = now.strftime("%Y%m%dT%H%M%SZ").to_string();
        let day = time.get(..8).unwrap_or_default();
        let host = host(request.url());
        let plain = |text: &str| HeaderValue::from_str(text).map_err(|_| "no header can hold this".to_owned());
        let headers = request.headers_mut();
        headers.insert(HOST, plain(&host)?);
        headers.insert(DATE, plain(&time)?);
        if let Some(session) = &self.session {
            let mut value = plain(session.reveal())?;
            value.set_sensitive(true);
            headers.insert(TOKEN, value);
        }
        let (names, lines) = signed(request.headers());
        let body = request.body().and_then(|body| body.as_bytes()).unwrap_or_default();
        let canonical = format!(
            "{}\n{}\n{query}\n{lines}\n{names}\n{}",
            request.method(),
            path(request.url()),
            hex(&Sha256::digest(body))
        );
        let scope = format!("{day}/{}/{}/aws4_request", self.region, self.service);
        let text = format!("{ALGORITHM}\n{time}\n{scope}\n{}", hex(&Sha256::digest(canonical.as_bytes())));
        let mut key = Zeroizing::new(format!("AWS4{}", self.secret.reveal()).into_bytes());
        for part in [day, &self.region, &self.service, "aws4_request"] {
            key = Zeroizing::new(mac(&key, part)?);
        }
        let signature = hex(&mac(&key, &text)?);
        let mut value = plain(&format!(
            "{ALGORITHM} Credential={}/{scope}, SignedHeaders={names}, Signature={signature}",
            self.id
        ))?;
        value.set_sensitive(true);
        request.headers_mut().insert(reqwest::header::AUTHORIZATION, value);
        Ok(())
    }
}

fn mac(key: &[u8], text: &str) -> Result<Vec<u8>, String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).map_err(|e| e.to_string())?;
    mac.update(text.as_bytes());
    Ok(mac.finalize().into_bytes().to_vec())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// The host as it is sent: the port only where it is not the usual one.
fn host(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// The path, in which what is already escaped is escaped again: so it is done for every service but S3.
fn path(url: &Url) -> String {
    url.path().split('/').map(escaped).collect::<Vec<_>>().join("/")
}

/// The parameters in their order, as they are signed and sent.
fn query(url: &Url) -> String {
    let mut pairs: Vec<(String, String)> =
        url.query_pairs().map(|(name, value)| (escaped(&name), escaped(&value))).collect();
    pairs.sort();
    pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}

/// Everything but letters, digits, `-`, `_`, `.` and `~` in escapes.
fn escaped(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'~');
    text.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

/// The headers that are signed: their names, and themselves.
fn signed(headers: &HeaderMap) -> (String, String) {
    let mut lines: BTreeMap<&str, String> = BTreeMap::new();
    for name in headers.keys() {
        if name == HOST || name == CONTENT_TYPE || name.as_str().starts_with("x-amz-") {
            let values = headers
                .get_all(name)
                .iter()
                .map(|v| String::from_utf8_lossy(v.as_bytes()).split_whitespace().collect::<Vec<_>>().join(" "));
            lines.insert(name.as_str(), values.collect::<Vec<_>>().join(","));
        }
    }
    let names = lines.keys().copied().collect::<Vec<_>>().join(";");
    (names, lines.iter().map(|(name, value)| format!("{name}:{value}\n")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::Method;

    const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

    fn signature(key: &Key, method: Method, url: &str, headers: &[(&'static str, &str)], body: &str) -> String {
        let mut request = Request::new(method, Url::parse(url).unwrap());
        for (name, value) in headers {
            request.headers_mut().append(*name, HeaderValue::from_str(value).unwrap());
        }
        if !body.is_empty() {
            *request.body_mut() = Some(body.to_owned().into());
        }
        key.sign(&mut request, "2015-08-30T12:36:00Z".parse().unwrap()).unwrap();
        request.headers()["authorization"].to_str().unwrap().to_owned()
    }

    fn key(service: &str) -> Key {
        Key::new(Some("AKIDEXAMPLE"), &Secret::new(SECRET.to_owned()), service, "us-east-1").unwrap()
    }

    /// The vendor's test suite (aws-sig-v4-test-suite) and the worked example of its guide.
    #[test]
    fn the_vendors_test_vectors_come_out() {
        let of_service = |signature: &str, names: &str| {
            format!(
                "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders={names}, Signature={signature}"
            )
        };
        let (get, post) = (|| Method::GET, Method::POST);
        let key_of = key("service");
        let host = "https://example.amazonaws.com";
        for (path, wanted) in [
            ("/", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
            ("/?Param2=value2&Param1=value1", "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"),
        ] {
            let got = signature(&key_of, get(), &format!("{host}{path}"), &[], "");
            assert_eq!(got, of_service(wanted, "host;x-amz-date"), "{path}");
        }
        let form = [("content-type", "application/x-www-form-urlencoded")];
        assert_eq!(
            signature(&key_of, post, host, &form, "Param1=value1"),
            of_service(
                "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
                "content-type;host;x-amz-date"
            )
        );
        let form = [("content-type", "application/x-www-form-urlencoded; charset=utf-8")];
        let list = "https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08";
        assert!(
            signature(&key("iam"), get(), list, &form, "")
                .ends_with("Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7")
        );
    }

    #[test]
    fn what_is_sent_is_what_was_signed() {
        let mut request =
            Request::new(Method::GET, Url::parse("https://iam.amazonaws.com/?b=x+y&a=p%2Fq&c=ü*").unwrap());
        key("iam").sign(&mut request, "2015-08-30T12:36:00Z".parse().unwrap()).unwrap();
        assert_eq!(request.url().query(), Some("a=p%2Fq&b=x%20y&c=%C3%BC%2A"));
    }

    #[test]
    fn keys_of_a_session_come_as_the_vendors_tool_prints_them() {
        let printed = r#"{"Version": 1, "AccessKeyId": "ASIAX", "SecretAccessKey": "s", "SessionToken": "t"}"#;
        let key = Key::new(None, &Secret::new(printed.to_owned()), "iam", "us-east-1").unwrap();
        let mut request = Request::new(Method::GET, Url::parse("https://iam.amazonaws.com/").unwrap());
        key.sign(&mut request, "2015-08-30T12:36:00Z".parse().unwrap()).unwrap();
        assert_eq!(request.headers()["x-amz-security-token"], "t");
        let signed = request.headers()["authorization"].to_str().unwrap();
        assert!(signed.contains("ASIAX/") && signed.contains("host;x-amz-date;x-amz-security-token"), "{signed}");
        let told = Key::new(None, &Secret::new("hunter2".to_owned()), "iam", "us-east-1").unwrap_err();
        assert_eq!(told, "`user` is missing: the id of the access key");
        assert!(!format!("{key:?}").contains("\"s\""));
    }
}
