//! JSON as bytes: the members of an object without building a tree, and text as JSON.

/// Calls `visit` with each member of the object `json`: its name, still escaped, and its value, as written. Stops where
/// the text is not JSON.
pub(crate) fn members<'a>(json: &'a [u8], mut visit: impl FnMut(&'a [u8], &'a [u8])) {
    let mut cursor = Cursor { json, at: 0 };
    let _ = cursor.members(&mut visit);
}

/// Calls `visit` with each item of the array `json`, as written. Stops where the text is not JSON.
pub(crate) fn items<'a>(json: &'a [u8], mut visit: impl FnMut(&'a [u8])) {
    let mut cursor = Cursor { json, at: 0 };
    let _ = cursor.items(&mut visit);
}

struct Cursor<'a> {
    json: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    fn members(&mut self, visit: &mut impl FnMut(&'a [u8], &'a [u8])) -> Option<()> {
        self.expect(b'{')?;
        loop {
            self.blanks();
            if *self.json.get(self.at)? == b'}' {
                return Some(());
            }
            let start = self.at;
            self.string()?;
            let name = &self.json[start + 1..self.at - 1];
            self.expect(b':')?;
            self.blanks();
            let start = self.at;
            self.value()?;
            visit(name, &self.json[start..self.at]);
            self.blanks();
            if *self.json.get(self.at)? == b',' {
                self.at += 1;
            }
        }
    }

    fn items(&mut self, visit: &mut impl FnMut(&'a [u8])) -> Option<()> {
        self.expect(b'[')?;
        loop {
            self.blanks();
            match *self.json.get(self.at)? {
                b']' => return Some(()),
                b',' => self.at += 1,
                _ => {
                    let start = self.at;
                    self.value()?;
                    if self.at == start {
                        return None;
                    }
                    visit(&self.json[start..self.at]);
                }
            }
        }
    }

    fn value(&mut self) -> Option<()> {
        match *self.json.get(self.at)? {
            b'"' => self.string(),
            b'{' | b'[' => {
                let mut depth = 0usize;
                loop {
                    match *self.json.get(self.at)? {
                        b'"' => {
                            self.string()?;
                            continue;
                        }
                        b'{' | b'[' => depth += 1,
                        b'}' | b']' => depth -= 1,
                        _ => {}
                    }
                    self.at += 1;
                    if depth == 0 {
                        return Some(());
                    }
                }
            }
            _ => {
                let rest = &self.json[self.at..];
                let length = rest.iter().position(|byte| {
                    matches!(byte, b',' | b'}' | b']' | b' ' | b'\t' | b'\n' | b'\r')
                });
                self.at += length?;
                Some(())
            }
        }
    }

    fn string(&mut self) -> Option<()> {
        self.expect(b'"')?;
        loop {
            match *self.json.get(self.at)? {
                b'"' => {
                    self.at += 1;
                    return Some(());
                }
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        self.blanks();
        let found = *self.json.get(self.at)? == byte;
        self.at += usize::from(found);
        found.then_some(())
    }

    fn blanks(&mut self) {
        while matches!(self.json.get(self.at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }
}

/// Writes `text` as a JSON string, quotes and all.
pub(crate) fn write_text(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    let mut plain = 0;
    for (index, byte) in text.bytes().enumerate() {
        let escape: &[u8] = match byte {
            b'"' => b"\\\"",
            b'\\' => b"\\\\",
            b'\n' => b"\\n",
            b'\r' => b"\\r",
            b'\t' => b"\\t",
            0..=0x1f => b"",
            _ => continue,
        };
        out.extend_from_slice(&text.as_bytes()[plain..index]);
        if escape.is_empty() {
            out.extend_from_slice(format!("\\u{byte:04x}").as_bytes());
        } else {
            out.extend_from_slice(escape);
        }
        plain = index + 1;
    }
    out.extend_from_slice(&text.as_bytes()[plain..]);
    out.push(b'"');
}

/// Writes `text` as a JSON string, or null.
pub(crate) fn write_optional(out: &mut Vec<u8>, text: Option<&str>) {
    match text {
        Some(text) => write_text(out, text),
        None => out.extend_from_slice(b"null"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(json: &str) -> Vec<(String, String)> {
        let mut pairs = Vec::new();
        members(json.as_bytes(), |name, value| {
            let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
            pairs.push((text(name), text(value)));
        });
        pairs
    }

    #[test]
    fn the_members_of_an_object_are_found_with_their_values_as_written() {
        let json = r#" { "a" : "x\"}," , "b":[1,{"c":"]"}],"d":null ,"e":-1.5e3,"f":{},"":""} "#;
        let expected = [
            ("a", r#""x\"},""#),
            ("b", r#"[1,{"c":"]"}]"#),
            ("d", "null"),
            ("e", "-1.5e3"),
            ("f", "{}"),
            ("", "\"\""),
        ];
        assert_eq!(
            pairs(json),
            expected.map(|(name, value)| (name.to_owned(), value.to_owned()))
        );
    }

    #[test]
    fn text_that_is_cut_off_ends_the_list() {
        let whole = r#"{"a":"\\","b":[{"c":1}],"d":true}"#;
        for end in 0..whole.len() {
            assert!(pairs(&whole[..end]).len() < 4);
        }
        assert!(pairs("[1]").is_empty());
    }

    #[test]
    fn the_items_of_an_array_are_found_as_written() {
        let mut found = Vec::new();
        items(br#" [ {"a":[1]} ,"b]", 3,null] "#, |item| found.push(item));
        let expected: [&[u8]; 4] = [br#"{"a":[1]}"#, br#""b]""#, b"3", b"null"];
        assert_eq!(found, expected);
        items(b"[}}", |_| panic!("no item"));
    }

    #[test]
    fn text_is_written_as_json_reads_it() {
        let text = "a\"b\\c\n\r\t\u{0}\u{1f} é \u{1F600}";
        let mut out = Vec::new();
        write_text(&mut out, text);
        assert_eq!(serde_json::from_slice::<String>(&out).unwrap(), text);
    }
}
