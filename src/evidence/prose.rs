//! Sentences in which names and addresses stand: each of them gets its pseudonym, and the rest stays as it is.
//!
//! What to look for is what the inputs hold, gathered while they are read. An address is one by its form.

use super::pseudonyms::{Kind, Pseudonyms, fold, is_address};
use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap, HashSet};

/// The shortest part of a name that is looked for by itself.
const SHORTEST: usize = 3;

/// A whole value.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Value {
    kind: Kind,
    /// As it is written, folded.
    whole: String,
    /// What stands after its last word.
    tail: String,
}

/// Everything that identifies somebody or something of the company.
#[derive(Debug, Default)]
pub struct Lexicon {
    /// Whole values by their words.
    values: HashMap<String, Value>,
    /// How many words values have that begin with a word.
    lengths: HashMap<String, BTreeSet<usize>>,
    known: HashSet<(String, Kind)>,
    /// Parts of values.
    parts: HashSet<String>,
    /// Words that mean nothing by themselves: those of our own texts and of the catalog.
    ordinary: HashSet<String>,
}

/// The words of a text: runs of letters and digits, folded, with where they stand.
fn words(text: &str) -> impl Iterator<Item = (usize, usize, String)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let begin = at + text[at..].find(char::is_alphanumeric)?;
        let end = text[begin..].find(|c: char| !is_of_word(c)).map_or(text.len(), |n| begin + n);
        at = end;
        Some((begin, end, fold(&text[begin..end])))
    })
}

/// A combining accent belongs to the letter before.
fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '\u{300}'..='\u{36f}')
}

fn is_number(word: &str) -> bool {
    word.chars().all(|c| c.is_ascii_digit())
}

impl Lexicon {
    /// Knows a value from now on, and its parts.
    pub fn add(&mut self, kind: Kind, value: &str) {
        let folded = fold(value);
        if folded.is_empty() || !self.known.insert((folded.clone(), kind)) {
            return;
        }
        let all: Vec<String> = words(&folded).map(|(.., word)| word).collect();
        if matches!(kind, Kind::Person | Kind::Id | Kind::Company | Kind::Domain) {
            // The last part of a domain is everybody's.
            let own = if is_address(&folded) || kind == Kind::Domain { all.len() - 1 } else { all.len() };
            let long = |w: &&String| w.chars().count() >= SHORTEST && (!is_number(w) || w.len() >= 6);
            self.parts.extend(all.iter().take(own).filter(long).cloned());
        }
        if let Some(first) = all.first() {
            self.lengths.entry(first.clone()).or_default().insert(all.len());
            let end = folded.char_indices().rfind(|(_, c)| is_of_word(*c)).map_or(0, |(at, c)| at + c.len_utf8());
            let tail = folded[end..].to_owned();
            let value = Value { kind, whole: folded, tail };
            // Which of two values of the same words came first must not tell.
            match self.values.entry(all.join(" ")) {
                Entry::Vacant(free) => drop(free.insert(value)),
                Entry::Occupied(mut taken) if *taken.get() < value => drop(taken.insert(value)),
                Entry::Occupied(_) => {}
            }
        }
    }

    /// Words that mean nothing by themselves from now on.
    pub fn add_ordinary(&mut self, text: &str) {
        self.ordinary.extend(words(text).map(|(.., word)| word));
    }

    /// Whether all words of a text are ordinary.
    pub fn is_ordinary(&self, text: &str) -> bool {
        words(text).all(|(.., word)| is_number(&word) && word.len() < 6 || self.ordinary.contains(&word))
    }

    /// The words that must not be found in a pack: parts of four letters and more that are no ordinary words.
    pub fn forbidden(&self) -> BTreeSet<&str> {
        let long = self.parts.iter().filter(|w| w.chars().count() > SHORTEST && !self.ordinary.contains(*w));
        long.map(String::as_str).collect()
    }

    /// A sentence with pseudonyms in it.
    pub fn veil(&self, text: &str, with: &Pseudonyms) -> String {
        let found: Vec<(usize, usize, String)> = words(text).collect();
        let mut out = String::with_capacity(text.len());
        let (mut done, mut next) = (0, 0);
        while let Some((begin, end, word)) = found.get(next) {
            let (begin, end) = (*begin, *end);
            let replaced = address_at(text, done, begin)
                .map(|(from, to)| (from, to, with.address(&text[from..to])))
                .or_else(|| {
                    let (to, value) = self.value_at(text, &found[next..])?;
                    Some((begin, to, pseudonym(with, value.kind, &value.whole)))
                })
                .or_else(|| {
                    let hides = self.parts.contains(word) && !self.ordinary.contains(word);
                    hides.then(|| (begin, end, with.of(Kind::Word, word)))
                });
            match replaced {
                Some((from, to, pseudonym)) => {
                    out.push_str(&text[done..from]);
                    out.push_str(&pseudonym);
                    done = to;
                    while found.get(next).is_some_and(|(begin, ..)| *begin < to) {
                        next += 1;
                    }
                }
                None => {
                    out.push_str(&text[done..end]);
                    done = end;
                    next += 1;
                }
            }
        }
        out.push_str(&text[done..]);
        out
    }

    /// The longest known value that begins with the first of these words, and where it ends.
    fn value_at(&self, text: &str, found: &[(usize, usize, String)]) -> Option<(usize, &Value)> {
        let (begin, _, first) = found.first()?;
        let (n, value) = self.lengths.get(first)?.iter().rev().filter(|n| **n <= found.len()).find_map(|n| {
            let words: Vec<&str> = found[..*n].iter().map(|(.., word)| word.as_str()).collect();
            self.values.get(&words.join(" ")).map(|value| (*n, value))
        })?;
        let end = found.get(n - 1)?.1;
        if n == 1 {
            // One word by itself: a number is one only where a number of a person can stand.
            let before = &text[..*begin];
            let told = ["--to ", "--not ", "`", "employee-id:", "id:"].iter().any(|mark| before.ends_with(mark));
            if is_number(first) && first.len() < 6 && !told || self.ordinary.contains(first) {
                return None;
            }
        }
        let tail = if text[end..].starts_with(&value.tail) { value.tail.len() } else { 0 };
        Some((end + tail, value))
    }
}

fn pseudonym(with: &Pseudonyms, kind: Kind, value: &str) -> String {
    match kind {
        Kind::File => with.file(value),
        Kind::Domain => with.domain(value),
        _ => with.of(kind, value),
    }
}

/// The address around a word, if there is one that begins after what is written already.
fn address_at(text: &str, done: usize, begin: usize) -> Option<(usize, usize)> {
    let stops = |c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '<' | '>' | '(' | ')' | '[' | ']' | '"' | '\'' | '`' | ',' | ';' | '=' | '→' | '“' | '”' | '/' | ':'
            )
    };
    let from = text[done..begin]
        .rfind(stops)
        .map_or(done, |at| done + at + text[done + at..].chars().next().map_or(1, char::len_utf8));
    let to = text[from..].find(stops).map_or(text.len(), |at| from + at);
    let chunk = text[from..to].trim_end_matches(['.', '!', '?', '…']);
    is_address(chunk).then(|| (from, from + chunk.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lexicon() -> (Lexicon, Pseudonyms) {
        let mut lexicon = Lexicon::default();
        for (kind, value) in [
            (Kind::Person, "Lucía Fernández"),
            (Kind::Person, "Will Stone"),
            (Kind::Id, "1007"),
            (Kind::Id, "U00WD1F8QR3"),
            (Kind::Id, "arn:aws:iam::111122223333:user/dokafor"),
            (Kind::Text, "named before user names had to be addresses"),
            (Kind::System, "AWS (production)"),
        ] {
            lexicon.add(kind, value);
        }
        lexicon.add_ordinary("it will be user of the aws iam arn");
        (lexicon, Pseudonyms::new(b"key").unwrap())
    }

    #[test]
    fn what_identifies_is_replaced_and_the_sentence_stays() {
        let (lexicon, with) = lexicon();
        let veil = |text: &str| lexicon.veil(text, &with);
        let (lucia, will) = (with.of(Kind::Person, "Lucía Fernández"), with.of(Kind::Person, "Will Stone"));
        assert_eq!(veil("it is Lucía Fernández's, or Will Stone’s"), format!("it is {lucia}'s, or {will}’s"));
        let address = with.address("lucia@corp.example");
        assert_eq!(veil("points to Lucía Fernández <lucia@corp.example>."), format!("points to {lucia} <{address}>."));
        assert_eq!(veil("ask lucia@corp.example."), format!("ask {address}."));
        assert_eq!(veil("1007 rows, `--to 1007` (x)"), format!("1007 rows, `--to {}` (x)", with.of(Kind::Id, "1007")));
        assert_eq!(veil("slack/U00WD1F8QR3"), format!("slack/{}", with.of(Kind::Id, "U00WD1F8QR3")));
        let arn = with.of(Kind::Id, "arn:aws:iam::111122223333:user/dokafor");
        assert_eq!(
            veil("run link aws/arn:aws:iam::111122223333:user/dokafor --to 5"),
            format!("run link aws/{arn} --to 5")
        );
        let app = with.of(Kind::System, "AWS (production)");
        assert_eq!(veil("ended in AWS (production): now"), format!("ended in {app}: now"));
        let said = veil("linked: named before user names had to be addresses (links.yaml:11)");
        assert!(said.starts_with("linked: text-") && said.ends_with("(links.yaml:11)"), "{said}");
    }

    #[test]
    fn a_part_of_a_name_is_replaced_unless_it_is_an_ordinary_word() {
        let (lexicon, with) = lexicon();
        assert_eq!(lexicon.veil("it will be", &with), "it will be");
        assert_eq!(lexicon.veil("the user Fernández", &with), format!("the user {}", with.of(Kind::Word, "fernández")));
        assert_eq!(
            lexicon.forbidden().into_iter().collect::<Vec<_>>(),
            ["111122223333", "dokafor", "fernández", "lucía", "stone", "u00wd1f8qr3"]
        );
    }
}
