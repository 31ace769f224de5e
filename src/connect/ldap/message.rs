//! The messages of LDAP (RFC 4511) that a reader sends and gets. No bytes that come bring it down.

use super::ber::{BOOLEAN, ENUMERATED, INTEGER, OCTETS, Reader, SEQUENCE, SET, element, number};
use crate::pull::{Compare, DirectoryEntry, Filter, Search};
use zeroize::Zeroizing;

/// The control that pages (RFC 2696).
const PAGED: &[u8] = b"1.2.840.113556.1.4.319";
/// The request to encrypt what follows.
const START_TLS: &[u8] = b"1.3.6.1.4.1.1466.20037";
/// More entries than this do not come with one answer.
const WHOLE_SUBTREE: u32 = 2;

const BIND: u8 = 0x60;
const SEARCH: u8 = 0x63;
const EXTENDED: u8 = 0x77;
const CONTROLS: u8 = 0xa0;

/// What a server says.
#[derive(Debug, PartialEq, Eq)]
pub enum Said {
    /// The end of what was asked for.
    Done(Done),
    /// An entry.
    Entry(DirectoryEntry),
    /// A part of the directory is at these servers.
    Elsewhere(Vec<String>),
    /// Something that nobody has asked for and that says nothing.
    Aside,
}

/// How a request ended.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// The result.
    pub code: u32,
    /// What the server says to it.
    pub message: String,
    /// Where it sends us.
    pub referrals: Vec<String>,
    /// Where the next page begins.
    pub cookie: Option<Vec<u8>>,
}

fn message(id: u32, operation: &[u8], controls: &[u8]) -> Vec<u8> {
    let mut all = Zeroizing::new(number(INTEGER, id));
    all.extend_from_slice(operation);
    all.extend_from_slice(controls);
    element(SEQUENCE, &all)
}

/// Says who asks.
pub fn bind(id: u32, user: &str, password: &str) -> Zeroizing<Vec<u8>> {
    let mut content = Zeroizing::new(number(INTEGER, 3));
    content.extend(element(OCTETS, user.as_bytes()));
    content.extend_from_slice(&Zeroizing::new(element(0x80, password.as_bytes())));
    Zeroizing::new(message(id, &Zeroizing::new(element(BIND, &content)), &[]))
}

/// Asks to encrypt what follows.
pub fn start_tls(id: u32) -> Vec<u8> {
    message(id, &element(EXTENDED, &element(0x80, START_TLS)), &[])
}

/// Says goodbye.
pub fn unbind(id: u32) -> Vec<u8> {
    message(id, &[0x42, 0x00], &[])
}

/// Asks for entries.
pub fn search(id: u32, search: &Search<'_>) -> Vec<u8> {
    let mut content = element(OCTETS, search.base.as_bytes());
    content.extend(number(ENUMERATED, WHOLE_SUBTREE));
    // Aliases are not followed; no limits of our own.
    content.extend(number(ENUMERATED, 0));
    content.extend(number(INTEGER, 0));
    content.extend(number(INTEGER, 0));
    content.extend(element(BOOLEAN, &[0]));
    content.extend(filter(search.filter));
    let names: Vec<u8> = search.attributes.iter().flat_map(|name| element(OCTETS, name.as_bytes())).collect();
    content.extend(element(SEQUENCE, &names));
    let controls = search.page.map_or_else(Vec::new, |(size, cookie)| {
        let mut value = number(INTEGER, size);
        value.extend(element(OCTETS, cookie));
        let mut control = element(OCTETS, PAGED);
        // A server that does not page says so instead of giving what it likes.
        control.extend(element(BOOLEAN, &[0xff]));
        control.extend(element(OCTETS, &element(SEQUENCE, &value)));
        element(CONTROLS, &element(SEQUENCE, &control))
    });
    message(id, &element(SEARCH, &content), &controls)
}

fn filter(wanted: &Filter) -> Vec<u8> {
    let all = |filters: &[Filter]| filters.iter().flat_map(filter).collect::<Vec<u8>>();
    match wanted {
        Filter::And(filters) => element(0xa0, &all(filters)),
        Filter::Or(filters) => element(0xa1, &all(filters)),
        Filter::Not(inner) => element(0xa2, &filter(inner)),
        Filter::Present(name) => element(0x87, name.as_bytes()),
        Filter::Compare(how, name, value) => {
            let tag = match how {
                Compare::Equal => 0xa3,
                Compare::AtLeast => 0xa5,
                Compare::AtMost => 0xa6,
                Compare::About => 0xa8,
            };
            element(tag, &[element(OCTETS, name.as_bytes()), element(OCTETS, value)].concat())
        }
        Filter::Parts { attribute, initial, any, last } => {
            let first = initial.iter().flat_map(|part| element(0x80, part));
            let middle = any.iter().flat_map(|part| element(0x81, part));
            let parts: Vec<u8> = first.chain(middle).chain(last.iter().flat_map(|part| element(0x82, part))).collect();
            element(0xa4, &[element(OCTETS, attribute.as_bytes()), element(SEQUENCE, &parts)].concat())
        }
        Filter::Rule { rule, attribute, value, dn } => {
            let mut content = Vec::new();
            content.extend(rule.iter().flat_map(|rule| element(0x81, rule.as_bytes())));
            content.extend(attribute.iter().flat_map(|name| element(0x82, name.as_bytes())));
            content.extend(element(0x83, value));
            if *dn {
                content.extend(element(0x84, &[0xff]));
            }
            element(0xa9, &content)
        }
    }
}

/// Reads a message: to which request it belongs, and what it says.
///
/// # Errors
/// It is none.
pub fn read(bytes: &[u8]) -> Result<(u32, Said), &'static str> {
    let mut message = Reader(Reader(bytes).expect(SEQUENCE)?);
    let id = message.number(INTEGER)?;
    let (tag, content) = message.any()?;
    let said = match tag {
        // The answers to a bind, a search and an extended request begin in the same way.
        0x61 | 0x65 | 0x78 => {
            let mut done = done(content)?;
            if message.peek() == Some(CONTROLS) {
                done.cookie = cookie(message.expect(CONTROLS)?)?;
            }
            Said::Done(done)
        }
        0x64 => Said::Entry(entry(content)?),
        0x73 => Said::Elsewhere(addresses(content)?),
        _ => Said::Aside,
    };
    Ok((id, said))
}

fn done(content: &[u8]) -> Result<Done, &'static str> {
    let mut result = Reader(content);
    let code = result.number(ENUMERATED)?;
    result.expect(OCTETS)?;
    let message = String::from_utf8_lossy(result.expect(OCTETS)?).into_owned();
    let referrals = if result.peek() == Some(0xa3) { addresses(result.expect(0xa3)?)? } else { Vec::new() };
    Ok(Done { code, message, referrals, cookie: None })
}

fn cookie(content: &[u8]) -> Result<Option<Vec<u8>>, &'static str> {
    let mut controls = Reader(content);
    while !controls.is_empty() {
        let mut control = Reader(controls.expect(SEQUENCE)?);
        if control.expect(OCTETS)? != PAGED {
            continue;
        }
        if control.peek() == Some(BOOLEAN) {
            control.any()?;
        }
        let mut value = Reader(Reader(control.expect(OCTETS)?).expect(SEQUENCE)?);
        value.expect(INTEGER)?;
        return Ok(Some(value.expect(OCTETS)?.to_vec()));
    }
    Ok(None)
}

fn entry(content: &[u8]) -> Result<DirectoryEntry, &'static str> {
    let mut parts = Reader(content);
    let dn = String::from_utf8(parts.expect(OCTETS)?.to_vec()).map_err(|_| "a name that is no text")?;
    let mut list = Reader(parts.expect(SEQUENCE)?);
    let mut attributes = Vec::new();
    while !list.is_empty() {
        let mut attribute = Reader(list.expect(SEQUENCE)?);
        let name = std::str::from_utf8(attribute.expect(OCTETS)?).map_err(|_| "an attribute's name that is no text")?;
        let mut values = Reader(attribute.expect(SET)?);
        let mut all = Vec::new();
        while !values.is_empty() {
            all.push(values.expect(OCTETS)?.to_vec());
        }
        attributes.push((name.to_owned(), all));
    }
    Ok(DirectoryEntry { dn, attributes })
}

/// Addresses of other servers: which host, and no more.
fn addresses(content: &[u8]) -> Result<Vec<String>, &'static str> {
    let mut list = Reader(content);
    let mut all = Vec::new();
    while !list.is_empty() {
        let text = String::from_utf8_lossy(list.expect(OCTETS)?).into_owned();
        let host = url::Url::parse(&text).ok().and_then(|url| Some(format!("{}://{}", url.scheme(), url.host_str()?)));
        all.push(host.unwrap_or_else(|| "an address that is none".to_owned()));
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_with_its_cookie() {
        let mut value = number(INTEGER, 0);
        value.extend(element(OCTETS, b"next"));
        let control = [element(OCTETS, PAGED), element(OCTETS, &element(SEQUENCE, &value))].concat();
        let result = [number(ENUMERATED, 4), element(OCTETS, b""), element(OCTETS, b"no more")].concat();
        let all = message(7, &element(0x65, &result), &element(CONTROLS, &element(SEQUENCE, &control)));
        let done = Done { code: 4, message: "no more".into(), referrals: Vec::new(), cookie: Some(b"next".to_vec()) };
        assert_eq!(read(&all), Ok((7, Said::Done(done))));
    }

    #[test]
    fn of_another_server_only_the_host_is_said() {
        let list = [element(OCTETS, b"ldap://ann:pw@dc2.lumen.example/dc=x??sub"), element(OCTETS, b"?")].concat();
        let said = read(&message(1, &element(0x73, &list), &[])).unwrap().1;
        assert_eq!(said, Said::Elsewhere(vec!["ldap://dc2.lumen.example".into(), "an address that is none".into()]));
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_bring_it_down(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..80), tag in 0x60u8..0x79) {
            let _ = read(&bytes);
            let _ = read(&message(1, &element(tag, &bytes), &[]));
        }
    }
}
