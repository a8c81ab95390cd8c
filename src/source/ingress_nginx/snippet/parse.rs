//! The text of a snippet as directives (ngx_conf_file.c): words, quotes, comments, blocks.

/// A directive with its arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct Directive {
    /// Name.
    pub name: String,
    /// Arguments, without quotes.
    pub args: Vec<String>,
    /// What stands between its braces, where it has some.
    pub block: Option<Vec<Directive>>,
    /// Line of the snippet, from 1.
    pub line: usize,
}

impl Directive {
    /// As it was written, more or less, in one line.
    pub(super) fn text(&self) -> String {
        let words: Vec<&str> = std::iter::once(&self.name).chain(&self.args).map(String::as_str).collect();
        let end = if self.block.is_some() { " { … }" } else { ";" };
        format!("{}{end}", words.join(" "))
    }

    /// Its arguments, to match on.
    pub(super) fn words(&self) -> Vec<&str> {
        self.args.iter().map(String::as_str).collect()
    }
}

/// The directives of a text; the line on which nginx would give up otherwise.
pub(in super::super) fn parse(text: &str) -> Result<Vec<Directive>, usize> {
    let mut reader = Reader { rest: text, line: 1 };
    let directives = reader.directives(0)?;
    if reader.rest.is_empty() { Ok(directives) } else { Err(reader.line) }
}

/// Blocks inside blocks that are followed; nginx's own need no more.
const DEEPEST: usize = 8;

struct Reader<'t> {
    rest: &'t str,
    line: usize,
}

enum Token {
    Word(String),
    End,
    Open,
    Close,
}

impl Reader<'_> {
    /// Up to the end of the text, or to the brace that closes the block.
    fn directives(&mut self, depth: usize) -> Result<Vec<Directive>, usize> {
        let mut directives = Vec::new();
        loop {
            self.skip_space();
            let line = self.line;
            let name = match self.token()? {
                None => return if depth == 0 { Ok(directives) } else { Err(line) },
                Some(Token::Close) if depth > 0 => return Ok(directives),
                Some(Token::Word(name)) => name,
                // A `;` on its own is refused by nginx.
                Some(Token::Close | Token::End | Token::Open) => return Err(line),
            };
            let mut directive = Directive { name, args: Vec::new(), block: None, line };
            loop {
                match self.token()? {
                    Some(Token::Word(word)) => directive.args.push(word),
                    Some(Token::End) => break,
                    Some(Token::Open) if directive.name.ends_with("_by_lua_block") => {
                        self.skip_lua()?;
                        directive.block = Some(Vec::new());
                        break;
                    }
                    Some(Token::Open) if depth < DEEPEST => {
                        directive.block = Some(self.directives(depth + 1)?);
                        break;
                    }
                    Some(Token::Open | Token::Close) | None => return Err(self.line),
                }
            }
            directives.push(directive);
        }
    }

    fn bump(&mut self) -> Option<char> {
        let next = self.rest.chars().next()?;
        self.rest = self.rest.get(next.len_utf8()..).unwrap_or_default();
        self.line += usize::from(next == '\n');
        Some(next)
    }

    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn skip_space(&mut self) {
        while let Some(next) = self.peek() {
            if next == '#' {
                while self.bump().is_some_and(|c| c != '\n') {}
            } else if next.is_whitespace() {
                self.bump();
            } else {
                return;
            }
        }
    }

    fn token(&mut self) -> Result<Option<Token>, usize> {
        self.skip_space();
        let Some(first) = self.peek() else { return Ok(None) };
        let sign = match first {
            ';' => Some(Token::End),
            '{' => Some(Token::Open),
            '}' => Some(Token::Close),
            _ => None,
        };
        if let Some(sign) = sign {
            self.bump();
            return Ok(Some(sign));
        }
        if matches!(first, '"' | '\'') {
            self.bump();
            return self.quoted(first).map(Token::Word).map(Some);
        }
        Ok(Some(Token::Word(self.word())))
    }

    /// A backslash keeps the sign after it from ending the word; nginx leaves other backslashes to the directive.
    fn quoted(&mut self, quote: char) -> Result<String, usize> {
        let (mut text, line) = (String::new(), self.line);
        loop {
            match self.bump() {
                None => return Err(line),
                Some('\\') => match self.bump() {
                    Some(escaped) if escaped == quote || escaped == '\\' => text.push(escaped),
                    Some(other) => text.extend(['\\', other]),
                    None => return Err(line),
                },
                Some(end) if end == quote => return Ok(text),
                Some(other) => text.push(other),
            }
        }
    }

    fn word(&mut self) -> String {
        let (mut text, mut in_variable) = (String::new(), false);
        while let Some(next) = self.peek() {
            // `${name}` is part of a word.
            in_variable = match next {
                '{' if text.ends_with('$') => true,
                '}' if in_variable => {
                    self.bump();
                    text.push('}');
                    in_variable = false;
                    continue;
                }
                ';' | '{' | '}' => break,
                _ if next.is_whitespace() => break,
                _ => in_variable,
            };
            self.bump();
            text.push(next);
            if next == '\\' {
                text.extend(self.bump());
            }
        }
        text
    }

    fn skip_lua(&mut self) -> Result<(), usize> {
        let (mut depth, line) = (1, self.line);
        while depth > 0 {
            match self.bump() {
                Some('{') => depth += 1,
                Some('}') => depth -= 1,
                Some(_) => {}
                None => return Err(line),
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    fn texts(text: &str) -> Vec<String> {
        parse(text).unwrap_or_default().iter().map(|d| format!("{}:{}", d.line, d.text())).collect()
    }

    #[test]
    fn words_quotes_comments_and_blocks() {
        let text = "more_set_headers 'X-A: 1; b';\n# no\nif ($host ~ \"^a\\.b$\") {\n  return 403; }\nset ${x}y $z;";
        assert_eq!(texts(text), ["1:more_set_headers X-A: 1; b;", "3:if ($host ~ ^a\\.b$ ) { … }", "5:set ${x}y $z;"]);
        assert_eq!(texts("access_by_lua_block { if x then t = { 1 } end }"), ["1:access_by_lua_block { … }"]);
    }

    #[test]
    fn what_nginx_refuses() {
        for text in ["return 403", "if ($x) { return 1;", "}", ";", "add_header X \"open;"] {
            assert!(parse(text).is_err(), "{text}");
        }
        assert_eq!(parse("a;\nb;\nc"), Err(3));
    }
}
