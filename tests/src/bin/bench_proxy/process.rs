//! What Linux says of a running process.

use std::fs;
use std::time::Duration;

use anyhow::{Context, Result};

/// In the files of `/proc` a second has so many ticks, whatever the kernel's own clock does (`USER_HZ`).
const TICKS: f64 = 100.0;

/// CPU time of all threads of a process so far, in user and system mode, those that have ended included.
pub fn cpu(process: u32) -> Result<Duration> {
    let stat = read(process, "stat")?;
    ticks(&stat)
        .map(|ticks| Duration::from_secs_f64(ticks as f64 / TICKS))
        .with_context(|| format!("process {process} has an odd stat: {stat}"))
}

/// CPU time since a process had used so much.
pub fn spent(process: u32, before: Duration) -> Result<Duration> {
    Ok(cpu(process)?.saturating_sub(before))
}

/// `utime` and `stime` of a line of `/proc/PID/stat`. The name before them stands in brackets and may hold anything.
fn ticks(stat: &str) -> Option<u64> {
    let (_, fields) = stat.rsplit_once(')')?;
    let fields: Vec<&str> = fields.split_whitespace().collect();
    Some(fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?)
}

/// What a process takes of memory now, in bytes.
pub fn resident(process: u32) -> Result<u64> {
    bytes(process, "VmRSS")
}

/// The most memory that a process took since its start, or since [`forget_peak`], in bytes.
pub fn peak(process: u32) -> Result<u64> {
    bytes(process, "VmHWM")
}

/// Lets [`peak`] begin anew.
pub fn forget_peak(process: u32) -> Result<()> {
    fs::write(format!("/proc/{process}/clear_refs"), "5").context("the peak of a process cannot be reset")
}

/// How many files and connections a process has open.
pub fn open_files(process: u32) -> Result<usize> {
    let folder = format!("/proc/{process}/fd");
    Ok(fs::read_dir(&folder).with_context(|| folder)?.count())
}

/// How many processes wanted to run, on average of the last minute.
pub fn load() -> String {
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    load.split_whitespace().next().unwrap_or("?").to_owned()
}

fn bytes(process: u32, name: &str) -> Result<u64> {
    let status = read(process, "status")?;
    kibibytes(&status, name)
        .map(|kibibytes| kibibytes * 1024)
        .with_context(|| format!("process {process} has no {name}"))
}

fn kibibytes(status: &str, name: &str) -> Option<u64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    line.split_whitespace().next()?.parse().ok()
}

fn read(process: u32, file: &str) -> Result<String> {
    let path = format!("/proc/{process}/{file}");
    fs::read_to_string(&path).with_context(|| path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_read_behind_whatever_name() {
        let stat = "12 (a) b) (c) S 1 12 12 0 -1 4194304 100 0 0 0 250 50 7 7 20 0 4 0 100 1000 10";
        assert_eq!(ticks(stat), Some(300));
        assert_eq!(ticks("12 (a) S 1"), None);
    }

    #[test]
    fn this_process_has_all_of_it() {
        let own = std::process::id();
        let begun = cpu(own).unwrap();
        let mut sum = 0_u64;
        while cpu(own).unwrap() < begun + Duration::from_millis(50) {
            sum = (0..100_000).fold(sum, |sum, number| sum ^ (sum << 1) ^ number);
        }
        std::hint::black_box(sum);
        assert!(peak(own).unwrap() >= resident(own).unwrap() / 2);
        assert!(open_files(own).unwrap() >= 3);
    }
}
