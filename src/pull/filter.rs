//! Filters of directories as RFC 4515 writes them. Pure.

/// Brackets within brackets, at most.
const DEEPEST: u32 = 30;

/// Which entries are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filter {
    /// All of these hold.
    And(Vec<Self>),
    /// One of these holds.
    Or(Vec<Self>),
    /// This does not.
    Not(Box<Self>),
    /// The attribute is there.
    Present(String),
    /// It is equal, greater or equal, less or equal, or about the same.
    Compare(Compare, String, Vec<u8>),
    /// Its value begins with, holds and ends with these.
    Parts {
        /// The attribute.
        attribute: String,
        /// How it begins.
        initial: Option<Vec<u8>>,
        /// What it holds, one behind the other.
        any: Vec<Vec<u8>>,
        /// How it ends.
        last: Option<Vec<u8>>,
    },
    /// A rule of the server's own (`userAccountControl:1.2.840.113556.1.4.803:=2`).
    Rule {
        /// The rule.
        rule: Option<String>,
        /// The attribute.
        attribute: Option<String>,
        /// The value.
        value: Vec<u8>,
        /// The names in an entry's own name count, too.
        dn: bool,
    },
}

/// How a value is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compare {
    /// `=`
    Equal,
    /// `>=`
    AtLeast,
    /// `<=`
    AtMost,
    /// `~=`
    About,
}

impl Filter {
    /// Reads a filter.
    ///
    /// # Errors
    /// What is wrong, and at which character.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut rest = text.trim();
        let all = rest;
        let wrong = |rest: &str, what: &str| format!("character {}: {what}", all.len() - rest.len() + 1);
        let filter = one(&mut rest, 0).map_err(|(rest, what)| wrong(rest, what))?;
        if rest.is_empty() { Ok(filter) } else { Err(wrong(rest, "something stands behind the last bracket")) }
    }
}

type Wrong<'t> = (&'t str, &'static str);

fn one<'t>(rest: &mut &'t str, depth: u32) -> Result<Filter, Wrong<'t>> {
    let begin = *rest;
    if depth > DEEPEST {
        return Err((begin, "too many brackets within brackets"));
    }
    *rest = rest.strip_prefix('(').ok_or((begin, "a filter begins with `(`"))?;
    let filter = match rest.chars().next() {
        Some(sign @ ('&' | '|')) => {
            *rest = &rest[1..];
            let mut all = Vec::new();
            while rest.starts_with('(') {
                all.push(one(rest, depth + 1)?);
            }
            if sign == '&' { Filter::And(all) } else { Filter::Or(all) }
        }
        Some('!') => {
            *rest = &rest[1..];
            Filter::Not(Box::new(one(rest, depth + 1)?))
        }
        _ => {
            let end = rest.find([')', '(']).ok_or((*rest, "the closing bracket is missing"))?;
            let (item, behind) = rest.split_at(end);
            let filter = self::item(item).map_err(|what| (*rest, what))?;
            *rest = behind;
            filter
        }
    };
    *rest = rest.strip_prefix(')').ok_or((*rest, "`)` is missing"))?;
    Ok(filter)
}

fn item(text: &str) -> Result<Filter, &'static str> {
    let (left, value) = text.split_once('=').ok_or("a condition needs a `=`")?;
    let is_name = |name: &str| {
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b';'))
    };
    let named = |name: &str| if is_name(name) { Ok(name.to_owned()) } else { Err("this is no name of an attribute") };
    if let Some(rule) = left.strip_suffix(':') {
        let mut parts = rule.split(':');
        let attribute = parts.next().filter(|name| !name.is_empty()).map(named).transpose()?;
        let mut rest: Vec<&str> = parts.collect();
        let dn = rest.first().is_some_and(|word| word.eq_ignore_ascii_case("dn"));
        if dn {
            rest.remove(0);
        }
        return match (&rest[..], &attribute) {
            ([], Some(_)) => Ok(Filter::Rule { rule: None, attribute, value: bytes(value)?, dn }),
            ([rule], _) => Ok(Filter::Rule { rule: Some(named(rule)?), attribute, value: bytes(value)?, dn }),
            _ => Err("this is no matching rule"),
        };
    }
    for (sign, compare) in [('>', Compare::AtLeast), ('<', Compare::AtMost), ('~', Compare::About)] {
        if let Some(name) = left.strip_suffix(sign) {
            return Ok(Filter::Compare(compare, named(name)?, bytes(value)?));
        }
    }
    let attribute = named(left)?;
    if value == "*" {
        return Ok(Filter::Present(attribute));
    }
    if !value.contains('*') {
        return Ok(Filter::Compare(Compare::Equal, attribute, bytes(value)?));
    }
    let parts: Vec<Vec<u8>> = value.split('*').map(bytes).collect::<Result<_, _>>()?;
    let some = |part: &Vec<u8>| Some(part.clone()).filter(|p| !p.is_empty());
    let last = parts.len() - 1;
    Ok(Filter::Parts {
        attribute,
        initial: some(&parts[0]),
        any: parts[1..last].iter().filter(|p| !p.is_empty()).cloned().collect(),
        last: some(&parts[last]),
    })
}

/// A value, in which `\2a` is a character by its number.
fn bytes(text: &str) -> Result<Vec<u8>, &'static str> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, behind)) = rest.split_first() {
        if byte != b'\\' {
            out.push(byte);
            rest = behind;
            continue;
        }
        let digits = behind.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        let number = digits.and_then(|two| u8::from_str_radix(two, 16).ok());
        out.push(number.ok_or("two digits stand behind a `\\`, as in `\\2a` for a `*`")?);
        rest = &behind[2..];
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_are_read_as_the_rfc_writes_them() {
        let equal = |a: &str, v: &str| Filter::Compare(Compare::Equal, a.to_owned(), v.as_bytes().to_vec());
        assert_eq!(Filter::parse("(uid=*)"), Ok(Filter::Present("uid".to_owned())));
        assert_eq!(
            Filter::parse("(&(objectClass=person)(!(uid=svc\\2a)))"),
            Ok(Filter::And(vec![equal("objectClass", "person"), Filter::Not(Box::new(equal("uid", "svc*")))]))
        );
        assert_eq!(
            Filter::parse("(cn=a*b*c)"),
            Ok(Filter::Parts {
                attribute: "cn".to_owned(),
                initial: Some(b"a".to_vec()),
                any: vec![b"b".to_vec()],
                last: Some(b"c".to_vec())
            })
        );
        assert_eq!(
            Filter::parse("(userAccountControl:1.2.840.113556.1.4.803:=2)"),
            Ok(Filter::Rule {
                rule: Some("1.2.840.113556.1.4.803".to_owned()),
                attribute: Some("userAccountControl".to_owned()),
                value: b"2".to_vec(),
                dn: false
            })
        );
    }

    #[test]
    fn what_is_no_filter_is_told_at_its_place() {
        for (text, what) in [
            ("uid=*", "character 1: a filter begins with `(`"),
            ("(uid=a", "character 2: the closing bracket is missing"),
            ("(&(uid=a)", "character 10: `)` is missing"),
            ("(uid=a))", "character 8: something stands behind"),
            ("(uid)", "character 2: a condition needs a `=`"),
            ("(u d=x)", "no name of an attribute"),
            ("(uid=\\zz)", "two digits"),
        ] {
            let said = Filter::parse(text).unwrap_err();
            assert!(said.contains(what), "{text}: {said}");
        }
        assert!(Filter::parse(&"(!".repeat(100_000)).unwrap_err().contains("too many brackets"));
    }

    proptest::proptest! {
        #[test]
        fn no_text_brings_it_down(text in "[(&|!)a=*:\\\\<é]{0,40}") {
            let _ = Filter::parse(&text);
        }
    }
}
