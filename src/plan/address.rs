//! Where an account is, as an address: its id is one step of the path, whatever stands in it.

use super::make::Service;
use url::Url;

/// The longest id of an account that goes into an address.
const LONGEST: usize = 200;

/// Fills the id of an account into a path of the catalog, behind the path that the API has at its host.
///
/// # Errors
/// Why no address can be made of it.
pub(super) fn path(service: &Service<'_>, pattern: &str, id: &str) -> Result<String, String> {
    usable(id)?;
    let mut with = service.with.clone();
    with.insert("id".to_owned(), id.to_owned());
    let filled = crate::pull::filled(pattern, &with)?;
    let path = format!("{}{filled}", service.host.path().trim_end_matches('/'));
    let url = at(service.host, &path)?;
    Ok(url.path().to_owned())
}

/// The address of a path at a host. A path that an address does not keep as it is written leads elsewhere.
///
/// # Errors
/// It does not.
pub(super) fn at(host: &Url, path: &str) -> Result<Url, String> {
    let mut url = host.clone();
    url.set_query(None);
    url.set_fragment(None);
    url.set_path(path);
    if url.path() == path && path.starts_with('/') {
        Ok(url)
    } else {
        Err("the path is not one that an address keeps as it is".to_owned())
    }
}

/// Servers take `%2F` for `/` and `%2e%2e` for `..` at times: an id that leads elsewhere when it is read twice goes nowhere.
fn usable(id: &str) -> Result<(), String> {
    let why = if id.is_empty() {
        "is empty"
    } else if id.len() > LONGEST {
        "is too long"
    } else if id.contains(['/', '\\', '%']) || id.chars().any(char::is_control) {
        "has a sign in it that can lead a server to another address"
    } else if id.chars().all(|c| c == '.') {
        "is a step to another folder"
    } else {
        return Ok(());
    };
    Err(format!("the account's id {why}, so that nothing is sent"))
}

#[cfg(test)]
mod tests {
    use super::super::testing::service_at;
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_id_is_one_step_of_the_path() {
        let host = Url::parse("https://lumen.example/scim/v2/").unwrap();
        let path = |id: &str| path(&service_at(&host), "/Users/{id}", id);
        assert_eq!(path("u1").unwrap(), "/scim/v2/Users/u1");
        assert_eq!(path("ann@lumen.example").unwrap(), "/scim/v2/Users/ann%40lumen.example");
        assert_eq!(path("a?b#c;d&e=f g").unwrap(), "/scim/v2/Users/a%3Fb%23c%3Bd%26e%3Df%20g");
        for bad in ["", ".", "..", "...", "../Groups/1", "a/b", "a\\b", "%2e%2e", "a\nb", &"x".repeat(201)] {
            assert!(path(bad).unwrap_err().contains("the account's id"), "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn no_id_leads_out_of_its_folder(id in "\\PC{0,40}") {
            let host = Url::parse("https://lumen.example/scim/v2").unwrap();
            if let Ok(path) = path(&service_at(&host), "/Users/{id}", &id) {
                let rest = path.strip_prefix("/scim/v2/Users/").unwrap();
                prop_assert!(!rest.is_empty() && !rest.contains(['/', '?', '#', '\\', ';']));
                let url = at(&host, &path).unwrap();
                prop_assert_eq!(url.path(), &path);
                prop_assert!(url.query().is_none());
            }
        }
    }
}
