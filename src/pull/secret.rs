//! What nobody may see.

use zeroize::Zeroizing;

/// A secret. It shows itself nowhere, and its memory is wiped when it goes.
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// A secret from a text.
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
    /// The text, for the one place that sends it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}
