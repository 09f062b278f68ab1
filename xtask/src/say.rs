//! What xtask prints. All of it goes to stderr: stdout belongs to the programs it starts.

use std::io::IsTerminal;
use std::time::Duration;

fn paint(code: &str, text: &str) -> String {
    if std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none() {
        format!("\x1b[{code}m{text}\x1b[0m")
    } else {
        text.to_owned()
    }
}

/// A new part of the work.
pub fn heading(text: &str) {
    eprintln!("\n{}", paint("1;34", &format!("== {text}")));
}

/// One line on what is going on.
pub fn note(text: &str) {
    eprintln!("{} {text}", paint("34", "--"));
}

/// Something is not as it should be, but the work goes on.
pub fn warning(text: &str) {
    eprintln!("{} {text}", paint("1;33", "warning:"));
}

/// The end, with every cause on its own line.
pub fn failed(error: &anyhow::Error) {
    eprintln!("\n{} {error}", paint("1;31", "xtask failed:"));
    for cause in error.chain().skip(1) {
        eprintln!("  because: {cause}");
    }
}

/// `2 min 05 s`, `7.3 s`.
pub fn duration(time: Duration) -> String {
    let seconds = time.as_secs();
    if seconds >= 60 {
        format!("{} min {:02} s", seconds / 60, seconds % 60)
    } else {
        format!("{:.1} s", time.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_well() {
        assert_eq!(duration(Duration::from_millis(7_340)), "7.3 s");
        assert_eq!(duration(Duration::from_secs(125)), "2 min 05 s");
    }
}
