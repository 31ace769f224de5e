//! "Did you mean": the known name that looks most like a written one.

use rapidfuzz::distance::{jaro_winkler, osa};

/// Names longer than this are no typing mistakes of a known name.
const LONGEST: usize = 100;
/// From here on two names have nothing in common but some letters.
const UNLIKE: f64 = 0.4;

/// The candidate with the fewest typing mistakes from `word`, if these are few for its length. The first wins a tie.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.trim().to_lowercase();
    let length = word.chars().count();
    if length == 0 || length > LONGEST {
        return None;
    }
    let most = (length / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (osa::distance(word.chars(), candidate.to_lowercase().chars()), candidate))
        .filter(|&(distance, candidate)| distance <= most && distance < candidate.chars().count())
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, candidate)| candidate)
}

/// The candidates that look most like a word, the likest first. A common beginning counts for more than a common end.
pub fn likest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>, most: usize) -> Vec<&'a str> {
    let word: Vec<char> = word.trim().to_lowercase().chars().take(LONGEST).collect();
    let mut all: Vec<(f64, &str)> = candidates
        .map(|candidate| (jaro_winkler::distance(word.iter().copied(), candidate.to_lowercase().chars()), candidate))
        .collect();
    all.retain(|(distance, _)| *distance < UNLIKE);
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    all.into_iter().take(most).map(|(_, candidate)| candidate).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_typing_mistakes_and_nothing_else() {
        let known = ["slack", "okta", "google-workspace", "extracted-at"];
        assert_eq!(nearest("slcak", known), Some("slack"));
        assert_eq!(nearest("Okta", known), Some("okta"));
        assert_eq!(nearest("extracted_at", known), Some("extracted-at"));
        assert_eq!(nearest("gogle-worksapce", known), Some("google-workspace"));
        assert_eq!(nearest("salesforce", known), None);
        assert_eq!(nearest("", known), None);
        assert_eq!(likest("slak", known.into_iter(), 2), ["slack"]);
        assert_eq!(nearest("x", ["y"]), None, "one letter for another is no typing mistake of a one-letter name");
    }
}
