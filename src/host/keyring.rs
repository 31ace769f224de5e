//! The system's keyring: macOS's keychain, Windows' credential manager, the Secret Service of Linux desktops.

use zeroize::Zeroizing;

/// How a secret gets there.
const HOW: &str = if cfg!(target_os = "macos") {
    "`security add-generic-password -s SERVICE -a USER -w` files it there"
} else if cfg!(target_os = "windows") {
    "`cmdkey /generic:USER.SERVICE /user:USER /pass` files it there"
} else {
    "`secret-tool store --label=coverage service SERVICE username USER` files it there; it takes a desktop's keyring \
     (GNOME Keyring, KWallet, KeePassXC) in the session"
};

/// What the keyring has for a user of a service.
///
/// # Errors
/// There is no keyring, it is locked, or it has no such entry, and what to do. The words hold none of it.
#[cfg(target_os = "linux")]
pub(super) fn entry(service: &str, user: &str) -> Result<Zeroizing<Vec<u8>>, (String, &'static str)> {
    use dbus_secret_service::{EncryptionType, SecretService};
    use std::collections::HashMap;
    /// So long a person has to unlock the keyring, in seconds.
    const UNLOCK_WITHIN: u64 = 60;
    let failed = |what: &str| (format!("the keyring has nothing for `{user}` of `{service}`: {what}"), HOW);
    // The session's bus is a socket of this user; what goes over it is not encrypted once more.
    let keyring = SecretService::connect_with_max_prompt_timeout(EncryptionType::Plain, UNLOCK_WITHIN)
        .map_err(|e| (format!("there is no keyring in this session: {}", plain(&e)), HOW))?;
    // The names by which secret-tool's manual and the keyring libraries of other languages file things.
    let found = keyring
        .search_items(HashMap::from([("service", service), ("username", user)]))
        .map_err(|e| failed(&plain(&e)))?;
    let (mut open, locked) = (found.unlocked, found.locked);
    if open.is_empty()
        && let Some(item) = locked.into_iter().next()
    {
        item.unlock().map_err(|e| failed(&format!("it is locked, and was not unlocked: {}", plain(&e))))?;
        open.push(item);
    }
    match &open[..] {
        [] => Err(failed("there is no such entry")),
        [item] => item.get_secret().map(Zeroizing::new).map_err(|e| failed(&plain(&e))),
        several => Err(failed(&format!("there are {} such entries, and nothing says which is meant", several.len()))),
    }
}

/// What the keyring says, without the interface's own names.
#[cfg(target_os = "linux")]
fn plain(e: &dbus_secret_service::Error) -> String {
    crate::diag::visible(&e.to_string())
}

/// What the keychain has for a user of a service.
///
/// # Errors
/// The keychain is locked, or has no such entry, and what to do. The words hold none of it.
#[cfg(target_os = "macos")]
pub(super) fn entry(service: &str, user: &str) -> Result<Zeroizing<Vec<u8>>, (String, &'static str)> {
    security_framework::passwords::get_generic_password(service, user)
        .map(Zeroizing::new)
        .map_err(|e| (format!("the keychain has nothing for `{user}` of `{service}`: {e}"), HOW))
}

/// What the credential manager has for a user of a service.
///
/// # Errors
/// It has no such entry, and what to do. The words hold none of it.
#[cfg(target_os = "windows")]
pub(super) fn entry(service: &str, user: &str) -> Result<Zeroizing<Vec<u8>>, (String, &'static str)> {
    let failed =
        |e: keyring_core::Error| (format!("the credential manager has nothing for `{user}` of `{service}`: {e}"), HOW);
    let store = windows_native_keyring_store::Store::new().map_err(failed)?;
    let entry = keyring_core::api::CredentialStoreApi::build(&*store, service, user, None).map_err(failed)?;
    entry.get_secret().map(Zeroizing::new).map_err(failed)
}

/// No keyring is known here.
///
/// # Errors
/// Always.
#[cfg(not(any(target_os = "linux", target_os = "macos", target_os = "windows")))]
pub(super) fn entry(_: &str, _: &str) -> Result<Zeroizing<Vec<u8>>, (String, &'static str)> {
    Err(("no keyring is known on this system".to_owned(), "keep the secret in a file, or let a command print it"))
}
