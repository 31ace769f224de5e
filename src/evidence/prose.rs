//! Sentences in which names and addresses stand: each of them gets its pseudonym, and the rest stays as it is.
//!
//! What to look for is what the inputs hold, gathered while they are read. An address is one by its form.

use super::pseudonyms::{Kind, Pseudonyms, fold, is_address};
use std::collections::{BTreeSet, HashMap, HashSet};

/// The shortest part of a name that is looked for by itself.
const SHORTEST: usize = 3;

/// Everything that identifies somebody or something of the company.
#[derive(Debug, Default)]
pub struct Lexicon {
    /// Whole values by the first of their words; the others and what the value is.
    values: HashMap<String, Vec<(Vec<String>, Kind)>>,
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
        if folded.is_empty() || folded.len() > 4096 || !self.known.insert((folded.clone(), kind)) {
            return;
        }
        let all: Vec<String> = words(&folded).map(|(.., word)| word).collect();
        if kind != Kind::Text {
            let long = |w: &&String| w.chars().count() >= SHORTEST && (!is_number(w) || w.len() >= 6);
            self.parts.extend(all.iter().filter(long).cloned());
        }
        if let Some((first, rest)) = all.split_first() {
            self.values.entry(first.clone()).or_default().push((rest.to_vec(), kind));
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
                .or_else(|| self.value_at(text, &found[next..]).map(|(to, kind)| (begin, to, with.of(kind, &text[begin..to]))))
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

    /// The longest known value that begins with the first of these words: where it ends, and what it is.
    fn value_at(&self, text: &str, found: &[(usize, usize, String)]) -> Option<(usize, Kind)> {
        let (begin, _, first) = found.first()?;
        let fits = |rest: &Vec<String>| {
            let mut there = found[1..].iter().map(|(.., w)| w);
            rest.iter().all(|word| there.next() == Some(word))
        };
        let longest = self.values.get(first)?.iter().filter(|(rest, _)| fits(rest)).max_by_key(|(rest, kind)| (rest.len(), *kind))?;
        let (rest, kind) = longest;
        let end = found.get(rest.len())?.1;
        if rest.is_empty() {
            // One word by itself: a number is one only where a number of a person can stand.
            let before = &text[..*begin];
            let told = ["--to ", "--not ", "`", "employee-id:", "id:"].iter().any(|mark| before.ends_with(mark));
            if is_number(first) && first.len() < 6 && !told || self.ordinary.contains(first) {
                return None;
            }
        }
        Some((end, *kind))
    }
}

/// The address around a word, if there is one that begins after what is written already.
fn address_at(text: &str, done: usize, begin: usize) -> Option<(usize, usize)> {
    let stops = |c: char| c.is_whitespace() || matches!(c, '<' | '>' | '(' | ')' | '[' | ']' | '"' | '\'' | '`' | ',' | ';' | '=' | '→' | '“' | '”' | '/' | ':');
    let from = text[done..begin].rfind(stops).map_or(done, |at| done + at + text[done + at..].chars().next().map_or(1, char::len_utf8));
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
        assert_eq!(veil("run link aws/arn:aws:iam::111122223333:user/dokafor --to 5"), format!("run link aws/{arn} --to 5"));
        let said = veil("linked: named before user names had to be addresses (links.yaml:11)");
        assert!(said.starts_with("linked: text-") && said.ends_with("(links.yaml:11)"), "{said}");
    }

    #[test]
    fn a_part_of_a_name_is_replaced_unless_it_is_an_ordinary_word() {
        let (lexicon, with) = lexicon();
        assert_eq!(lexicon.veil("it will be", &with), "it will be");
        assert_eq!(lexicon.veil("the user Fernández", &with), format!("the user {}", with.of(Kind::Word, "fernández")));
        assert_eq!(lexicon.forbidden().into_iter().collect::<Vec<_>>(), ["111122223333", "dokafor", "fernández", "lucía", "stone", "u00wd1f8qr3"]);
    }
}
