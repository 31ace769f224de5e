//! What stands between this machine and a server, before anybody asks it anything.
#![allow(clippy::disallowed_methods, reason = "this is the room for the network")]

use hyper_util::client::proxy::matcher::Matcher;
use std::net::{IpAddr, ToSocketAddrs as _};
use url::Url;

/// The addresses of a host, as this machine's name service gives them.
///
/// # Errors
/// It has none, in the system's words.
pub fn addresses(host: &str) -> Result<Vec<IpAddr>, String> {
    let mut all: Vec<IpAddr> = (host.trim_matches(['[', ']']), 0)
        .to_socket_addrs()
        .map_err(|e| e.to_string())?
        .map(|address| address.ip())
        .collect();
    all.sort_unstable();
    all.dedup();
    if all.is_empty() { Err("it has no address".to_owned()) } else { Ok(all) }
}

/// The proxy of the environment through which a server is asked: its host and port, without what else its address holds.
pub fn proxy_for(url: &Url) -> Option<String> {
    let to = url.as_str().parse::<http::Uri>().ok()?;
    let proxy = Matcher::from_env().intercept(&to)?;
    Some(proxy.uri().authority().map_or_else(
        || "a proxy".to_owned(),
        |at| at.port_u16().map_or_else(|| at.host().to_owned(), |port| format!("{}:{port}", at.host())),
    ))
}
