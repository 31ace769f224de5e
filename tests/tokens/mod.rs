//! Reads Rust as far as paths, attributes and brackets need it.

/// One word or sign of a source file. Comments, strings and characters are left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    pub line: usize,
    pub text: String,
}

/// Cuts Rust into tokens, as far as paths and attributes need it.
pub fn tokens(source: &str) -> Vec<Token> {
    let bytes: Vec<char> = source.chars().collect();
    let (mut at, mut line, mut found) = (0, 1, Vec::new());
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    while at < bytes.len() {
        let start = at;
        let rest = &bytes[at..];
        let begin = line;
        match rest {
            ['/', '/', ..] => at += rest.iter().position(|&c| c == '\n').unwrap_or(rest.len()),
            ['/', '*', ..] => at += comment(rest),
            ['"', ..] => at += string(rest),
            ['b' | 'c', '"', ..] => at += 1 + string(&rest[1..]),
            ['r', '"' | '#', ..] if raw(rest) > 0 => at += raw(rest),
            ['b' | 'c', 'r', '"' | '#', ..] if raw(&rest[1..]) > 0 => at += 1 + raw(&rest[1..]),
            // A character, not a lifetime.
            ['\'', '\\', _, tail @ ..] => at += 4 + tail.iter().position(|&c| c == '\'').expect("it is closed"),
            ['\'', _, '\'', ..] => at += 3,
            [':', ':', ..] => {
                found.push(Token { line, text: "::".to_owned() });
                at += 2;
            }
            [c, ..] if is_word(*c) => {
                at += rest.iter().position(|&c| !is_word(c)).unwrap_or(rest.len());
                found.push(Token { line, text: bytes[start..at].iter().collect() });
            }
            [c, ..] => {
                if !c.is_whitespace() {
                    found.push(Token { line, text: c.to_string() });
                }
                at += 1;
            }
            [] => {}
        }
        line = begin + bytes[start..at.min(bytes.len())].iter().filter(|&&c| c == '\n').count();
    }
    found
}

/// The length of a block comment; they nest.
fn comment(text: &[char]) -> usize {
    let (mut depth, mut at) = (0, 0);
    loop {
        match &text[at..] {
            ['/', '*', ..] => (depth, at) = (depth + 1, at + 2),
            ['*', '/', ..] if depth == 1 => return at + 2,
            ['*', '/', ..] => (depth, at) = (depth - 1, at + 2),
            [] => return at,
            _ => at += 1,
        }
    }
}

/// The length of a string with its quotes.
fn string(text: &[char]) -> usize {
    let mut at = 1;
    while at < text.len() && text[at] != '"' {
        at += if text[at] == '\\' { 2 } else { 1 };
    }
    at + 1
}

/// The length of a raw string, or 0 if this is none (`r#type`).
fn raw(text: &[char]) -> usize {
    let hashes = text[1..].iter().take_while(|&&c| c == '#').count();
    if text.get(1 + hashes) != Some(&'"') {
        return 0;
    }
    let end: Vec<char> = std::iter::once('"').chain(std::iter::repeat_n('#', hashes)).collect();
    let body = 2 + hashes;
    body + text[body..].windows(end.len()).position(|w| w == end).expect("it is closed") + end.len()
}

pub fn texts(tokens: &[Token], from: usize, n: usize) -> Vec<&str> {
    tokens.iter().skip(from).take(n).map(|t| t.text.as_str()).collect()
}

/// Where the bracket that opens at `from` closes.
pub fn closing(tokens: &[Token], from: usize) -> usize {
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate().skip(from) {
        match token.text.as_str() {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    tokens.len() - 1
}

/// Takes out what stands under `#[cfg(test)]`; the names of modules in files of their own are returned.
pub fn without_tests(tokens: &[Token]) -> (Vec<Token>, Vec<String>) {
    let (mut kept, mut modules, mut at) = (Vec::new(), Vec::new(), 0);
    while at < tokens.len() {
        if texts(tokens, at, 7) != ["#", "[", "cfg", "(", "test", ")", "]"] {
            kept.push(tokens[at].clone());
            at += 1;
            continue;
        }
        at += 7;
        while texts(tokens, at, 2) == ["#", "["] {
            at = closing(tokens, at + 1) + 1;
        }
        // The item ends at its `;` or at the end of its block; a `use` may have braces before its `;`.
        let is_use = tokens[at..].iter().take_while(|t| t.text != "{" && t.text != ";").any(|t| t.text == "use");
        let item = at;
        loop {
            match tokens[at].text.as_str() {
                ";" => break,
                "{" if !is_use => {
                    at = closing(tokens, at);
                    break;
                }
                "(" | "[" | "{" => at = closing(tokens, at) + 1,
                _ => at += 1,
            }
        }
        if let Some(name) = tokens[item..at].iter().position(|t| t.text == "mod")
            && tokens[at].text == ";"
        {
            modules.push(tokens[item + name + 1].text.clone());
        }
        at += 1;
    }
    (kept, modules)
}
