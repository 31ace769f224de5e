//! Whether an answer repeats a secret that it was asked with: then none of it may be kept or shown.

use crate::pull::Reply;
use serde_json::Value;

/// A secret that is shorter may stand anywhere by chance.
const SHORTEST: usize = 8;

/// Whether these bytes hold it.
pub(super) fn holds(bytes: &[u8], secret: &str) -> bool {
    secret.len() >= SHORTEST && memchr::memmem::find(bytes, secret.as_bytes()).is_some()
}

/// Whether an answer holds one of these, plainly or in JSON's other ways to write it.
pub(super) fn in_reply<'s>(reply: &Reply, secrets: impl Iterator<Item = &'s str>) -> bool {
    let secrets: Vec<&str> = secrets.filter(|secret| secret.len() >= SHORTEST).collect();
    let plainly = |secret: &&str| {
        holds(&reply.body, secret)
            // Names of hosts come back in small letters.
            || reply.headers.iter().any(|(_, v)| holds(v.to_lowercase().as_bytes(), &secret.to_lowercase()))
    };
    if secrets.iter().any(plainly) {
        return true;
    }
    // What has no `\` is written plainly.
    memchr::memchr(b'\\', &reply.body).is_some()
        && serde_json::from_slice::<Value>(&reply.body).is_ok_and(|value| in_value(&value, &secrets))
}

fn in_value(value: &Value, secrets: &[&str]) -> bool {
    let in_text = |text: &str| secrets.iter().any(|secret| text.contains(secret));
    match value {
        Value::String(text) => in_text(text),
        Value::Array(all) => all.iter().any(|value| in_value(value, secrets)),
        Value::Object(all) => all.iter().any(|(name, value)| in_text(name) || in_value(value, secrets)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_found_however_it_is_written() {
        let repeats = |body: &str, header: &str| {
            let headers = vec![("location".to_owned(), header.to_owned())];
            let reply = Reply { status: 200, headers, body: body.as_bytes().to_vec() };
            in_reply(&reply, ["S3cret/of-the-API"].into_iter())
        };
        assert!(repeats("you sent S3cret/of-the-API", ""));
        assert!(repeats(r#"[{"a": "xS3cret\/of-the-API"}]"#, ""));
        assert!(repeats(r#"{"\u00533cret/of-the-API": 1}"#, ""));
        assert!(repeats("", "https://s3cret/of-the-api.evil.example"));
        assert!(!repeats(r#"{"a": "S3cret\/of-the-others"}"#, "https://evil.example"));
        let short = Reply { status: 200, headers: Vec::new(), body: b"secret".to_vec() };
        assert!(!in_reply(&short, ["secret"].into_iter()), "what is short may stand there by chance");
    }
}
