//! UUIDs for what has an id of its own: the same from run to run.

use uuid::Uuid;

/// The UUID (version 5) of a thing of some kind.
pub(super) fn of(kind: &str, id: &str) -> String {
    let ours = Uuid::new_v5(&Uuid::NAMESPACE_URL, b"urn:coverage:oscal:1");
    Uuid::new_v5(&ours, format!("{kind}\n{id}").as_bytes()).to_string()
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_was_handed_out_once_stays() {
        assert_eq!(super::of("observation", "v1:00"), "32ec9d06-e395-525a-b9d4-2bb9edccbd48");
    }
}
