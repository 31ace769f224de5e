//! Tells a server who asks. Secrets leave this file in a request to the host they are for, and in no other way.
#![allow(clippy::disallowed_methods, reason = "this is the room for the network, where tokens run out")]

use super::aws;
use super::http::answer;
use super::repeated;
use super::statement::Key;
use crate::host::Secret;
use crate::model::{Credentials, KEY_ID, SendSecret, StandsFor};
use crate::pull::{Reply, Trouble, plain_filled};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{AUTHORIZATION, HeaderName, HeaderValue};
use reqwest::{Client, Request};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use url::Url;
use zeroize::Zeroizing;

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
    /// A token, asked for at this address.
    Token { at: Url, by: Asks, scopes: String, fields: Vec<(String, String)> },
    /// A signature over each request.
    Aws(aws::Key),
}

/// What a token is asked for with.
#[derive(Debug)]
enum Asks {
    /// The id and the secret of a client.
    Secret { id: String, secret: Secret, send: SendSecret, grant: String },
    /// A signed statement of a client, instead of its secret.
    Client { id: String, key: Key },
    /// A signed statement that is itself the permission.
    Grant { issuer: String, subject: Option<String>, key: Key },
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
        with: &BTreeMap<String, String>,
    ) -> Result<Self, String> {
        let given = secret.clone();
        let at = || token_at.clone().ok_or("nothing says where tokens are given");
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
            Credentials::Basic => Way::Header(AUTHORIZATION, basic_header(user.unwrap_or_default(), &secret)?),
            Credentials::ClientCredentials { scopes, send, grant, fields, .. } => {
                let filled = |(name, value): (&String, &String)| Ok((name.clone(), plain_filled(value, with)?));
                Way::Token {
                    at: at()?,
                    scopes: scopes.join(" "),
                    fields: fields.iter().map(filled).collect::<Result<_, String>>()?,
                    by: Asks::Secret {
                        id: user.unwrap_or_default().to_owned(),
                        secret,
                        send: *send,
                        grant: grant.clone().unwrap_or_else(|| "client_credentials".to_owned()),
                    },
                }
            }
            Credentials::SignedStatement { scopes, stands_for, subject, rsa, names_certificate, .. } => {
                let key = Key::read(&secret, *rsa, *names_certificate, with.get(KEY_ID).map(String::as_str))?;
                let owner = user.map(str::to_owned).or_else(|| key.owner.clone());
                let id = owner.ok_or("the key does not say whose it is; write that under `user`")?;
                let subject = subject.as_ref().map(|text| plain_filled(text, with)).transpose()?;
                let by = match stands_for {
                    StandsFor::Client => Asks::Client { id, key },
                    StandsFor::Grant => Asks::Grant { issuer: id, subject, key },
                };
                Way::Token { at: at()?, scopes: scopes.join(" "), fields: Vec::new(), by }
            }
            Credentials::AwsSignature { service, region } => {
                Way::Aws(aws::Key::new(user, &secret, service, &plain_filled(region, with)?)?)
            }
        };
        Ok(Self { way, token: None, given })
    }

    /// Adds what says who asks.
    pub(super) async fn sign(&mut self, client: &Client, request: &mut Request) -> Result<(), Trouble> {
        let (name, value) = match &self.way {
            Way::Aws(key) => return key.sign(request, crate::host::now()).map_err(Trouble::Lasting),
            Way::Header(name, value) => (name.clone(), value.clone()),
            Way::Token { at, by, scopes, fields } => {
                let good =
                    self.token.as_ref().is_some_and(|(_, until)| until.is_none_or(|u| Instant::now() + EARLY < u));
                if !good {
                    self.token = Some(token(client, at, by, scopes, fields).await?);
                }
                let token = self.token.as_ref().map_or("", |(token, _)| token.reveal());
                let text = Zeroizing::new(format!("Bearer {token}"));
                let mut value = HeaderValue::from_str(&text)
                    .map_err(|_| Trouble::Lasting("the token has characters that no header can have".to_owned()))?;
                value.set_sensitive(true);
                (AUTHORIZATION, value)
            }
        };
        request.headers_mut().insert(name, value);
        Ok(())
    }

    /// Whether an answer repeats a secret: then none of it may be kept or shown.
    pub(super) fn is_repeated_in(&self, reply: &Reply) -> bool {
        let token = self.token.as_ref().map(|(token, _)| token.reveal());
        let session = match &self.way {
            Way::Aws(key) => key.session(),
            Way::Header(..) | Way::Token { .. } => None,
        };
        let header = match &self.way {
            Way::Header(_, value) => value.to_str().ok().and_then(|text| text.strip_prefix("Basic ")),
            Way::Token { .. } | Way::Aws(_) => None,
        };
        repeated::in_reply(reply, [Some(self.given.reveal()), token, session, header].into_iter().flatten())
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
    by: &Asks,
    scopes: &str,
    fields: &[(String, String)],
) -> Result<(Secret, Option<Instant>), Trouble> {
    let lasting = Trouble::Lasting;
    let mut form: Vec<(&str, &str)> = Vec::new();
    let mut basic = None;
    let statement;
    match by {
        Asks::Secret { id, secret, send, grant } => {
            form.push(("grant_type", grant));
            match send {
                SendSecret::Form => form.extend([("client_id", id.as_str()), ("client_secret", secret.reveal())]),
                SendSecret::Basic => basic = Some(basic_header(id, secret).map_err(lasting)?),
            }
        }
        Asks::Client { id, key } => {
            // The audience is the address itself, as RFC 7523 and the vendors have it.
            statement = key.statement(&[("iss", id), ("sub", id), ("aud", at.as_str())]).map_err(lasting)?;
            form.extend([
                ("grant_type", "client_credentials"),
                ("client_id", id),
                ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
                ("client_assertion", statement.reveal()),
            ]);
        }
        Asks::Grant { issuer, subject, key } => {
            let mut claims = vec![("iss", issuer.as_str()), ("aud", at.as_str()), ("scope", scopes)];
            claims.extend(subject.as_deref().map(|subject| ("sub", subject)));
            statement = key.statement(&claims).map_err(lasting)?;
            form.extend([
                ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
                ("assertion", statement.reveal()),
            ]);
        }
    }
    if !scopes.is_empty() && !matches!(by, Asks::Grant { .. }) {
        form.push(("scope", scopes));
    }
    form.extend(fields.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    let body = Zeroizing::new(url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish());
    let mut request = client
        .post(at.clone())
        .header("content-type", "application/x-www-form-urlencoded")
        .header("accept", "application/json")
        .body(body.as_bytes().to_vec());
    if let Some(basic) = basic {
        request = request.header(AUTHORIZATION, basic);
    }
    let mut reply = answer(request).await?;
    let body = Zeroizing::new(std::mem::take(&mut reply.body));
    if reply.status != 200 {
        let said: serde_json::Value = serde_json::from_slice(&body).unwrap_or_default();
        let why = format!("no token is given: {}{}", reply.status, meaning(&said));
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
        expires_in: serde_json::Value,
    }
    let given: Given = serde_json::from_slice(&body)
        .map_err(|_| Trouble::Lasting("the answer to the request for a token holds none".to_owned()))?;
    let until = seconds(&given.expires_in)
        .filter(|s| s.is_finite() && *s > 0.0)
        .map(|s| Instant::now() + Duration::from_secs_f64(s.min(86_400.0)));
    Ok((Secret::new(given.access_token), until))
}

/// A number of seconds, which some servers write as a text.
fn seconds(value: &serde_json::Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.trim().parse().ok())
}

/// What a refusal means: the word of the standard, and what it says to do. Only words that are known are repeated: what else
/// a server writes may hold what it was sent.
fn meaning(said: &serde_json::Value) -> String {
    const WORDS: [(&str, &str); 10] = [
        ("invalid_client", "the client's id, its secret or its key is not the right one"),
        ("unauthorized_client", "the client may not ask in this way, or not for these scopes"),
        (
            "invalid_grant",
            "the statement is not accepted: is the clock of this machine right, and the key the newest one?",
        ),
        ("invalid_scope", "the client has not been given the scopes that are read with"),
        ("invalid_request", "something in the request is not what the server expects"),
        ("invalid_dpop_proof", DPOP),
        ("use_dpop_nonce", DPOP),
        ("access_denied", "an administrator has not agreed to it"),
        ("unsupported_grant_type", "the server gives no tokens in this way"),
        ("invalid_target", "the server gives no tokens for this"),
    ];
    let word = said.pointer("/error").and_then(|e| e.as_str()).unwrap_or_default();
    match WORDS.iter().find(|(known, _)| *known == word) {
        Some((word, means)) => format!(" {word}: {means}"),
        None => String::new(),
    }
}

const DPOP: &str =
    "the server demands proof of possession (DPoP, RFC 9449), which is not done here: switch it off for this client";

fn basic_header(id: &str, secret: &Secret) -> Result<HeaderValue, String> {
    let both = Zeroizing::new(format!("{id}:{}", secret.reveal()));
    let text = Zeroizing::new(format!("Basic {}", STANDARD.encode(both.as_bytes())));
    let mut value =
        HeaderValue::from_str(&text).map_err(|_| "the secret has characters that no header can have".to_owned())?;
    value.set_sensitive(true);
    Ok(value)
}
