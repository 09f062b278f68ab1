//! A query string as its decoded parameters, both ways.

use super::{Param, encoding};

/// The parameters of a query string, with or without the `?`, in order and decoded once. Takes any text.
pub fn decode_query(query: &str) -> impl Iterator<Item = Param> {
    let query = query.strip_prefix('?').unwrap_or(query);
    query
        .split('&')
        // Neither a name nor a value.
        .filter(|part| !matches!(*part, "" | "="))
        .map(|part| match part.split_once('=') {
            Some((name, value)) => Param {
                name: encoding::decode(name),
                value: Some(encoding::decode(value)),
            },
            None => Param {
                name: encoding::decode(part),
                value: None,
            },
        })
}

/// The query string of parameters, without `?`. It ends in a letter, a digit or an escape, unless its last parameter has an empty value: a dot, a comma or
/// the like at the end of a link is taken for the end of a sentence by whatever shows links in running text.
pub fn encode_query<'a>(params: impl IntoIterator<Item = (&'a str, Option<&'a str>)>) -> String {
    let mut out = String::new();
    for (name, value) in params {
        if !out.is_empty() {
            out.push('&');
        }
        encoding::encode(&mut out, name);
        if let Some(value) = value {
            out.push('=');
            encoding::encode(&mut out, value);
        }
    }
    encoding::close(&mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::{decode_query, encode_query};

    #[test]
    fn what_is_written_is_read_again() {
        for query in [
            "",
            "a=b&c",
            "a=&=b",
            "q=%E4%B8%AD%20%26%3D",
            "a=1&a=2",
            "a=.,-&b.=-%2D",
            "a%2E",
        ] {
            let params: Vec<_> = decode_query(query).collect();
            let pairs = params.iter().map(|param| (param.name.as_str(), param.value.as_deref()));
            assert_eq!(encode_query(pairs), query);
        }
        assert_eq!(decode_query("?&&=&a=b=c&").count(), 1);
    }
}
