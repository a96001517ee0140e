//! Reads the items of Rust code: enough of its grammar to tell what is defined in what.

/// Reads code without comments and literals; calls `add` with every owner and name that it finds.
pub(super) struct Reader<'a> {
    tokens: Vec<&'a str>,
    at: usize,
    add: &'a mut dyn FnMut(&str, &str),
}

/// Words, and all other characters one by one.
fn tokens(code: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = code.trim_start();
    while let Some(first) = rest.chars().next() {
        let is_word = |character: char| character.is_alphanumeric() || character == '_';
        let length = if is_word(first) {
            rest.find(|character| !is_word(character)).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        tokens.push(&rest[..length]);
        rest = rest[length..].trim_start();
    }
    tokens
}

impl<'a> Reader<'a> {
    pub(super) fn new(code: &'a str, add: &'a mut dyn FnMut(&str, &str)) -> Self {
        Self { tokens: tokens(code), at: 0, add }
    }

    fn next(&mut self) -> Option<&'a str> {
        let token = self.tokens.get(self.at).copied();
        self.at += 1;
        token
    }

    fn peek(&self) -> &'a str {
        self.tokens.get(self.at).copied().unwrap_or_default()
    }

    /// Reads the items of a module, an implementation or a trait, up to the brace that closes it.
    pub(super) fn module(&mut self, owner: &str) {
        let mut is_public = false;
        while let Some(token) = self.next() {
            match token {
                "}" => return,
                "#" => self.skip_attribute(),
                "pub" => {
                    is_public = true;
                    continue;
                }
                "(" => {
                    self.skip_to(")");
                    continue;
                }
                "mod" | "trait" => {
                    let Some(name) = self.next() else { return };
                    (self.add)(owner, name);
                    if self.ends_before_brace() {
                        self.module(name);
                    }
                }
                "enum" | "struct" | "union" => {
                    let Some(name) = self.next() else { return };
                    (self.add)(owner, name);
                    if self.ends_before_brace() {
                        self.members(name, token == "enum");
                    }
                }
                "fn" | "static" | "type" | "const" => {
                    // `const fn` is a function, and `const _` has no name.
                    let mut name = self.next();
                    if let Some("fn" | "unsafe" | "async") = name {
                        self.at -= 1;
                        continue;
                    }
                    if name == Some("mut") {
                        name = self.next();
                    }
                    (self.add)(owner, name.unwrap_or_default());
                    self.skip_item();
                }
                "macro_rules" => {
                    self.at += 1;
                    let name = self.next().unwrap_or_default();
                    (self.add)(owner, name);
                    self.skip_item();
                }
                "impl" => self.implementation(),
                "use" => self.import(owner, is_public),
                "{" => self.skip_to("}"),
                _ => {}
            }
            is_public = false;
        }
    }

    /// Reads `impl<..> Trait for Type where .. { .. }`: what is in it belongs to the type.
    fn implementation(&mut self) {
        let (mut depth, mut owner, mut reads) = (0_usize, "", true);
        while let Some(token) = self.next() {
            match token {
                "<" => depth += 1,
                // The end of an arrow, as in Fn() -> T, closes nothing.
                ">" if self.tokens.get(self.at.wrapping_sub(2)) != Some(&"-") => {
                    depth = depth.saturating_sub(1);
                }
                "where" if depth == 0 => reads = false,
                "{" if depth == 0 => {
                    self.module(owner);
                    return;
                }
                ";" if depth == 0 => return,
                name if depth == 0 && reads && is_name(name) && name != "for" => owner = name,
                _ => {}
            }
        }
    }

    /// Reads the variants of an enum or the fields of a struct: the first word after each comma of theirs.
    fn members(&mut self, owner: &str, is_enum: bool) {
        let mut expects = true;
        while let Some(token) = self.next() {
            match token {
                "}" => return,
                "#" => self.skip_attribute(),
                "(" => self.skip_to(")"),
                "[" => self.skip_to("]"),
                "{" => self.skip_to("}"),
                // A type within angle brackets has commas of its own.
                "<" => self.skip_angles(),
                "," => expects = true,
                "pub" => {}
                name if expects && is_name(name) && (is_enum || self.peek() == ":") => {
                    (self.add)(owner, name);
                    expects = false;
                }
                _ => {}
            }
        }
    }

    /// Reads the rest of a `use`: what is exported again has a name here too.
    fn import(&mut self, owner: &str, is_public: bool) {
        let mut last = "";
        while let Some(token) = self.next() {
            match token {
                ";" | "," | "}" => {
                    if is_public && is_name(last) {
                        (self.add)(owner, last);
                    }
                    last = "";
                    if token == ";" {
                        return;
                    }
                }
                _ => last = token,
            }
        }
    }

    /// Passes over what stands before the braces of an item; `false` where it ends without any.
    fn ends_before_brace(&mut self) -> bool {
        while let Some(token) = self.next() {
            match token {
                "{" => return true,
                ";" => return false,
                "(" => self.skip_to(")"),
                _ => {}
            }
        }
        false
    }

    /// Passes over the rest of an item, to the end of its braces or its semicolon.
    fn skip_item(&mut self) {
        while let Some(token) = self.next() {
            match token {
                ";" => return,
                "(" => self.skip_to(")"),
                "[" => self.skip_to("]"),
                "{" => {
                    self.skip_to("}");
                    // A constant may have braces within its value.
                    if self.peek() != ";" {
                        return;
                    }
                }
                _ => {}
            }
        }
    }

    fn skip_attribute(&mut self) {
        if self.peek() == "!" {
            self.at += 1;
        }
        if self.peek() == "[" {
            self.at += 1;
            self.skip_to("]");
        }
    }

    /// Passes over what is open up to the bracket that closes it.
    fn skip_to(&mut self, close: &str) {
        while let Some(token) = self.next() {
            match token {
                token if token == close => return,
                "(" => self.skip_to(")"),
                "[" => self.skip_to("]"),
                "{" => self.skip_to("}"),
                _ => {}
            }
        }
    }

    fn skip_angles(&mut self) {
        let mut depth = 1;
        while depth > 0 {
            match self.next() {
                Some("<") => depth += 1,
                Some(">") => depth -= 1,
                Some("(") => self.skip_to(")"),
                Some(_) => {}
                None => return,
            }
        }
    }
}

fn is_name(token: &str) -> bool {
    token.starts_with(|character: char| character.is_alphabetic() || character == '_')
        && !matches!(token, "dyn" | "mut" | "const" | "crate" | "super" | "self" | "as")
}
