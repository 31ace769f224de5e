//! Minisign signatures: checked here, made by the `minisign` program.

use minisign_verify::{PublicKey as Key, Signature};

/// A public key.
pub struct PublicKey {
    key: Key,
    /// Its id, as hex digits.
    pub id: String,
}

impl PublicKey {
    /// Reads what stands in a `.pub` file, or the one line of it that matters.
    ///
    /// # Errors
    /// It is none.
    pub fn read(text: &str) -> Result<Self, String> {
        let line = text.lines().map(str::trim).rfind(|l| !l.is_empty() && !l.starts_with("untrusted comment:"));
        let line = line.ok_or("there is no key in it")?;
        let key = Key::from_base64(line).map_err(|_| "this is no minisign public key".to_owned())?;
        Ok(Self { key, id: id(line).unwrap_or_default() })
    }
}

/// The id of the key that a signature names, as hex digits.
pub fn key_of(signature: &str) -> Option<String> {
    id(signature.lines().nth(1)?.trim())
}

/// Minisign shows the id's bytes last first.
fn id(base64: &str) -> Option<String> {
    use base64::Engine as _;
    let bytes = base64::engine::general_purpose::STANDARD.decode(base64).ok()?;
    let mut id = bytes.get(2..10)?.to_vec();
    id.reverse();
    Some(super::hex(&id).to_uppercase())
}

/// Whether a key has signed these bytes.
///
/// # Errors
/// It has not, and why that is known.
pub fn is_signed_by(key: &PublicKey, bytes: &[u8], signature: &str) -> Result<(), String> {
    let signature = Signature::decode(signature).map_err(|_| "this is no minisign signature".to_owned())?;
    key.key.verify(bytes, &signature, false).map_err(|e| match e {
        minisign_verify::Error::UnexpectedKeyId => "another key has made it".to_owned(),
        _ => "it is not a signature over these bytes".to_owned(),
    })
}
