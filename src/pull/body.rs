//! What stands in the body of a list that is asked for by POST. Pure.
//!
//! From page to page such a list is an address like any other: what would be its query goes into the body. So circles, marks
//! and the way back after a crash are the same for both.

use crate::model::{Paging, Post, PostBody, Pull};
use serde_json::Value;
use url::Url;

/// A request's body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    /// Its media type.
    pub kind: &'static str,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// The address that is really asked, and what is sent there.
pub(super) fn posted(pull: &Pull, post: &Post, page: &Url) -> (Url, Body) {
    let mut url = page.clone();
    url.set_query(None);
    let body = match post.body {
        PostBody::Form => {
            Body { kind: "application/x-www-form-urlencoded", bytes: page.query().unwrap_or_default().into() }
        }
        PostBody::Json => {
            let mut body = post.with.clone();
            for (name, value) in page.query_pairs() {
                let number = counts(&pull.paging, &name).then(|| value.parse::<u64>().ok()).flatten();
                body.insert(name.into_owned(), number.map_or_else(|| Value::from(value), Value::from));
            }
            Body { kind: "application/json", bytes: Value::Object(body).to_string().into_bytes() }
        }
    };
    (url, body)
}

/// Whether a parameter is the one that counts pages or entries, and so a number.
fn counts(paging: &Paging, name: &str) -> bool {
    matches!(paging, Paging::Page { send, .. } | Paging::Offset { send, .. } if send == name)
}
