//! Files of sections with `name = value` lines, as the vendors' SDKs read theirs.

use std::collections::BTreeMap;

/// The names and values of a section; names in lower case. None if there is no such section.
#[must_use]
pub fn section(text: &str, wanted: &str) -> Option<BTreeMap<String, String>> {
    let mut found: Option<BTreeMap<String, String>> = None;
    let mut inside = false;
    for line in text.lines().map(str::trim) {
        if line.is_empty() || line.starts_with(['#', ';']) {
            continue;
        }
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.split(']').next()) {
            inside = name == wanted;
            if inside {
                found.get_or_insert_default();
            }
            continue;
        }
        let (Some(values), Some((name, value))) = (found.as_mut().filter(|_| inside), line.split_once(['=', ':']))
        else {
            continue;
        };
        values.insert(name.trim().to_ascii_lowercase(), value.trim().to_owned());
    }
    found
}

/// The names of the sections, in the file's order.
pub fn sections(text: &str) -> Vec<&str> {
    let lines = text.lines().map(str::trim);
    lines
        .filter_map(|line| line.strip_prefix('[')?.split_once(']').map(|(name, _)| name))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "\u{20}# c\n[default]\nAK = 1\n; c\nsk=a=b\ntoken: t\nno value\n\n[other]\nak = 2 # why\n[default]\nak=3\n";

    #[test]
    fn sections_are_read_as_python_reads_them() {
        let values = section(TEXT, "default").unwrap();
        let values: Vec<_> = values
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        assert_eq!(values, [("ak", "3"), ("sk", "a=b"), ("token", "t")]);
        assert_eq!(section(TEXT, "other").unwrap()["ak"], "2 # why");
        assert!(section(TEXT, "Default").is_none());
        assert_eq!(sections(TEXT), ["default", "other", "default"]);
        assert!(section("[x", "x").is_some_and(|values| values.is_empty()) && section("", "x").is_none());
    }
}
