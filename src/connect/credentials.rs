//! Tells a server who asks. Secrets leave this file in a request to the host they are for, and in no other way.
#![allow(clippy::disallowed_methods, reason = "this is the room for the network, where tokens run out")]

use super::http::answer;
use crate::host::Secret;
use crate::model::Credentials;
use crate::pull::{Reply, Trouble};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::Client;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use std::time::{Duration, Instant};
use url::Url;
use zeroize::Zeroizing;

/// A secret that is shorter may stand anywhere by chance.
const SHORTEST: usize = 8;
/// So long before its end a token is not used any more.
const EARLY: Duration = Duration::from_secs(60);

/// Signs requests.
#[derive(Debug)]
pub struct Signer {
    way: Way,
    token: Option<(Secret, Option<Instant>)>,
    /// The secret that was given, as long as the way above does not need it itself.
    given: Secret,
}

#[derive(Debug)]
enum Way {
    /// The same header each time.
    Header(HeaderName, HeaderValue),
    /// A token of a client, asked for at this address.
    Client { at: Url, id: String, secret: Secret, scopes: String },
}

impl Signer {
    /// Credentials as the catalog declares them. `token_at` is the address where tokens are given, if one is.
    ///
    /// # Errors
    /// What does not fit, in words without the secret.
    pub fn new(
        credentials: &Credentials,
        user: Option<&str>,
        secret: Secret,
        token_at: Option<Url>,
    ) -> Result<Self, String> {
        let given = secret.clone();
        let header = |name: HeaderName, value: String| {
            let value = Zeroizing::new(value);
            let mut value =
                HeaderValue::from_str(&value).map_err(|_| "the secret has characters that no header can have")?;
            value.set_sensitive(true);
            Ok::<_, String>(Way::Header(name, value))
        };
        let way = match credentials {
            Credentials::Bearer => header(AUTHORIZATION, format!("Bearer {}", secret.reveal()))?,
            Credentials::Header { name, value } => {
                let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| format!("`{name}` is no header"))?;
                header(name, value.replace("{secret}", secret.reveal()))?
            }
            Credentials::Basic => {
                let both = Zeroizing::new(format!("{}:{}", user.unwrap_or_default(), secret.reveal()));
                header(AUTHORIZATION, format!("Basic {}", STANDARD.encode(both.as_bytes())))?
            }
            Credentials::ClientCredentials { scopes, .. } => Way::Client {
                at: token_at.ok_or("nothing says where tokens are given")?,
                id: user.unwrap_or_default().to_owned(),
                secret,
                scopes: scopes.join(" "),
            },
        };
        Ok(Self { way, token: None, given })
    }

    /// Adds what says who asks.
    pub(super) async fn sign(&mut self, client: &Client, headers: &mut HeaderMap) -> Result<(), Trouble> {
        let (name, value) = match &self.way {
            Way::Header(name, value) => (name.clone(), value.clone()),
            Way::Client { at, id, secret, scopes } => {
                let good =
                    self.token.as_ref().is_some_and(|(_, until)| until.is_none_or(|u| Instant::now() + EARLY < u));
                if !good {
                    self.token = Some(token(client, at, id, secret, scopes).await?);
                }
                let token = self.token.as_ref().map_or("", |(token, _)| token.reveal());
                let text = Zeroizing::new(format!("Bearer {token}"));
                let mut value = HeaderValue::from_str(&text)
                    .map_err(|_| Trouble::Lasting("the token has characters that no header can have".to_owned()))?;
                value.set_sensitive(true);
                (AUTHORIZATION, value)
            }
        };
        headers.insert(name, value);
        Ok(())
    }

    /// Whether an answer repeats a secret: then none of it may be kept or shown.
    pub(super) fn is_repeated_in(&self, reply: &Reply) -> bool {
        let token = self.token.as_ref().map(|(token, _)| token.reveal());
        let secrets = [Some(self.given.reveal()), token].into_iter().flatten().filter(|s| s.len() >= SHORTEST);
        secrets.map(str::as_bytes).any(|secret| {
            let finder = memchr::memmem::Finder::new(secret);
            finder.find(&reply.body).is_some() || reply.headers.iter().any(|(_, v)| finder.find(v.as_bytes()).is_some())
        })
    }

    /// Forgets a token that was given; false if there is none to forget.
    pub(super) fn forget(&mut self) -> bool {
        self.token.take().is_some()
    }
}

/// Asks for a token.
async fn token(
    client: &Client,
    at: &Url,
    id: &str,
    secret: &Secret,
    scopes: &str,
) -> Result<(Secret, Option<Instant>), Trouble> {
    let mut form = vec![("grant_type", "client_credentials"), ("client_id", id), ("client_secret", secret.reveal())];
    if !scopes.is_empty() {
        form.push(("scope", scopes));
    }
    let body = Zeroizing::new(url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish());
    let request = client
        .post(at.clone())
        .header("content-type", "application/x-www-form-urlencoded")
        .header("accept", "application/json")
        .body(body.as_bytes().to_vec());
    let mut reply = answer(request).await?;
    let body = Zeroizing::new(std::mem::take(&mut reply.body));
    if reply.status != 200 {
        let said: serde_json::Value = serde_json::from_slice(&body).unwrap_or_default();
        let word = said.pointer("/error").and_then(|e| e.as_str()).unwrap_or_default();
        let word: String = word.chars().filter(char::is_ascii_graphic).take(60).collect();
        let why = format!("no token is given: {} {word}", reply.status);
        return Err(if reply.status >= 500 || reply.status == 429 {
            Trouble::Passing(why)
        } else {
            Trouble::Credentials(why)
        });
    }
    #[derive(serde::Deserialize)]
    struct Given {
        access_token: String,
        #[serde(default)]
        expires_in: Option<f64>,
    }
    let given: Given = serde_json::from_slice(&body)
        .map_err(|_| Trouble::Lasting("the answer to the request for a token holds none".to_owned()))?;
    let until = given
        .expires_in
        .filter(|s| s.is_finite() && *s > 0.0)
        .map(|s| Instant::now() + Duration::from_secs_f64(s.min(86_400.0)));
    Ok((Secret::new(given.access_token), until))
}
