//! Which addresses may be asked at all, be they from a file or from a redirect.

use reqwest::Url;

/// Reads an address. The part behind `#` is for browsers and left out, so that a page is asked once.
///
/// # Errors
/// What is wrong with it. The words do not repeat it: it may hold a password.
pub fn read(text: &str) -> Result<Url, String> {
    allowed(Url::parse(text).map_err(|e| format!("it is no web address: {e}"))?)
}

/// The address that a redirect leads to.
///
/// # Errors
/// What is wrong with it.
pub fn redirected(from: &Url, location: &str) -> Result<Url, String> {
    allowed(from.join(location).map_err(|e| format!("the target is no web address: {e}"))?)
}

fn allowed(mut url: Url) -> Result<Url, String> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(format!("`{}:` is not asked, only http and https", url.scheme()));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("it holds a user name or a password, which is never sent".to_owned());
    }
    url.set_fragment(None);
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_addresses_without_credentials_are_asked() {
        assert_eq!(read("https://A.example/x?y#part").unwrap().as_str(), "https://a.example/x?y");
        assert_eq!(read("file:///etc/passwd"), Err("`file:` is not asked, only http and https".to_owned()));
        assert_eq!(read("gopher://a.example/"), Err("`gopher:` is not asked, only http and https".to_owned()));
        assert!(read("SEC-123").unwrap_err().starts_with("it is no web address: "));
        assert!(read("https://").unwrap_err().starts_with("it is no web address: "));
        for text in ["https://ann:hunter2@a.example/", "https://ann@a.example/", "https://:hunter2@a.example/"] {
            let why = read(text).unwrap_err();
            assert!(why.contains("never sent") && !why.contains("hunter2") && !why.contains("ann"), "{why}");
        }
    }

    #[test]
    fn a_redirect_is_read_from_where_it_stands() {
        let from = read("https://a.example/x/y").unwrap();
        assert_eq!(redirected(&from, "../z").unwrap().as_str(), "https://a.example/z");
        assert_eq!(redirected(&from, "//b.example").unwrap().as_str(), "https://b.example/");
        assert!(redirected(&from, "file:///etc/passwd").is_err());
        assert!(redirected(&from, "//ann:hunter2@a.example/").is_err());
    }
}
