//! What a line of text says of an event, in which nothing is hidden and nothing looks like another line.

use std::fmt::{self, Debug, Write};
use table::unseen::is_unseen;
use tracing::field::{Field, Visit};
use tracing_subscriber::field::RecordFields;
use tracing_subscriber::fmt::format::{FormatFields, Writer};

/// The most signs of a value that are told: an address is told whole, and what somebody sends to fill the log is not.
const LONGEST: usize = 2_000;

/// Whether a sign is not seen, or does something to a terminal, or is taken by some programs for the end of a line.
#[must_use]
pub fn hides(sign: char) -> bool {
    sign.is_control() || is_unseen(sign) || matches!(sign, '\u{2028}' | '\u{2029}')
}

/// Writes a message and the fields behind it as `name=value`. A text is in quotes, and what is shown without quotes (an error, an address) is escaped as well: much of
/// it comes from whoever asks.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Visible;

impl<'writer> FormatFields<'writer> for Visible {
    fn format_fields<R: RecordFields>(&self, writer: Writer<'writer>, fields: R) -> fmt::Result {
        let mut written = Written {
            writer,
            begun: false,
            result: Ok(()),
        };
        fields.record(&mut written);
        written.result
    }
}

struct Written<'writer> {
    writer: Writer<'writer>,
    begun: bool,
    result: fmt::Result,
}

impl Written<'_> {
    fn write(&mut self, name: &str, value: &dyn Debug) -> fmt::Result {
        if self.begun {
            self.writer.write_char(' ')?;
        }
        self.begun = true;
        match (name, self.writer.has_ansi_escapes()) {
            ("message", _) => {}
            (name, true) => write!(self.writer, "\u{1b}[3m{name}\u{1b}[0m\u{1b}[2m=\u{1b}[0m")?,
            (name, false) => write!(self.writer, "{name}=")?,
        }
        let mut escaping = Escaping {
            writer: &mut self.writer,
            left: LONGEST,
        };
        write!(escaping, "{value:?}")
    }
}

impl Visit for Written<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "message" => self.record_debug(field, &format_args!("{value}")),
            _ => self.record_debug(field, &value),
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        // Fields that say of lines of the crate `log` where they come from.
        if self.result.is_ok() && !field.name().starts_with("log.") {
            self.result = self.write(field.name(), value);
        }
    }
}

struct Escaping<'a, 'writer> {
    writer: &'a mut Writer<'writer>,
    left: usize,
}

impl Write for Escaping<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for sign in text.chars() {
            match self.left {
                0 => return Ok(()),
                1 => self.writer.write_char('…')?,
                _ if hides(sign) => write!(self.writer, "{}", sign.escape_default())?,
                _ => self.writer.write_char(sign)?,
            }
            self.left -= 1;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logs::{Format, lines};
    use proptest::prelude::*;
    use std::io;
    use std::sync::{Arc, Mutex};
    use tracing_subscriber::layer::SubscriberExt;
    use tracing_subscriber::{EnvFilter, registry};

    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// What is written of that which happens.
    fn told(format: Format, colours: bool, happens: impl FnOnce()) -> String {
        let kept = Kept::default();
        let writer = kept.clone();
        let lines = lines(format, EnvFilter::new("info"), colours, move || writer.clone());
        tracing::subscriber::with_default(registry().with(lines), happens);
        let bytes = kept.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn a_line_says_what_happened() {
        let happens = || tracing::warn!(count = 3, name = "王\"", error = %"no such\u{a0}place", "somebody fails");
        let line = told(Format::Text, false, happens);
        let (_, said) = line.split_once("tests: ").unwrap();
        assert_eq!(
            said,
            "somebody fails count=3 name=\"王\\\"\" error=no such\u{a0}place\n"
        );
        let coloured = told(Format::Text, true, happens);
        assert!(
            coloured.contains("somebody fails \u{1b}[3mcount\u{1b}[0m"),
            "{coloured:?}"
        );
    }

    #[test]
    fn what_somebody_sends_is_no_line_of_its_own() {
        let sent = "x\r\n2026-11-30T08:00:00Z  INFO signalbox: signed in\u{1b}[2J\u{9b}\u{202e}\u{2028}";
        let line = told(Format::Text, false, || tracing::warn!(error = %sent, "{sent}"));
        let (_, said) = line.split_once("tests: ").unwrap();
        let escaped = "x\\r\\n2026-11-30T08:00:00Z  INFO signalbox: signed in\\u{1b}[2J\\u{9b}\\u{202e}\\u{2028}";
        assert_eq!(said, format!("{escaped} error={escaped}\n"));
    }

    #[test]
    fn nobody_fills_the_log_with_one_value() {
        let long = "y".repeat(1 << 20);
        let line = told(Format::Text, false, || tracing::warn!(error = %long, "z"));
        assert_eq!(line.matches('y').count(), LONGEST - 1);
        assert!(line.ends_with("y…\n"));
    }

    proptest! {
        #[test]
        fn a_line_is_one_line_whatever_it_says(sent in any::<String>()) {
            for format in [Format::Text, Format::Json] {
                let line = told(format, false, || tracing::warn!(error = %sent, name = sent, "{sent}"));
                prop_assert_eq!(line.matches('\n').count(), 1);
                let line = line.trim_end_matches('\n');
                prop_assert!(format == Format::Json || !line.contains(hides), "{line:?}");
            }
        }
    }
}
